package io.github.camelsagemaker.async.result;

import io.github.camelsagemaker.async.error.S3Answers;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** Ranged reads of one version of an object: {@code If-Match} makes S3 refuse when it was overwritten meanwhile. */
final class S3ObjectChunks implements ObjectChunks {

    private final S3AsyncClient s3;
    private final S3Location object;
    private final String etag;

    S3ObjectChunks(S3AsyncClient s3, S3Location object, String etag) {
        this.s3 = s3;
        this.object = object;
        this.etag = etag;
    }

    /** Waits on the calling thread, as any InputStream does: it is the route that reads. */
    @Override
    public byte[] read(long start, long end) throws IOException {
        CompletableFuture<ResponseBytes<GetObjectResponse>> call = s3.getObject(
                get -> get.bucket(object.bucket())
                        .key(object.key())
                        .ifMatch(etag)
                        .range("bytes=" + start + "-" + end),
                AsyncResponseTransformer.toBytes());
        try {
            return call.thenApply(S3ObjectChunks::content).get();
        } catch (InterruptedException e) {
            call.cancel(true);
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("Interrupted while reading " + object);
            interrupted.initCause(e);
            throw interrupted;
        } catch (ExecutionException e) {
            throw new IOException(message(e), S3Answers.translate("GetObject", "'" + object + "'", e));
        }
    }

    private static byte[] content(ResponseBytes<GetObjectResponse> bytes) {
        S3Answers.require("ETag", bytes.response().eTag());
        return bytes.asByteArrayUnsafe();
    }

    private String message(ExecutionException e) {
        if (S3Answers.isOtherVersion(e)) {
            return "The result " + object + " was overwritten while it was being read";
        }
        return "The result " + object
                + (S3Answers.isNoSuchKey(e) ? " was deleted while it was being read" : " could not be read");
    }
}
