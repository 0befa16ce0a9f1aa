package io.github.camelsagemaker.async.benchmarks.server;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;

/** What SageMaker tells of a finished inference, delivered raw. Its times have milliseconds, always three digits. */
public final class Notifications {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private Notifications() {}

    /** @param content how many bytes the result in the notification has, 0 for none in it */
    public static String completed(String endpoint, String outputLocation, String inferenceId, int content) {
        String now = TIME.format(Instant.now());
        StringBuilder json = new StringBuilder(700 + content * 2)
                .append("{\"awsRegion\":\"us-east-1\",\"eventTime\":\"")
                .append(now)
                .append("\",\"receivedTime\":\"")
                .append(now)
                .append("\",\"invocationStatus\":\"Completed\",\"requestParameters\":{\"contentType\":")
                .append("\"application/json\",\"endpointName\":\"")
                .append(endpoint)
                .append(content > 0 ? "\"}" : "\",\"inputLocation\":\"s3://payloads/payload\"}")
                .append(",\"responseParameters\":{\"contentType\":\"application/json\",\"outputLocation\":\"")
                .append(outputLocation)
                .append("\"}");
        if (content > 0) {
            json.append(",\"responseBody\":{\"content\":\"")
                    .append(Base64.getEncoder().encodeToString(new byte[content]))
                    .append(
                            "\",\"message\":\"Check S3 path location(if configured) or Cloudwatch for additional details.\"")
                    .append(",\"encoding\":\"BASE64\"}");
        }
        return json.append(",\"inferenceId\":\"")
                .append(inferenceId)
                .append(
                        "\",\"eventVersion\":\"1.0\",\"eventSource\":\"aws:sagemaker\",\"eventName\":\"InferenceResult\"}")
                .toString();
    }
}
