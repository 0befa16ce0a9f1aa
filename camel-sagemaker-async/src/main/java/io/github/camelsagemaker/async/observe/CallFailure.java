package io.github.camelsagemaker.async.observe;

import java.time.Instant;

/**
 * Calls that fail: enough to find them in the log and at AWS, and nothing secret.
 *
 * @param target what is called, such as the name of the option that names it
 * @param errorClass the simple name of the exception
 * @param operation the API operation, or null if it is not AWS that failed
 * @param errorCode the AWS error code, or null
 * @param statusCode the HTTP status, 0 if no answer arrived
 * @param requestId the AWS request id of the last failure, or null
 * @param count how many failed since the last success
 * @param since when the first of them failed
 * @param last when the last of them failed
 */
public record CallFailure(
        String target,
        String errorClass,
        String operation,
        String errorCode,
        int statusCode,
        String requestId,
        long count,
        Instant since,
        Instant last) {

    /** One line for people. */
    public String summary() {
        StringBuilder text = new StringBuilder(operation == null ? "A call" : operation)
                .append(" (")
                .append(target)
                .append(") has failed since ")
                .append(since)
                .append(", ")
                .append(count)
                .append(" times: ")
                .append(errorClass);
        if (errorCode != null) {
            text.append(", ").append(errorCode);
        }
        if (statusCode != 0) {
            text.append(", HTTP status ").append(statusCode);
        }
        if (requestId != null) {
            text.append(", AWS request id ").append(requestId);
        }
        return text.toString();
    }
}
