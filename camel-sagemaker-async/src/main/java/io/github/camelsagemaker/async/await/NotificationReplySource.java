package io.github.camelsagemaker.async.await;

import io.github.camelsagemaker.async.await.LocationGroup.Kind;
import io.github.camelsagemaker.async.landing.Landing;
import io.github.camelsagemaker.async.landing.Notification;
import io.github.camelsagemaker.async.result.InferenceStatus;
import io.github.camelsagemaker.async.result.S3Location;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns by notifications what landed, and looks into S3, rarely, for what no notification told of.
 *
 * <p>A notification names the output, or, of a failure, often nothing but the inference id. It only tells that something
 * landed: what is read is the place that SageMaker named when it accepted the request. Thread-safe; no method blocks.
 */
final class NotificationReplySource implements ReplySource {

    private static final Logger LOG = LoggerFactory.getLogger(NotificationReplySource.class);

    private final Map<String, List<WaitingRequest>> byInferenceId = new ConcurrentHashMap<>();
    private final CallsUnderWay calls = new CallsUnderWay();
    private final S3ReplySource s3;
    private final ReplyReads reads;
    private final WaitingRequests waiting;
    private final String root;

    /**
     * @param s3 looks for what was not notified
     * @param root what the reserved path of this producer begins with
     */
    NotificationReplySource(S3ReplySource s3, ReplyReads reads, WaitingRequests waiting, String root) {
        this.s3 = s3;
        this.reads = reads;
        this.waiting = waiting;
        this.root = root;
    }

    /** What became of a notification. */
    enum Fate {
        /** Its request ended, now or before: the notification is of no more use to anybody. */
        OVER,
        /** It is about a request of this producer, and could not be used yet. */
        NOT_YET,
        /** It is not about a request of this producer. */
        FOREIGN
    }

    CallsUnderWay calls() {
        return calls;
    }

    @Override
    public void watch(WaitingRequest request) {
        byInferenceId.merge(
                request.inferenceId(), List.of(request), (some, more) -> Stream.concat(some.stream(), more.stream())
                        .toList());
        s3.watch(request);
    }

    @Override
    public void forget(WaitingRequest request) {
        byInferenceId.computeIfPresent(request.inferenceId(), (id, requests) -> {
            List<WaitingRequest> others =
                    requests.stream().filter(other -> other != request).toList();
            return others.isEmpty() ? null : others;
        });
        s3.forget(request);
    }

    @Override
    public CompletableFuture<Void> lastLook(WaitingRequest request) {
        return s3.lastLook(request);
    }

    @Override
    public String hint(WaitingRequest request) {
        return s3.hint(request);
    }

    /** Ends the request that the notification is about, if there is one. Ends, never exceptionally, when that is done. */
    CompletableFuture<Fate> take(Notification notification) {
        if (notification instanceof Landing inference) {
            return take(inference);
        }
        if (notification instanceof Notification.ObjectCreated created) {
            return take(created);
        }
        return CompletableFuture.completedFuture(
                notification instanceof Notification.Unreadable ? Fate.FOREIGN : Fate.OVER);
    }

    private CompletableFuture<Fate> take(Landing inference) {
        // Its call is answered first: only then it is known whether and where its result is awaited.
        return calls.answered(inference.inferenceId()).thenCompose(answered -> {
            List<WaitingRequest> requests = find(inference).stream()
                    .filter(request -> inference.endpointName() == null
                            || inference.endpointName().equals(request.endpointName()))
                    .toList();
            if (requests.isEmpty()) {
                return CompletableFuture.completedFuture(isOurs(inference.outputLocation()) ? Fate.OVER : Fate.FOREIGN);
            }
            if (requests.size() > 1) {
                return lookAtFailures(requests);
            }
            WaitingRequest request = requests.get(0);
            request.seen();
            return inference.status() == InferenceStatus.COMPLETED
                    ? fate(request, reads.notified(request, landing(request, inference)))
                    : fate(request, reads.failed(request, inference.failureReason(), text(inference.content())));
        });
    }

    /** Several only if exchanges use one inference id at the same time, and the notification names no place. */
    private List<WaitingRequest> find(Landing inference) {
        S3Location output = inference.outputLocation();
        if (output != null) {
            WaitingRequest request = waiting.at(output);
            return request == null ? List.of() : List.of(request);
        }
        S3Location failure = inference.failureLocation();
        if (failure != null) {
            WaitingRequest request = s3.awaiting(failure, Kind.FAILURE);
            return request == null ? List.of() : List.of(request);
        }
        return inference.inferenceId() == null
                ? List.of()
                : byInferenceId.getOrDefault(inference.inferenceId(), List.of());
    }

    private CompletableFuture<Fate> take(Notification.ObjectCreated created) {
        WaitingRequest request = waiting.at(created.object());
        if (request != null) {
            request.seen();
            return fate(request, reads.read(request, Kind.OUTPUT));
        }
        request = s3.awaiting(created.object(), Kind.FAILURE);
        if (request != null) {
            request.seen();
            return fate(request, reads.read(request, Kind.FAILURE));
        }
        if (!isOurs(created.object())) {
            return CompletableFuture.completedFuture(Fate.FOREIGN);
        }
        return CompletableFuture.completedFuture(calls.none() ? Fate.OVER : Fate.NOT_YET);
    }

    /** Which of them failed only their failure objects tell. */
    private CompletableFuture<Fate> lookAtFailures(List<WaitingRequest> requests) {
        return CompletableFuture.allOf(requests.stream()
                        .filter(request -> request.failure() != null)
                        .map(request -> fate(request, reads.read(request, Kind.FAILURE)))
                        .toArray(CompletableFuture[]::new))
                .thenApply(looked -> Fate.OVER);
    }

    private boolean isOurs(S3Location output) {
        return output != null && LocationGroup.of(output, Kind.OUTPUT, root).reserved();
    }

    private static CompletableFuture<Fate> fate(WaitingRequest request, CompletableFuture<Boolean> read) {
        return read.handle((ended, failure) -> {
            if (failure != null) {
                LOG.debug("{} was notified of, but could not be read", request, failure);
            }
            return failure == null && ended ? Fate.OVER : Fate.NOT_YET;
        });
    }

    private static Landing landing(WaitingRequest request, Landing inference) {
        return ReplyReads.landing(request)
                .customAttributes(inference.customAttributes())
                .contentType(inference.contentType())
                .contentLength(inference.contentLength())
                .eventTime(inference.eventTime())
                .receivedTime(inference.receivedTime())
                .content(inference.content())
                .build();
    }

    private static String text(byte[] content) {
        return content == null ? null : new String(content, StandardCharsets.UTF_8);
    }

    /** How many inference ids are awaited. */
    int ids() {
        return byInferenceId.size();
    }
}
