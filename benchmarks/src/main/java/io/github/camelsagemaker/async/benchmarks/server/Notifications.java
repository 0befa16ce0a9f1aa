package io.github.camelsagemaker.async.benchmarks.server;

import java.time.Instant;
import java.util.Base64;

/** What SageMaker tells of a finished inference, delivered raw. */
public final class Notifications {

    private Notifications() {}

    /** @param content how many bytes the result in the notification has, 0 for none in it */
    public static String completed(String endpoint, String outputLocation, String inferenceId, int content) {
        Instant now = Instant.now();
        StringBuilder json = new StringBuilder(600 + content * 2)
                .append("{\"awsRegion\":\"us-east-1\",\"eventTime\":\"")
                .append(now)
                .append("\",\"receivedTime\":\"")
                .append(now)
                .append("\",\"invocationStatus\":\"Completed\",\"requestParameters\":{\"contentType\":")
                .append("\"application/json\",\"endpointName\":\"")
                .append(endpoint)
                .append("\",\"inputLocation\":\"s3://payloads/payload\"},\"responseParameters\":{\"contentType\":")
                .append("\"application/json\",\"outputLocation\":\"")
                .append(outputLocation)
                .append("\"},\"inferenceId\":\"")
                .append(inferenceId)
                .append(
                        "\",\"eventVersion\":\"1.0\",\"eventSource\":\"aws:sagemaker\",\"eventName\":\"InferenceResult\"");
        if (content > 0) {
            json.append(",\"responseBody\":{\"content\":\"")
                    .append(Base64.getEncoder().encodeToString(new byte[content]))
                    .append("\",\"encoding\":\"BASE64\"}");
        }
        return json.append('}').toString();
    }
}
