package io.github.camelsagemaker.async.await;

import io.github.camelsagemaker.async.error.AwsErrors;
import io.github.camelsagemaker.async.error.S3Answers;
import io.github.camelsagemaker.async.result.InferenceFailedException;
import io.github.camelsagemaker.async.result.ResultGoneException;
import io.github.camelsagemaker.async.result.ResultUnreadableException;
import io.github.camelsagemaker.async.result.S3Location;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.core.ResponseBytes;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** Reads the beginning of failure objects, however large they are. Thread-safe; does not block. */
final class FailureReader {

    /** A character has up to four bytes. */
    private static final int MAX_BYTES = 4 * InferenceFailedException.MAX_FAILURE_BODY;

    private final S3AsyncClient s3;

    /** @param s3 the client, not closed here */
    FailureReader(S3AsyncClient s3) {
        this.s3 = s3;
    }

    /**
     * Reads.
     *
     * @return the text; ends exceptionally with a {@link ResultGoneException} if there is no such object, else with a {@link
     *     ResultUnreadableException}
     */
    CompletableFuture<String> read(S3Location object) {
        return s3.getObject(
                        get -> get.bucket(object.bucket()).key(object.key()).range("bytes=0-" + (MAX_BYTES - 1)),
                        AsyncResponseTransformer.<GetObjectResponse>toBytes())
                .thenApply(FailureReader::text)
                .exceptionallyCompose(failure -> answer(object, failure));
    }

    private static String text(ResponseBytes<GetObjectResponse> bytes) {
        S3Answers.requireETag(bytes.response().eTag());
        return new String(bytes.asByteArrayUnsafe(), StandardCharsets.UTF_8);
    }

    private static CompletableFuture<String> answer(S3Location object, Throwable failure) {
        if (S3Answers.isEmptyObject(failure)) {
            return CompletableFuture.completedFuture(""); // it is there, and empty
        }
        if (S3Answers.isNoSuchKey(failure)) {
            return CompletableFuture.failedFuture(new ResultGoneException(object, AwsErrors.unwrap(failure)));
        }
        return CompletableFuture.failedFuture(new ResultUnreadableException(
                object, AwsErrors.translate("GetObject", "'" + object + "' (the endpoint's failure path)", failure)));
    }
}
