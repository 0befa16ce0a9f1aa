package io.github.camelsagemaker.async.await;

import io.github.camelsagemaker.async.await.LocationGroup.Kind;
import io.github.camelsagemaker.async.error.AwsErrors;
import io.github.camelsagemaker.async.error.S3Answers;
import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.invoke.ConcurrencyLimit;
import io.github.camelsagemaker.async.landing.LandedContent;
import io.github.camelsagemaker.async.landing.Landing;
import io.github.camelsagemaker.async.result.InferenceFailedException;
import io.github.camelsagemaker.async.result.InferenceStatus;
import io.github.camelsagemaker.async.result.ResultGoneException;
import io.github.camelsagemaker.async.result.S3Location;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Reads awaited outputs and failures, and ends their requests with them. So many are in memory at once: a permit is held from
 * before the read until the exchange's next steps have returned. Thread-safe; no method blocks.
 */
final class ReplyReads {

    private static final int FORBIDDEN = 403;

    /** What is known to be there and is refused is tried so often. */
    private static final int MAX_READS = 3;

    private final LandedContent outputs;
    private final FailureReader failures;
    private final ConcurrencyLimit permits;
    private final WaitingRequests waiting;

    ReplyReads(LandedContent outputs, FailureReader failures, ConcurrencyLimit permits, WaitingRequests waiting) {
        this.outputs = outputs;
        this.failures = failures;
        this.permits = permits;
        this.waiting = waiting;
    }

    /**
     * Looks at the request's output.
     *
     * @return ends when S3 has answered, exceptionally with a {@link
     *     io.github.camelsagemaker.async.result.ResultUnreadableException} if the answer is neither the output nor that it
     *     is not there
     */
    CompletableFuture<Look> output(WaitingRequest request) {
        return notified(request, landing(request));
    }

    /** Hands over the output that a notification told of, without a read if it carried it. Else as above. */
    CompletableFuture<Look> notified(WaitingRequest request, Landing landing) {
        return look(request, () -> outputs.of(landing)
                .thenApply(result -> () -> waiting.complete(request, landing, result)));
    }

    /** Looks at the request's output or failure. */
    CompletableFuture<Look> read(WaitingRequest request, Kind kind) {
        return kind == Kind.OUTPUT ? output(request) : failure(request);
    }

    /** Looks at the request's failure; as above. */
    CompletableFuture<Look> failure(WaitingRequest request) {
        return look(request, () -> failures.read(request.failure())
                .thenApply(text -> () -> waiting.fail(request, exception(request, null, text))));
    }

    /**
     * Ends the request with a failure that a notification told of. Its object is read only for what the notification left
     * out, and need not be there.
     */
    CompletableFuture<Look> failed(WaitingRequest request, String reason, String text) {
        return look(request, () -> bodyOf(request, text)
                .thenApply(body -> () -> waiting.fail(request, exception(request, reason, body))));
    }

    private CompletableFuture<String> bodyOf(WaitingRequest request, String text) {
        if (text != null || request.failure() == null) {
            return CompletableFuture.completedFuture(text);
        }
        return failures.read(request.failure())
                .exceptionallyCompose(failure -> AwsErrors.unwrap(failure) instanceof ResultGoneException
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(failure));
    }

    private CompletableFuture<Look> look(WaitingRequest request, Read read) {
        CompletableFuture<Look> look = new CompletableFuture<>();
        permits.submit(() -> {
            if (request.hasEnded()) {
                look.complete(Look.NOT_WANTED);
                return CompletableFuture.completedFuture(null);
            }
            return begin(read)
                    .handle((delivery, failure) -> {
                        if (failure != null) {
                            answer(request, look, AwsErrors.unwrap(failure));
                            return CompletableFuture.<Void>completedFuture(null);
                        }
                        CompletableFuture<Void> delivered = delivery.deliver();
                        look.complete(Look.FOUND);
                        return delivered;
                    })
                    .thenCompose(Function.identity());
        });
        return look;
    }

    private static CompletableFuture<Delivery> begin(Read read) {
        try {
            return read.begin();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void answer(WaitingRequest request, CompletableFuture<Look> look, Throwable failure) {
        if (failure instanceof ResultGoneException) {
            request.notSeen();
            look.complete(Look.ABSENT);
        } else if (!mayPass(failure) && failure instanceof Exception unreadable && request.gaveUpAfter(MAX_READS)) {
            waiting.fail(request, unreadable);
            look.complete(Look.NOT_WANTED);
        } else {
            look.completeExceptionally(failure);
        }
    }

    /** Whether another read may well succeed: then the time-out ends the trying, and nothing before it. */
    static boolean mayPass(Throwable failure) {
        return AwsErrors.unwrap(failure).getCause() instanceof SageMakerAsyncException call
                && !S3Answers.isLasting(call);
    }

    /** Whether S3 answered that it does not tell: without s3:ListBucket this is what it says of an object not there yet. */
    static boolean isForbidden(Throwable failure) {
        return AwsErrors.unwrap(failure).getCause() instanceof SageMakerAsyncException call
                && call.getStatusCode() == FORBIDDEN;
    }

    private static Landing landing(WaitingRequest request) {
        return Landing.builder(InferenceStatus.COMPLETED, request.endpointName())
                .object(request.output())
                .inferenceId(request.inferenceId())
                .outputLocation(request.output())
                .build();
    }

    private static InferenceFailedException exception(WaitingRequest request, String reason, String text) {
        S3Location failure = request.failure();
        return new InferenceFailedException(
                request.endpointName(), request.inferenceId(), request.output(), failure, reason, text);
    }

    private interface Read {
        CompletableFuture<Delivery> begin();
    }

    private interface Delivery {
        CompletableFuture<Void> deliver();
    }
}
