package io.github.camelsagemaker.async.internal.result;

import io.github.camelsagemaker.async.error.ResultGoneException;
import io.github.camelsagemaker.async.error.ResultUnreadableException;
import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * Reads results from S3: one GetObject for bytes, one HeadObject where no body, or a stream, is wanted. A stream asks for
 * its content only when it is read.
 */
public final class S3ResultReader implements ResultReader {

    private final S3AsyncClient s3;
    private final BodyMode bodyMode;
    private final String option;

    /**
     * @param s3 the client, not closed here
     * @param option the options that name the places read from, for messages
     */
    public S3ResultReader(S3AsyncClient s3, BodyMode bodyMode, String option) {
        this.s3 = s3;
        this.bodyMode = bodyMode;
        this.option = option;
    }

    @Override
    public CompletableFuture<InferenceResult> read(S3Location object) {
        return bodyMode == BodyMode.BYTES
                ? call("GetObject", object, () -> getObject(object))
                : call("HeadObject", object, () -> headObject(object));
    }

    private CompletableFuture<InferenceResult> getObject(S3Location object) {
        return s3.getObject(
                        get -> get.bucket(object.bucket()).key(object.key()),
                        AsyncResponseTransformer.<GetObjectResponse>toBytes())
                .thenApply(S3ResultReader::bytes);
    }

    private static InferenceResult bytes(ResponseBytes<GetObjectResponse> bytes) {
        GetObjectResponse object = bytes.response();
        AwsErrors.require("S3", "ETag", object.eTag());
        byte[] body = bytes.asByteArrayUnsafe();
        return new InferenceResult(
                body,
                object.contentType(),
                object.contentEncoding(),
                (long) body.length,
                object.eTag(),
                object.lastModified(),
                Map.copyOf(object.metadata()));
    }

    private CompletableFuture<InferenceResult> headObject(S3Location object) {
        return s3.headObject(head -> head.bucket(object.bucket()).key(object.key()))
                .thenApply(response -> facts(object, response))
                .exceptionallyCompose(failure -> confirmed(object, failure));
    }

    /** A refusal of a HEAD request has no body, and so no word of S3's own: a read of one byte gets it. */
    private CompletableFuture<InferenceResult> confirmed(S3Location object, Throwable failure) {
        if (!AwsErrors.isWordless(failure)) {
            return CompletableFuture.failedFuture(failure);
        }
        return s3.getObject(
                        get -> get.bucket(object.bucket()).key(object.key()).range("bytes=0-0"),
                        AsyncResponseTransformer.<GetObjectResponse>toBytes())
                .handle((there, answer) -> {
                    if (answer == null) {
                        return failure;
                    }
                    return AwsErrors.isNoSuchKey(answer)
                            ? new ResultGoneException(object.uri(), Futures.unwrap(answer))
                            : answer;
                })
                .thenCompose(CompletableFuture::failedFuture);
    }

    private InferenceResult facts(S3Location object, HeadObjectResponse response) {
        AwsErrors.require("S3", "ETag", response.eTag());
        Object body = bodyMode == BodyMode.STREAM
                ? new ResultStream((start, end) -> chunk(object, response.eTag(), start, end), response.contentLength())
                : null;
        return new InferenceResult(
                body,
                response.contentType(),
                response.contentEncoding(),
                response.contentLength(),
                response.eTag(),
                response.lastModified(),
                Map.copyOf(response.metadata()));
    }

    private <T> CompletableFuture<T> call(
            String operation, S3Location object, Supplier<CompletableFuture<T>> asyncCall) {
        return Futures.onFailure(
                Futures.call(asyncCall),
                failure -> CompletableFuture.failedFuture(translate(operation, object, failure)));
    }

    private ResultUnreadableException translate(String operation, S3Location object, Throwable failure) {
        if (Futures.unwrap(failure) instanceof ResultUnreadableException unreadable) {
            return unreadable;
        }
        if (operation.equals("GetObject") && AwsErrors.isNoSuchKey(failure)) {
            return new ResultGoneException(object.uri(), Futures.unwrap(failure));
        }
        return new ResultUnreadableException(
                object.uri(), AwsErrors.translate(operation, "'" + object + "' (" + option + ")", failure));
    }

    /**
     * A piece of one version: {@code If-Match} makes S3 refuse when it was overwritten meanwhile. Waits on the calling thread, as
     * any InputStream does: it is the route that reads.
     */
    private byte[] chunk(S3Location object, String etag, long start, long end) throws IOException {
        CompletableFuture<ResponseBytes<GetObjectResponse>> call = s3.getObject(
                get -> get.bucket(object.bucket())
                        .key(object.key())
                        .ifMatch(etag)
                        .range("bytes=" + start + "-" + end),
                AsyncResponseTransformer.toBytes());
        try {
            return call.thenApply(S3ResultReader::chunk).get();
        } catch (InterruptedException e) {
            call.cancel(true);
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("Interrupted while reading " + object);
            interrupted.initCause(e);
            throw interrupted;
        } catch (ExecutionException e) {
            throw new IOException(message(object, e), AwsErrors.translate("GetObject", "'" + object + "'", e));
        }
    }

    private static byte[] chunk(ResponseBytes<GetObjectResponse> bytes) {
        AwsErrors.require("S3", "ETag", bytes.response().eTag());
        return bytes.asByteArrayUnsafe();
    }

    private static String message(S3Location object, ExecutionException e) {
        if (AwsErrors.isOtherVersion(e)) {
            return "The result " + object + " was overwritten while it was being read";
        }
        return "The result " + object
                + (AwsErrors.isNoSuchKey(e) ? " was deleted while it was being read" : " could not be read");
    }
}
