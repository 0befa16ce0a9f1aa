package io.github.camelsagemaker.async.internal.reply;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.error.InferenceFailedException;
import io.github.camelsagemaker.async.error.ResultGoneException;
import io.github.camelsagemaker.async.error.ResultUnreadableException;
import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.reply.WaitingRequest.LocationGroup.Kind;
import io.github.camelsagemaker.async.internal.result.LandedContent;
import io.github.camelsagemaker.async.internal.result.Landing;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Reads awaited outputs and failures, and ends their requests with them. So many are in memory at once: a permit is held from
 * before the read until the exchange's next steps have returned. Thread-safe; no method blocks.
 *
 * <p>Each read ends when S3 has answered: true if the request has ended, false if the object is not there; exceptionally with
 * a {@link ResultUnreadableException} if the answer is neither.
 */
final class ReplyReads {

    private static final int FORBIDDEN = 403;

    /** What is known to be there and is refused is tried so often. */
    private static final int MAX_READS = 3;

    /** Of a failure object its beginning is read. A character has up to four bytes. */
    private static final int MAX_FAILURE_BYTES = 4 * InferenceFailedException.MAX_FAILURE_BODY;

    private final LandedContent outputs;
    private final S3AsyncClient s3;
    private final AsyncSemaphore permits;
    private final PendingReplies waiting;

    /** @param s3 the client for failures, not closed here */
    ReplyReads(LandedContent outputs, S3AsyncClient s3, AsyncSemaphore permits, PendingReplies waiting) {
        this.outputs = outputs;
        this.s3 = s3;
        this.permits = permits;
        this.waiting = waiting;
    }

    /** Looks at the request's output or failure. */
    CompletableFuture<Boolean> read(WaitingRequest request, Kind kind) {
        return kind == Kind.OUTPUT
                ? notified(request, landing(request))
                : look(request, () -> failureText(request), text -> fail(request, null, text));
    }

    /** Hands over the output that a notification told of, without a read if it carried it. */
    CompletableFuture<Boolean> notified(WaitingRequest request, Landing landing) {
        return look(request, () -> outputs.of(landing), result -> waiting.complete(request, landing, result));
    }

    /**
     * Ends the request with a failure that a notification told of. Its object is read only for what the notification left
     * out, and need not be there.
     */
    CompletableFuture<Boolean> failed(WaitingRequest request, String reason, String text) {
        return look(request, () -> bodyOf(request, text), body -> fail(request, reason, body));
    }

    private CompletableFuture<String> bodyOf(WaitingRequest request, String text) {
        if (text != null || request.failure() == null) {
            return CompletableFuture.completedFuture(text);
        }
        return failureText(request)
                .exceptionallyCompose(failure -> Futures.unwrap(failure) instanceof ResultGoneException
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(failure));
    }

    private CompletableFuture<String> failureText(WaitingRequest request) {
        S3Location object = request.failure();
        return s3.getObject(
                        get -> get.bucket(object.bucket())
                                .key(object.key())
                                .range("bytes=0-" + (MAX_FAILURE_BYTES - 1)),
                        AsyncResponseTransformer.<GetObjectResponse>toBytes())
                .thenApply(bytes -> {
                    AwsErrors.require("S3", "ETag", bytes.response().eTag());
                    return new String(bytes.asByteArrayUnsafe(), StandardCharsets.UTF_8);
                })
                .exceptionallyCompose(failure -> withoutText(object, failure));
    }

    private static CompletableFuture<String> withoutText(S3Location object, Throwable failure) {
        if (AwsErrors.hasCode(failure, "InvalidRange")) {
            return CompletableFuture.completedFuture(""); // it is there, and empty
        }
        return CompletableFuture.failedFuture(
                AwsErrors.isNoSuchKey(failure)
                        ? new ResultGoneException(object.uri(), Futures.unwrap(failure))
                        : new ResultUnreadableException(
                                object.uri(),
                                AwsErrors.translate(
                                        "GetObject", "'" + object + "' (the endpoint's failure path)", failure)));
    }

    private CompletableFuture<Void> fail(WaitingRequest request, String reason, String text) {
        return waiting.fail(
                request,
                new InferenceFailedException(
                        request.endpointName(),
                        request.inferenceId(),
                        request.output().uri(),
                        request.failureUri(),
                        reason,
                        text));
    }

    /** @param end hands over what was read; ends when the exchange's next steps have returned */
    private <T> CompletableFuture<Boolean> look(
            WaitingRequest request, Supplier<CompletableFuture<T>> read, Function<T, CompletableFuture<Void>> end) {
        CompletableFuture<Boolean> look = new CompletableFuture<>();
        permits.submit(() -> {
            if (request.hasEnded()) {
                look.complete(true);
                return CompletableFuture.completedFuture(null);
            }
            return Futures.call(read)
                    .handle((found, failure) -> {
                        if (failure != null) {
                            answer(request, look, Futures.unwrap(failure));
                            return CompletableFuture.<Void>completedFuture(null);
                        }
                        CompletableFuture<Void> delivered = end.apply(found);
                        look.complete(true);
                        return delivered;
                    })
                    .thenCompose(Function.identity());
        });
        return look;
    }

    private void answer(WaitingRequest request, CompletableFuture<Boolean> look, Throwable failure) {
        if (failure instanceof ResultGoneException) {
            request.notSeen();
            look.complete(false);
        } else if (!mayPass(failure) && failure instanceof Exception unreadable && request.gaveUpAfter(MAX_READS)) {
            waiting.fail(request, unreadable);
            look.complete(true);
        } else {
            look.completeExceptionally(failure);
        }
    }

    /** Whether another read may well succeed: then the time-out ends the trying, and nothing before it. */
    static boolean mayPass(Throwable failure) {
        return Futures.unwrap(failure).getCause() instanceof SageMakerAsyncException call && !AwsErrors.isLasting(call);
    }

    /** Whether S3 answered that it does not tell: without s3:ListBucket this is what it says of an object not there yet. */
    static boolean isForbidden(Throwable failure) {
        return Futures.unwrap(failure).getCause() instanceof SageMakerAsyncException call
                && call.getStatusCode() == FORBIDDEN;
    }

    /** What is known of an output without a notification. */
    static Landing landing(WaitingRequest request) {
        return Landing.of(InferenceStatus.COMPLETED, request.endpointName(), landing -> {
            landing.object = request.output();
            landing.inferenceId = request.inferenceId();
            landing.outputLocation = request.output();
        });
    }
}
