package io.github.camelsagemaker.async.internal.reply;

import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.s3.ObjectPage;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * Finds out by looking into S3 what landed. Requests are grouped by bucket and prefix, so that many cost hardly more than
 * one; see {@link PrefixPoller} for what is asked. Failures are looked for where SageMaker said that they would be. Whichever
 * of the two is seen first ends the request. Thread-safe; no method blocks.
 */
final class S3ReplySource {

    private static final Logger LOG = LoggerFactory.getLogger(S3ReplySource.class);

    /** Up to so many objects are read without a listing. */
    private static final int FEW = 10;

    private static final int MAX_WINDOW = 64;

    /** So long a look waits for what it reads: an output may be large, or S3 slow, and others land meanwhile. */
    private static final int LOOK_SECONDS = 1;

    /** So long those whose time is over are gathered. */
    private static final int GATHER_MILLIS = 100;

    /** An answer about them that is none of S3's must not be the last one. */
    private static final int LOOKS_AGAIN = 2;

    private static final int LOOK_AGAIN_MILLIS = 600;

    final Map<Group, PrefixPoller> pollers = new ConcurrentHashMap<>();
    private final AtomicBoolean warnedAboutNoFailurePath = new AtomicBoolean();

    // What S3 refuses is said once: waiting asks again and again. An entry is for a place, not for a request.
    private final Set<Group> forbidden = ConcurrentHashMap.newKeySet();
    private final Set<Group> unlistable = ConcurrentHashMap.newKeySet();
    private final Set<Group> failing = ConcurrentHashMap.newKeySet();

    private final PendingReplies waiting;
    private final S3AsyncClient s3;
    private final Pace pace;

    S3ReplySource(PendingReplies waiting, S3AsyncClient s3, Pace pace) {
        this.waiting = waiting;
        this.s3 = s3;
        this.pace = pace;
    }

    /** Quickly at first, then ever more slowly, up to a ceiling: after half of what a result takes, so looking adds at most half. */
    record Pace(Duration shortest, Duration longest) {

        long intervalNanos(long resultTakesNanos) {
            return Math.max(shortest.toNanos(), Math.min(longest.toNanos(), resultTakesNanos / 2));
        }
    }

    /**
     * @param folder the bucket, and the common beginning of the keys
     * @param failures whether failures would be there
     * @param reserved whether the prefix is a producer's reserved path, so that a listing of it shows nothing else
     */
    private record Group(S3Prefix folder, boolean failures, boolean reserved) {}

    private Group group(S3Location place, boolean failures) {
        String key = place.key();
        String reserved = waiting.path.reserved(key);
        String prefix = reserved != null ? reserved : key.substring(0, key.lastIndexOf('/') + 1);
        return new Group(new S3Prefix(place.bucket(), prefix), failures, reserved != null);
    }

    private Group group(PendingReply request, S3Location place) {
        return group(place, place.equals(request.failure));
    }

    /** Looks out for the request's output and failure from now on, until it ends. */
    void watch(PendingReply request) {
        request.places().forEach(place -> enter(request, place));
        if (request.failure == null && warnedAboutNoFailurePath.compareAndSet(false, true)) {
            LOG.warn(
                    "SageMaker endpoint '{}' has no failure path (S3FailurePath), so a failed inference leaves no trace, and"
                            + " its exchange can only end in a time-out",
                    request.endpointName);
        }
    }

    private void enter(PendingReply request, S3Location place) {
        pollers.compute(group(request, place), (group, poller) -> {
            PrefixPoller entered = poller != null ? poller : new PrefixPoller(group);
            entered.add(place.key(), request);
            if (poller == null) {
                entered.schedule();
            }
            return entered;
        });
    }

    /** The request ended: keeps nothing of it. Also called for requests that are not watched. */
    void forget(PendingReply request) {
        for (S3Location place : request.places()) {
            pollers.computeIfPresent(
                    group(request, place), (group, poller) -> poller.removeLast(place.key(), request) ? null : poller);
        }
    }

    /** The request whose failure would be this object, or null. */
    PendingReply awaitingFailure(S3Location object) {
        PrefixPoller poller = pollers.get(group(object, true));
        return poller == null ? null : poller.at(object.key());
    }

    /**
     * Looks once more, because the time is over. What is there, or is being read, is delivered however long that takes; S3 has
     * seconds to answer.
     *
     * @return ends when the request has ended, or nothing of it is to be had; with what is known of why, or null
     */
    CompletableFuture<String> lastLook(PendingReply request) {
        CompletableFuture<String> hint = CompletableFuture.completedFuture(null);
        for (S3Location place : request.places()) {
            hint = hint.thenCombine(
                    lastLook(request, place, LOOKS_AGAIN, System.nanoTime()), (one, two) -> one != null ? one : two);
        }
        return hint;
    }

    /** @param overSince the time-out; who looked for as long as S3 has for an answer does not look again */
    private CompletableFuture<String> lastLook(PendingReply request, S3Location place, int again, long overSince) {
        return isThere(request, place)
                .thenCompose(
                        there -> there ? waiting.reads.read(request, place) : CompletableFuture.completedFuture(false))
                .whenComplete((ended, failure) -> report(group(request, place), failure))
                .thenApply(ended -> (String) null)
                .exceptionallyCompose(failure -> {
                    boolean inTime =
                            System.nanoTime() - overSince < TimeUnit.SECONDS.toNanos(ReplyReads.ANSWER_SECONDS);
                    return again > 0 && inTime && ReplyReads.mayPass(failure) && !request.hasEnded()
                            ? inMillis(LOOK_AGAIN_MILLIS)
                                    .thenCompose(over -> lastLook(request, place, again - 1, overSince))
                            : CompletableFuture.completedFuture(ReplyReads.hint(place, failure));
                });
    }

    private CompletableFuture<Boolean> isThere(PendingReply request, S3Location place) {
        if (request.isSeen(place)) {
            return CompletableFuture.completedFuture(true);
        }
        return waiting.reads.begun(place).thenCompose(ended -> {
            PrefixPoller poller = pollers.get(group(request, place));
            if (ended) {
                return CompletableFuture.completedFuture(false);
            }
            return poller == null ? waiting.reads.probe(request, place) : poller.lookOnceMore(request);
        });
    }

    private CompletableFuture<Void> inMillis(long millis) {
        return new CompletableFuture<Void>()
                .completeOnTimeout(null, millis, TimeUnit.MILLISECONDS)
                .thenRunAsync(() -> {}, waiting.timer); // fails after a stop, when the timer refuses
    }

    /** A look ended so; null if S3 answered. */
    private void report(Group group, Throwable failure) {
        boolean isForbidden = ReplyReads.isForbidden(failure);
        if (failure == null && failing.remove(group)) {
            LOG.info("Looking for awaited objects below {} works again", group.folder);
        } else if (failure != null && !isForbidden && failing.add(group)) {
            LOG.warn(
                    "Looking for awaited objects below {} failed, and is tried again: {}",
                    group.folder,
                    ReplyReads.words(failure),
                    failure);
        } else if (isForbidden && forbidden.add(group)) {
            LOG.info(
                    "Waiting for objects below {} goes on. {}: {}",
                    group.folder,
                    AwsErrors.MAYBE_NOT_THERE,
                    ReplyReads.words(failure));
        }
    }

    /**
     * Looks at the awaited objects of one group again and again, one look after the other, until it is closed.
     *
     * <p>Up to ten awaited objects are read each, whether they are there or not: a listing costs what ten reads cost. If there
     * were ever more, they are listed until none is left, and what is there is read. So are few now and then when S3 answers 403: a
     * listing shows whether it means "not there". What cannot be listed is read in turn, with a limit on those without success: one
     * failure or ten outputs at a time, and ever more as long as all are there. Those whose time is over are listed or asked for
     * all at once, and wait for no read. Thread-safe; no method blocks.
     */
    private final class PrefixPoller {

        private final Group group;
        private final NavigableMap<String, PendingReply> pending = new TreeMap<>();
        private final long since = System.nanoTime();
        /** Whether a listing was made for those whose time is over, when it has ended; and how many these are. */
        private CompletableFuture<Boolean> overdue;

        private int asking;
        private String readLast = "";
        private long lastEntered;
        private long resultTakes;
        private boolean many;
        private int looksForbidden;
        private boolean closed;
        private Future<?> next;

        PrefixPoller(Group group) {
            this.group = group;
        }

        synchronized void add(String key, PendingReply request) {
            lastEntered = System.nanoTime();
            pending.putIfAbsent(key, request);
        }

        synchronized PendingReply at(String key) {
            return pending.get(key);
        }

        /** Takes the request out; closes, and is true, if none is left. A look that is under way ends by itself. */
        synchronized boolean removeLast(String key, PendingReply request) {
            pending.remove(key, request);
            closed = pending.isEmpty();
            if (closed && next != null) {
                next.cancel(false);
            }
            return closed;
        }

        synchronized void schedule() {
            if (closed) {
                return;
            }
            // Before the first landed, results take as long as was waited for one, however many requests are new.
            long now = System.nanoTime();
            long usual = Math.max(now - lastEntered, resultTakes > 0 ? resultTakes : now - since);
            try {
                next = waiting.timer.schedule(this::look, pace.intervalNanos(usual), TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                LOG.debug("The component was stopped: no more looks below {}", group.folder, e);
            }
        }

        /** Follows quick results at once, and slow ones slowly: some never land. */
        private synchronized void landed(PendingReply request) {
            long took = System.nanoTime() - request.since;
            resultTakes = resultTakes == 0 ? took : Math.min(took, resultTakes + (took - resultTakes) / 8);
        }

        private void look() {
            Futures.call(this::lookOnce).whenComplete((looked, failure) -> {
                if (failure != null && !unlistable.contains(group)) {
                    report(group, failure);
                }
                schedule();
            });
        }

        private CompletableFuture<Void> lookOnce() {
            boolean listed;
            synchronized (this) {
                many |= pending.size() > FEW; // stays, or the last ones of many would each be read again and again
                listed = isListable() && (many || forbidden.contains(group) && looksForbidden++ % FEW == 0);
            }
            return listed ? list("", null) : read(many && group.failures() ? 1 : FEW, many);
        }

        private boolean isListable() {
            return group.reserved() && !unlistable.contains(group);
        }

        private S3Location place(PendingReply request) {
            return group.failures() ? request.failure : request.output;
        }

        /** Reads up to so many objects without knowing whether they are there; if asked to, ever more while all of them are. */
        private CompletableFuture<Void> read(int count, boolean whileFound) {
            List<CompletableFuture<Boolean>> looks = inTurn(count).stream()
                    .map(request -> waiting.reads
                            .read(request, place(request))
                            .handle((ended, failure) -> {
                                report(group, failure);
                                boolean found = failure == null && ended;
                                if (found) {
                                    landed(request);
                                }
                                return found;
                            })
                            .copy()
                            .completeOnTimeout(false, LOOK_SECONDS, TimeUnit.SECONDS))
                    .toList();
            return CompletableFuture.allOf(looks.toArray(CompletableFuture[]::new))
                    .thenCompose(all ->
                            whileFound && !looks.isEmpty() && looks.stream().allMatch(CompletableFuture::join)
                                    ? read(Math.min(2 * count, MAX_WINDOW), true)
                                    : CompletableFuture.completedFuture(null));
        }

        private synchronized List<PendingReply> inTurn(int count) {
            List<String> keys = Stream.concat(
                            pending.tailMap(readLast, false).keySet().stream(),
                            pending.headMap(readLast, true).keySet().stream())
                    .limit(count)
                    .toList();
            readLast = keys.isEmpty() ? "" : keys.get(keys.size() - 1);
            return keys.stream().map(pending::get).toList();
        }

        /** Finds out by listing what is there, page by page; time buckets in which nothing is awaited are skipped. */
        private CompletableFuture<Void> list(String reached, String token) {
            String after = listAfter(reached);
            if (after == null) {
                return CompletableFuture.completedFuture(null);
            }
            CompletableFuture<ObjectPage> asked = ReplyReads.inTime(ObjectPage.list(
                    s3, group.folder.bucket(), group.folder.prefix(), after.equals(reached) ? token : null, after));
            return Futures.onFailure(asked, failure -> CompletableFuture.failedFuture(refused(failure)))
                    .thenCompose(page -> {
                        report(group, null);
                        page.objects().forEach(object -> take(object.key()));
                        return page.last()
                                ? CompletableFuture.completedFuture(null)
                                : list(page.lastKey() == null ? after : page.lastKey(), page.token());
                    });
        }

        /** The key after which a listing goes on that has reached this one; null if nothing is awaited there. */
        private synchronized String listAfter(String reached) {
            String awaited = pending.higherKey(reached);
            if (awaited == null) {
                return null;
            }
            int end = awaited.indexOf('/', group.folder.prefix().length());
            String bucket = end < 0 ? group.folder.prefix() : awaited.substring(0, end);
            return bucket.compareTo(reached) > 0 ? bucket : reached;
        }

        /** The object is there; if it cannot be read, it is looked for again. */
        private void take(String key) {
            PendingReply request;
            synchronized (this) {
                request = pending.remove(key);
                if (request == null) {
                    return;
                }
                request.seen(place(request));
            }
            landed(request);
            S3Location place = place(request);
            waiting.reads.read(request, place).whenComplete((ended, failure) -> {
                if (failure != null || !ended) {
                    LOG.debug("{} is in the listing of {}, but could not be read", request, group.folder, failure);
                    enter(request, place);
                    if (request.hasEnded()) {
                        forget(request);
                    }
                }
            });
        }

        private SageMakerAsyncException refused(Throwable failure) {
            SageMakerAsyncException cause = AwsErrors.translate(
                    "ListObjectsV2",
                    "'" + group.folder + "' (the endpoint's output path, with awaitResult=true)",
                    failure);
            if (AwsErrors.isLasting(cause) && unlistable.add(group)) {
                LOG.warn(
                        "Listing {} is refused, so its objects are read one by one, which takes longer when many are awaited."
                                + " If a permission is missing, it is s3:ListBucket on the bucket, for this prefix: {}",
                        group.folder,
                        cause.getMessage());
            }
            return cause;
        }

        /** Finds out soon whether the request's object is there; all who ask meanwhile are answered by one listing, if they are many. */
        synchronized CompletableFuture<Boolean> lookOnceMore(PendingReply request) {
            if (asking++ == 0) {
                overdue = inMillis(GATHER_MILLIS).thenCompose(gathered -> lookAtOverdue());
            }
            S3Location place = place(request);
            return Futures.onFailure(
                    overdue.thenCompose(all -> all
                            ? CompletableFuture.completedFuture(request.isSeen(place))
                            : waiting.reads.probe(request, place)),
                    failure -> request.isSeen(place)
                            ? CompletableFuture.completedFuture(true)
                            : CompletableFuture.failedFuture(failure));
        }

        private CompletableFuture<Boolean> lookAtOverdue() {
            synchronized (this) {
                boolean few = asking <= FEW;
                asking = 0;
                if (few || !isListable()) {
                    return CompletableFuture.completedFuture(false);
                }
            }
            return Futures.onFailure(
                    list("", null).thenApply(listed -> true),
                    failure -> isListable()
                            ? CompletableFuture.failedFuture(failure)
                            : CompletableFuture.completedFuture(false));
        }
    }
}
