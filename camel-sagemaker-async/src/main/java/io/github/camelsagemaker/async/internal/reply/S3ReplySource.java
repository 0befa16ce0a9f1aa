package io.github.camelsagemaker.async.internal.reply;

import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.reply.WaitingRequest.LocationGroup;
import io.github.camelsagemaker.async.internal.reply.WaitingRequest.LocationGroup.Kind;
import io.github.camelsagemaker.async.internal.s3.ObjectPage;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * Finds out by looking into S3 what landed. Requests are grouped by bucket and prefix, so that many cost hardly more than
 * one; see {@link PrefixPoller} for what is asked. Failures are looked for where SageMaker said that they would be. Whichever
 * of the two is seen first ends the request.
 */
final class S3ReplySource implements PendingReplies.Source {

    private static final Logger LOG = LoggerFactory.getLogger(S3ReplySource.class);

    /** Within the time that a last look may take. */
    private static final int LOOKS_AGAIN = 2;

    private static final long LOOK_AGAIN_MILLIS = 600;

    /** Up to so many objects are read without a listing. */
    private static final int FEW = 10;

    private static final int MAX_WINDOW = 64;

    /** Objects found that pay for a further page of a listing. */
    private static final int EARNS_PAGE = 500;

    private final Map<LocationGroup, PrefixPoller> pollers = new ConcurrentHashMap<>();
    private final Problems problems = new Problems();
    private final AtomicBoolean toldNoFailurePath = new AtomicBoolean();
    private final S3AsyncClient s3;
    private final ReplyReads reads;
    private final String root;
    private final PollBackoff backoff;
    private final ScheduledExecutorService timer;

    /** @param root what the reserved path of this producer begins with */
    S3ReplySource(
            S3AsyncClient s3, ReplyReads reads, String root, PollBackoff backoff, ScheduledExecutorService timer) {
        this.s3 = s3;
        this.reads = reads;
        this.root = root;
        this.backoff = backoff;
        this.timer = timer;
    }

    @Override
    public void watch(WaitingRequest request) {
        request.kinds().forEach(kind -> enter(request, kind));
        if (request.failure() == null && toldNoFailurePath.compareAndSet(false, true)) {
            LOG.warn(
                    "SageMaker endpoint '{}' has no failure path (S3FailurePath), so a failed inference leaves no trace, and"
                            + " its exchange can only end in a time-out",
                    request.endpointName());
        }
    }

    private void enter(WaitingRequest request, Kind kind) {
        pollers.compute(group(request, kind), (group, poller) -> {
            PrefixPoller entered = poller != null ? poller : new PrefixPoller(group);
            entered.pending.add(request.place(kind).key(), request);
            if (poller == null) {
                entered.schedule();
            }
            return entered;
        });
    }

    @Override
    public void forget(WaitingRequest request) {
        request.kinds()
                .forEach(kind -> pollers.computeIfPresent(group(request, kind), (group, poller) -> {
                    poller.pending.remove(request.place(kind).key(), request);
                    if (poller.pending.size() > 0) {
                        return poller;
                    }
                    poller.close();
                    return null;
                }));
    }

    private LocationGroup group(WaitingRequest request, Kind kind) {
        return LocationGroup.of(request.place(kind), kind, root);
    }

    @Override
    public CompletableFuture<Void> lastLook(WaitingRequest request) {
        return CompletableFuture.allOf(request.kinds().stream()
                .map(kind -> lookAt(request, kind, LOOKS_AGAIN))
                .toArray(CompletableFuture[]::new));
    }

    /** An answer that is none of S3's must not be the last one. */
    private CompletableFuture<Void> lookAt(WaitingRequest request, Kind kind, int again) {
        return reads.read(request, kind)
                .handle((ended, failure) -> {
                    problems.report(group(request, kind), failure);
                    return failure != null && again > 0 && ReplyReads.mayPass(failure)
                            ? later(request, kind, again - 1)
                            : CompletableFuture.<Void>completedFuture(null);
                })
                .thenCompose(Function.identity());
    }

    private CompletableFuture<Void> later(WaitingRequest request, Kind kind, int again) {
        CompletableFuture<Void> pause = new CompletableFuture<>();
        try {
            timer.schedule(() -> pause.complete(null), LOOK_AGAIN_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("The component was stopped: no last look for {}", request, e);
            return CompletableFuture.completedFuture(null);
        }
        return pause.thenCompose(over -> lookAt(request, kind, again));
    }

    /** The request that awaits this object, or null. */
    WaitingRequest awaiting(S3Location object, Kind kind) {
        PrefixPoller poller = pollers.get(LocationGroup.of(object, kind, root));
        return poller == null ? null : poller.pending.at(object.key());
    }

    @Override
    public String hint(WaitingRequest request) {
        return request.kinds().stream()
                .map(kind -> problems.hint(group(request, kind)))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** How many groups are looked at. */
    int groups() {
        return pollers.size();
    }

    /**
     * Looks at the awaited objects of one group again and again, one look after the other, until it is closed.
     *
     * <p>Up to ten awaited objects are read each, whether they are there or not: a listing costs what ten reads cost. If there
     * were ever more, they are listed until none is left, and what is there is read. What cannot be listed is read with a limit
     * on reads in vain: least recently looked at first, one failure or ten outputs at a time, and ever more as long as all are
     * there. Failures are rare, and collect at the front, because what succeeded is taken out. Thread-safe; no method blocks.
     */
    private final class PrefixPoller {

        private final LocationGroup group;
        private final PendingObjects pending;

        private boolean many;
        private boolean closed;
        private Future<?> next;

        // Where listing goes on; without a lock, as there is one look at a time.
        private String position;
        private String token;
        private int earned;

        PrefixPoller(LocationGroup group) {
            this.group = group;
            this.pending = new PendingObjects(group.prefix());
        }

        /** Has the next look begin after the interval that the backoff asks for. */
        synchronized void schedule() {
            if (closed) {
                return;
            }
            try {
                next = timer.schedule(this::look, backoff.intervalNanos(pending.youngestAge()), TimeUnit.NANOSECONDS);
            } catch (RejectedExecutionException e) {
                LOG.debug("The component was stopped: no more looks below {}", group, e);
            }
        }

        /** Ends looking. A look that is under way ends by itself. */
        synchronized void close() {
            closed = true;
            if (next != null) {
                next.cancel(false);
            }
        }

        private void look() {
            CompletableFuture<Void> done = new CompletableFuture<>();
            done.whenComplete((looked, failure) -> {
                if (failure != null) {
                    problems.failed(group, failure);
                }
                schedule();
            });
            try {
                if (!isMany()) {
                    read(FEW, false, done);
                } else if (group.reserved() && !problems.isUnlistable(group)) {
                    list(done);
                } else {
                    read(group.kind() == Kind.FAILURE ? 1 : FEW, true, done);
                }
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        }

        /** Stays true, or the last ones of many would each be read again and again. */
        private synchronized boolean isMany() {
            many |= pending.size() > FEW;
            return many;
        }

        /** Reads up to so many objects without knowing whether they are there; if wished, ever more while all of them are. */
        private void read(int count, boolean whileFound, CompletableFuture<Void> done) {
            List<WaitingRequest> requests = pending.leastRecent(count);
            AtomicBoolean inVain = new AtomicBoolean(requests.isEmpty());
            CompletableFuture<?>[] looks = requests.stream()
                    .map(request -> reads.read(request, group.kind()).handle((ended, failure) -> {
                        if (failure != null || !ended) {
                            inVain.set(true);
                        }
                        problems.report(group, failure);
                        return null;
                    }))
                    .toArray(CompletableFuture[]::new);
            CompletableFuture.allOf(looks).whenComplete((all, failure) -> {
                if (whileFound && !inVain.get()) {
                    read(Math.min(2 * count, MAX_WINDOW), true, done);
                } else {
                    done.complete(null);
                }
            });
        }

        /**
         * Finds out by listing which objects are there. A look asks for one page; every further page must have been earned by
         * objects found. It goes on where the last one ended, and skips time buckets in which nothing is awaited.
         */
        private void list(CompletableFuture<Void> done) {
            String after = listAfter();
            if (after == null) {
                done.complete(null);
                return;
            }
            ObjectPage.list(s3, group.bucket(), group.prefix(), after.equals(position) ? token : null, after)
                    .whenComplete((page, failure) -> {
                        if (failure != null) {
                            refused(failure);
                            done.complete(null);
                            return;
                        }
                        problems.answered(group);
                        if (mayGoOn(after, page, take(page))) {
                            list(done);
                        } else {
                            done.complete(null);
                        }
                    });
        }

        private String listAfter() {
            String after = pending.listAfter(position);
            if (after == null && position != null) {
                position = null;
                after = pending.listAfter(null);
            }
            return after;
        }

        private int take(ObjectPage page) {
            List<WaitingRequest> found = page.objects().stream()
                    .map(object -> pending.take(object.key()))
                    .filter(Objects::nonNull)
                    .toList();
            found.forEach(this::listed);
            return found.size();
        }

        /** Its object is there; if it cannot be read, it is looked for again. */
        private void listed(WaitingRequest request) {
            request.seen();
            reads.read(request, group.kind()).whenComplete((ended, failure) -> {
                if (failure != null || !ended) {
                    LOG.debug("{} is in the listing of {}, but could not be read", request, group, failure);
                    enter(request, group.kind());
                    if (request.hasEnded()) {
                        forget(request);
                    }
                }
            });
        }

        private boolean mayGoOn(String after, ObjectPage page, int found) {
            earned += found;
            String reached = page.lastKey() == null ? after : page.lastKey();
            position = page.last() ? null : reached;
            token = page.token();
            if (page.last() || earned < EARNS_PAGE) {
                return false;
            }
            earned -= EARNS_PAGE;
            return true;
        }

        private void refused(Throwable failure) {
            token = null; // it may be what S3 does not like; the position leads on as well
            RuntimeException cause = AwsErrors.translate(
                    "ListObjectsV2", "'" + group + "' (the endpoint's output path, with awaitResult=true)", failure);
            if (AwsErrors.hasCode(failure, "AccessDenied")) {
                problems.unlistable(group, cause);
            } else {
                problems.failed(group, cause);
            }
        }
    }

    /**
     * Remembers what S3 refuses, and says each thing once: waiting asks again and again. Holds an entry for each place with a
     * problem, not for each request. Thread-safe.
     */
    private static final class Problems {

        private final Set<LocationGroup> forbidden = ConcurrentHashMap.newKeySet();
        private final Set<LocationGroup> unlistable = ConcurrentHashMap.newKeySet();
        private final Map<LocationGroup, String> outages = new ConcurrentHashMap<>();

        /** A read ended so; null if S3 answered. */
        void report(LocationGroup group, Throwable failure) {
            if (failure == null) {
                answered(group);
            } else if (!ReplyReads.isForbidden(failure)) {
                failed(group, failure);
            } else if (forbidden.add(group)) {
                LOG.info(
                        "S3 answers 403 to reads below {}. Without the permission s3:ListBucket that is its answer for an object"
                                + " that is not there yet, so waiting goes on. If the objects are there, s3:GetObject is"
                                + " missing: {}",
                        group,
                        failure.getMessage());
            }
        }

        /** A listing was refused. */
        void unlistable(LocationGroup group, Throwable failure) {
            if (unlistable.add(group)) {
                LOG.warn(
                        "Listing {} is refused, so its objects are read one by one, which takes longer when many are awaited."
                                + " The permission s3:ListBucket on the bucket, for this prefix, mends it: {}",
                        group,
                        failure.getMessage());
            }
        }

        boolean isUnlistable(LocationGroup group) {
            return unlistable.contains(group);
        }

        /** Something else went wrong; waiting goes on. */
        void failed(LocationGroup group, Throwable failure) {
            String message = String.valueOf(Futures.unwrap(failure).getMessage());
            if (outages.put(group, message) == null) {
                LOG.warn(
                        "Looking for awaited objects below {} failed, and is tried again: {}", group, message, failure);
            }
        }

        /** S3 answered. */
        void answered(LocationGroup group) {
            if (outages.remove(group) != null) {
                LOG.info("Looking for awaited objects below {} works again", group);
            }
        }

        /** A sentence for the user who waited in vain, or null. */
        String hint(LocationGroup group) {
            String outage = outages.get(group);
            if (outage != null) {
                return "The last look below " + group + " failed: " + outage;
            }
            return forbidden.contains(group)
                    ? "S3 answered 403 to reads below " + group
                            + ": if the object is there, the permission s3:GetObject is missing"
                    : null;
        }
    }

    /**
     * The objects awaited below one prefix, by key, in the order in which they are to be looked at: least recently entered or
     * looked at first. Thread-safe; but for {@link #leastRecent} every operation takes constant time, or grows with the logarithm
     * of the number of time buckets.
     */
    private static final class PendingObjects {

        private final String root;
        private final Map<String, WaitingRequest> byKey = new LinkedHashMap<>();
        private final TreeMap<String, Integer> buckets = new TreeMap<>();
        private long lastEntered = System.nanoTime();

        /** @param root the prefix; the path segment after it is the time bucket */
        PendingObjects(String root) {
            this.root = root;
        }

        synchronized void add(String key, WaitingRequest request) {
            lastEntered = System.nanoTime();
            if (byKey.putIfAbsent(key, request) == null) {
                buckets.merge(bucket(key), 1, Integer::sum);
            }
        }

        synchronized void remove(String key, WaitingRequest request) {
            if (byKey.remove(key, request)) {
                leaveBucket(key);
            }
        }

        /** The request that waits for the object, or null. */
        synchronized WaitingRequest at(String key) {
            return byKey.get(key);
        }

        /** Takes out the request that waits for the object, or returns null. */
        synchronized WaitingRequest take(String key) {
            WaitingRequest request = byKey.remove(key);
            if (request != null) {
                leaveBucket(key);
            }
            return request;
        }

        private void leaveBucket(String key) {
            buckets.computeIfPresent(bucket(key), (bucket, count) -> count == 1 ? null : count - 1);
        }

        private String bucket(String key) {
            int end = key.indexOf('/', root.length());
            return key.substring(root.length(), end < 0 ? root.length() : end);
        }

        synchronized int size() {
            return byKey.size();
        }

        /** Up to so many requests; they are the last to be looked at again. */
        synchronized List<WaitingRequest> leastRecent(int count) {
            List<Map.Entry<String, WaitingRequest>> oldest =
                    byKey.entrySet().stream().limit(count).toList();
            for (Map.Entry<String, WaitingRequest> entry : oldest) {
                byKey.remove(entry.getKey());
                byKey.put(entry.getKey(), entry.getValue());
            }
            return oldest.stream().map(Map.Entry::getValue).toList();
        }

        /**
         * Where a listing that stands at this key goes on: time buckets in which nothing is awaited are skipped.
         *
         * @param position the last key seen, or null for the beginning
         * @return the key after which to list; null if nothing is awaited from there on
         */
        synchronized String listAfter(String position) {
            String from = position == null ? "" : bucket(position);
            String bucket = buckets.ceilingKey(from);
            if (bucket == null) {
                return null;
            }
            return bucket.equals(from) && position != null ? position : root + bucket;
        }

        /** Nanoseconds since the last request was entered. */
        synchronized long youngestAge() {
            return System.nanoTime() - lastEntered;
        }
    }
}
