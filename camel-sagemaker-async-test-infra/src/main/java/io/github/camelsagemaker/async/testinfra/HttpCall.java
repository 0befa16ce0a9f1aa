package io.github.camelsagemaker.async.testinfra;

import java.util.List;
import java.util.Map;

/**
 * One HTTP request as a server saw it, before it was judged.
 *
 * @param service the server: {@code sagemaker}, {@code s3}, {@code sqs} or {@code sns}
 * @param operation AWS's name of the operation, such as {@code UploadPart}; {@code Unknown} where there is none
 * @param method the HTTP method
 * @param path the path, percent-decoded
 * @param query the query parameters, decoded
 */
public record HttpCall(String service, String operation, String method, String path, Map<String, List<String>> query) {

    /** The first value of a query parameter, or null. */
    public String queryParameter(String name) {
        List<String> values = query.get(name);
        return values == null || values.isEmpty() ? null : values.get(0);
    }
}
