package io.github.camelsagemaker.async.testinfra.s3;

import io.github.camelsagemaker.async.testinfra.HttpCall;
import io.github.camelsagemaker.async.testinfra.http.Dialect;
import io.github.camelsagemaker.async.testinfra.http.Replies;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpRequest;
import java.util.List;
import java.util.Map;

/** Names S3's operations (path style) and writes its errors. */
public final class S3Dialect implements Dialect {

    private static final Map<String, String> CODES = Map.of(
            "ThrottlingException", "SlowDown",
            "AccessDeniedException", "AccessDenied",
            "InternalFailure", "InternalError");

    @Override
    public HttpCall call(HttpRequest request) {
        String path = Replies.path(request);
        Map<String, List<String>> query = Replies.query(request);
        String method = request.method().name();
        int slash = path.indexOf('/', 1);
        boolean key = slash > 0 && slash < path.length() - 1;
        boolean bucket = path.length() > 1;
        boolean copy = request.headers().contains("x-amz-copy-source");
        String operation = key ? object(method, query, copy) : bucket ? bucket(method, query) : "ListBuckets";
        return new HttpCall("s3", operation, method, path, query);
    }

    private static String object(String method, Map<String, List<String>> query, boolean copy) {
        boolean upload = query.containsKey("uploadId");
        return switch (method) {
            case "PUT" -> upload ? (copy ? "UploadPartCopy" : "UploadPart") : copy ? "CopyObject" : "PutObject";
            case "GET" -> upload ? "ListParts" : "GetObject";
            case "HEAD" -> "HeadObject";
            case "DELETE" -> upload ? "AbortMultipartUpload" : "DeleteObject";
            case "POST" -> upload ? "CompleteMultipartUpload" : "CreateMultipartUpload";
            default -> "Unknown";
        };
    }

    private static String bucket(String method, Map<String, List<String>> query) {
        return switch (method) {
            case "GET" ->
                query.containsKey("uploads")
                        ? "ListMultipartUploads"
                        : query.containsKey("list-type") ? "ListObjectsV2" : "ListObjects";
            case "PUT" -> "CreateBucket";
            case "HEAD" -> "HeadBucket";
            case "DELETE" -> "DeleteBucket";
            case "POST" -> "DeleteObjects";
            default -> "Unknown";
        };
    }

    @Override
    public FullHttpResponse error(int status, String code, String message) {
        return Replies.of(
                status,
                "application/xml",
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + CODES.getOrDefault(code, code)
                        + "</Code><Message>" + message + "</Message></Error>");
    }
}
