package io.github.camelsagemaker.async.internal.reply;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.error.InferenceFailedException;
import io.github.camelsagemaker.async.error.ResultNotFoundException;
import io.github.camelsagemaker.async.error.ResultUnreadableException;
import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.concurrent.MemoryBudget;
import io.github.camelsagemaker.async.internal.result.BodyMode;
import io.github.camelsagemaker.async.internal.result.RequestRecords.RequestRecord;
import io.github.camelsagemaker.async.internal.result.ResultContent;
import io.github.camelsagemaker.async.internal.result.ResultEvent;
import io.github.camelsagemaker.async.internal.result.ResultReader;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * Reads awaited outputs and failures, and ends their requests with them. So many are in memory at once: a permit is held from
 * before the read until the exchange's next steps have returned. Thread-safe; no method blocks.
 *
 * <p>Each read ends when S3 has answered: true if the request has ended, false if the object is not there; exceptionally with
 * a {@link ResultUnreadableException} if the answer is neither.
 */
final class ReplyReads {

    private static final String OUTPUTS = "the endpoint's output path, with awaitResult=true";
    private static final String FAILURES = "the endpoint's failure path";

    /** What is known to be there and is refused is tried so often. */
    private static final int MAX_READS = 3;

    static final int ANSWER_SECONDS = 10;

    /** How many objects are asked for at once without a permit. */
    private static final int PROBES = 32;

    private final Map<S3Location, Read> underWay = new ConcurrentHashMap<>();
    private final PendingReplies waiting;
    private final S3AsyncClient s3;
    private final ResultContent outputs;
    private final AsyncSemaphore permits;
    private final AsyncSemaphore probes;

    ReplyReads(
            PendingReplies waiting, S3AsyncClient s3, BodyMode bodyMode, AsyncSemaphore permits, MemoryBudget memory) {
        this.waiting = waiting;
        this.s3 = s3;
        this.outputs = new ResultContent(new ResultReader(s3, OUTPUTS, null, memory), bodyMode);
        this.permits = permits;
        this.probes = new AsyncSemaphore(PROBES, waiting.workers);
    }

    /** A read that waits for its permit, or has begun. */
    private static final class Read extends CompletableFuture<Boolean> {
        private volatile boolean begun;
    }

    /** Whether the read of this place that has begun, if there is one, ends the request while S3 may take to answer. */
    CompletableFuture<Boolean> begun(S3Location place) {
        Read read = underWay.get(place);
        return read == null || !read.begun
                ? CompletableFuture.completedFuture(false)
                : read.copy()
                        .completeOnTimeout(false, ANSWER_SECONDS, TimeUnit.SECONDS)
                        .exceptionally(failure -> false);
    }

    /** Looks at the request's output or failure; a second time only after the first. */
    CompletableFuture<Boolean> read(PendingReply request, S3Location place) {
        Read read = underWay.get(place);
        if (read != null && !read.isDone()) { // whoever hears of its end first may ask before it is taken out
            return read;
        }
        return place.equals(request.output)
                ? completed(request, null)
                : look(
                        request,
                        place,
                        () -> beginning(request, place, ResultReader.MAX_FAILURE_BYTES),
                        body -> fail(request, null, body));
    }

    /** Delivers the output, without a read if the notification, which may be null, carried it. */
    CompletableFuture<Boolean> completed(PendingReply request, ResultEvent notification) {
        ResultEvent event = event(request, notification);
        return look(
                request,
                request.output,
                () -> outputs.of(event, RequestRecord.UNTRACKED),
                result -> waiting.complete(request, event, result));
    }

    /**
     * Ends the request with a failure that a notification announced. Its object is read only for what the notification left
     * out, and need not be there.
     */
    CompletableFuture<Boolean> failed(PendingReply request, String reason, byte[] content) {
        S3Location failure = request.failure;
        return look(
                request,
                failure != null ? failure : request.output,
                () -> content != null || failure == null
                        ? CompletableFuture.completedFuture(content)
                        : Futures.orElse(
                                beginning(request, failure, ResultReader.MAX_FAILURE_BYTES),
                                ResultNotFoundException.class,
                                null),
                body -> fail(request, reason, body));
    }

    /** Whether the object is there, and so seen: without its content, and so without a permit. */
    CompletableFuture<Boolean> probe(PendingReply request, S3Location place) {
        return probes.submit(() -> request.hasEnded()
                ? CompletableFuture.completedFuture(true)
                : Futures.orElse(
                        beginning(request, place, 1).thenApply(beginning -> {
                            request.seen(place);
                            return true;
                        }),
                        ResultNotFoundException.class,
                        false));
    }

    private CompletableFuture<byte[]> beginning(PendingReply request, S3Location object, int length) {
        return ResultReader.beginning(
                object,
                object.equals(request.output) ? OUTPUTS : FAILURES,
                inTime(Futures.uninterrupted(() -> ResultReader.get(s3, object, null, "bytes=0-" + (length - 1)))));
    }

    /** S3's answer, or after a while that of the SDK when none comes. */
    static <T> CompletableFuture<T> inTime(CompletableFuture<T> answer) {
        return Futures.onFailure(
                answer.orTimeout(ANSWER_SECONDS, TimeUnit.SECONDS),
                failure -> CompletableFuture.failedFuture(
                        failure instanceof TimeoutException
                                ? ApiCallAttemptTimeoutException.create(TimeUnit.SECONDS.toMillis(ANSWER_SECONDS))
                                : failure));
    }

    private CompletableFuture<Void> fail(PendingReply request, String reason, byte[] body) {
        return waiting.fail(
                request,
                new InferenceFailedException(
                        request.endpointName,
                        request.inferenceId,
                        request.output.uri(),
                        S3Location.uriOf(request.failure),
                        reason,
                        body == null ? null : new String(body, StandardCharsets.UTF_8)));
    }

    /** @param end delivers what was read; ends when the exchange's next steps have returned */
    private <T> CompletableFuture<Boolean> look(
            PendingReply request,
            S3Location place,
            Supplier<CompletableFuture<T>> reading,
            Function<T, CompletableFuture<Void>> end) {
        Read read = new Read();
        underWay.put(place, read);
        read.whenComplete((ended, failure) -> underWay.remove(place, read));
        permits.submit(() -> {
                    if (request.hasEnded()) {
                        read.complete(true);
                        return CompletableFuture.completedFuture(null);
                    }
                    read.begun = true;
                    return Futures.onFailure(Futures.call(reading).thenApply(end), failure -> {
                                answer(request, place, read, failure);
                                return CompletableFuture.completedFuture(CompletableFuture.completedFuture(null));
                            })
                            .thenCompose(delivered -> {
                                read.complete(true);
                                return delivered;
                            });
                })
                .exceptionally(failure -> {
                    read.completeExceptionally(Futures.unwrap(failure)); // or nobody would ever read it again
                    return null;
                });
        return read;
    }

    private void answer(PendingReply request, S3Location place, CompletableFuture<Boolean> end, Throwable failure) {
        boolean never = isUnreadable(failure) && place.equals(request.output);
        if (failure instanceof ResultNotFoundException) {
            request.notSeen(place);
            end.complete(false);
        } else if (failure instanceof Exception unreadable
                && !mayPass(failure)
                && (never || request.gaveUpAfter(place, MAX_READS))) {
            waiting.fail(request, unreadable);
            end.complete(true);
        } else {
            end.completeExceptionally(failure);
        }
    }

    /** Whether another try may well succeed: then the time-out ends the trying, and nothing before it. */
    static boolean mayPass(Throwable failure) {
        SageMakerAsyncException call = AwsErrors.callOf(failure);
        return call != null && !AwsErrors.isLasting(call);
    }

    /** Whether S3 does not say if the object is there: without s3:ListBucket this is what it says of one not there yet. */
    static boolean isForbidden(Throwable failure) {
        SageMakerAsyncException call = AwsErrors.callOf(failure);
        return call != null
                && !call.getOperation().equals("ListObjectsV2")
                && call.getStatusCode() == AwsErrors.FORBIDDEN;
    }

    /** Whether S3 would answer so neither for an object that is not there yet, nor ever for one that is. */
    private static boolean isUnreadable(Throwable failure) {
        SageMakerAsyncException call = AwsErrors.callOf(failure);
        if (call == null || !AwsErrors.isLasting(call)) {
            return false;
        }
        if (call.getStatusCode() != AwsErrors.FORBIDDEN) {
            return !"AccessDenied".equals(call.getErrorCode());
        }
        // S3 asks KMS for a key only when the object is there, and then names what is not allowed.
        return "InvalidObjectState".equals(call.getErrorCode())
                || words(call.getCause()).contains("kms:");
    }

    /** Why the object could not be looked at, for the user who waited without success. */
    static String hint(S3Location place, Throwable failure) {
        return "The last look at " + place + " failed"
                + (isForbidden(failure) && !isUnreadable(failure) ? ". " + AwsErrors.MAYBE_NOT_THERE : "")
                + ": " + words(failure);
    }

    /** What a failure says; a time-out says nothing. */
    static String words(Throwable failure) {
        Throwable cause = Futures.unwrap(failure);
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    /** With the places that SageMaker named; a notification, which may be null, adds what else it says. */
    private static ResultEvent event(PendingReply request, ResultEvent notification) {
        return ResultEvent.of(InferenceStatus.COMPLETED, request.endpointName, event -> {
            event.object = request.output;
            event.inferenceId = request.inferenceId;
            event.outputLocation = request.output;
            if (notification != null) {
                event.customAttributes = notification.customAttributes();
                event.contentType = notification.contentType();
                event.contentLength = notification.contentLength();
                event.eventTime = notification.eventTime();
                event.receivedTime = notification.receivedTime();
                event.content = notification.content();
            }
        });
    }
}
