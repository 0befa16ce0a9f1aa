package io.github.camelsagemaker.async.internal.tracking;

import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.s3.ObjectPage;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.tracking.InvocationKey;
import io.github.camelsagemaker.async.tracking.PendingClaim;
import io.github.camelsagemaker.async.tracking.PendingInvocation;
import io.github.camelsagemaker.async.tracking.PendingInvocationStore;
import io.github.camelsagemaker.async.tracking.PendingStoreException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.camel.support.LRUCacheFactory;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * Delivers the expiry of requests whose result never came. Many nodes may sweep one store.
 *
 * <p>A record is claimed, looked for in S3 a last time, emitted, and confirmed after the exchange succeeded. When the exchange
 * failed or the node died, the claim lapses and another sweep delivers it again: at least once, and at most once unless
 * something died or the store could not be reached for a lease's time. A record whose outcome lies in S3 is left to the
 * consumer of results, for a bounded time.
 *
 * <p>Thread-safe. {@link #run()} returns at once, and the work is done on the workers; {@link #renew()} blocks.
 */
public final class ExpirySweep {

    /** How long at most a record is left alone whose outcome lies in S3, or about which S3 could not tell. */
    static final Duration POSTPONEMENT = Duration.ofMinutes(15);

    /** How long after its deadline a record expires in any case. */
    static final Duration LONGEST_POSTPONEMENT = Duration.ofHours(6);

    /** How long an expired request is delivered again and again while its exchange fails. */
    static final Duration LONGEST_FAILING = Duration.ofHours(24);

    private static final int MOST_FAILING = 10_000;
    private static final int PURGE_BATCH = 1_000;

    private final String endpointName;
    private final TrackingSettings settings;
    private final PendingInvocationStore store;
    private final Function<PendingInvocation, CompletableFuture<Boolean>> lookup;
    private final Function<PendingInvocation, CompletableFuture<Void>> route;
    private final BiConsumer<String, Throwable> reporter;
    private final Executor workers;
    private final Clock clock;

    private final Set<Delivery> inFlight = ConcurrentHashMap.newKeySet();
    /** On this node. */
    private final Map<InvocationKey, Instant> failingSince = LRUCacheFactory.newLRUCache(MOST_FAILING);

    private final AtomicBoolean sweeping = new AtomicBoolean();
    private volatile boolean paused;
    private volatile boolean backlog;

    /**
     * @param lookup looks once, without blocking, whether an object is at one of the places that a record knows; fails if S3 could
     *     not tell
     * @param route sends one exchange of status EXPIRED, called on a worker; ends when the exchange is done, exceptionally if it
     *     failed, which was reported already
     * @param reporter is told what went wrong outside the route
     */
    public ExpirySweep(
            String endpointName,
            TrackingSettings settings,
            Function<PendingInvocation, CompletableFuture<Boolean>> lookup,
            Function<PendingInvocation, CompletableFuture<Void>> route,
            BiConsumer<String, Throwable> reporter,
            Executor workers,
            Clock clock) {
        this.endpointName = endpointName;
        this.settings = settings;
        this.store = settings.store();
        this.lookup = lookup;
        this.route = route;
        this.reporter = reporter;
        this.workers = workers;
        this.clock = clock;
    }

    /** By a listing, as nothing else tells that an object is not there. Does not block; fails if S3 could not tell. */
    public static CompletableFuture<Boolean> hasLanded(S3AsyncClient s3, PendingInvocation invocation) {
        return isListed(s3, invocation.outputLocation(), null)
                .thenCombine(isListed(s3, invocation.failureLocation(), null), (output, failure) -> output || failure);
    }

    /** The key itself is the first one that begins with it. */
    private static CompletableFuture<Boolean> isListed(S3AsyncClient s3, S3Location location, String token) {
        if (location == null) {
            return CompletableFuture.completedFuture(false);
        }
        String target = "'" + location
                + "' (a tracked request's place; that nothing is there S3 tells with the permission s3:ListBucket only)";
        return AwsErrors.translated(
                        "ListObjectsV2", target, ObjectPage.list(s3, location.bucket(), location.key(), token, null))
                .thenCompose(page -> page.objects().isEmpty() && !page.last()
                        ? isListed(s3, location, page.token())
                        : CompletableFuture.completedFuture(!page.objects().isEmpty()
                                && page.objects().get(0).key().equals(location.key())));
    }

    /** Looks for expired requests, and purges old records. */
    public void run() {
        workers.execute(this::sweep);
    }

    /** Claims nothing more. What is in the route goes on; what is not there yet is given back. */
    public void pause() {
        paused = true;
    }

    public void resume() {
        paused = false;
    }

    /** Expired requests that are claimed, looked for or in the route. */
    public int inFlight() {
        return inFlight.size();
    }

    private void sweep() {
        if (paused || !sweeping.compareAndSet(false, true)) {
            return;
        }
        boolean purged = false;
        try {
            backlog = false;
            boolean more = true;
            while (more && !paused) {
                int free = settings.maxInFlight() - inFlight.size();
                backlog = free <= 0;
                more = free > 0 && claim(free) == free;
            }
            // Other nodes may purge the same: a batch that is not full is no sign of the end.
            purged = store.purge(endpointName, clock.instant().minus(settings.retention()), PURGE_BATCH) > 0;
        } catch (RuntimeException e) {
            reporter.accept("The store of pending invocations could not be swept", e);
        } finally {
            sweeping.set(false);
        }
        if (purged) {
            run(); // the next batch, behind what has expired meanwhile
        }
    }

    private int claim(int limit) {
        PendingClaim claim = PendingClaim.of(clock.instant(), settings.lease());
        var claimed = store.claimExpired(endpointName, claim, limit);
        claimed.forEach(invocation -> begin(new Delivery(invocation, claim)));
        return claimed.size();
    }

    private void begin(Delivery delivery) {
        inFlight.add(delivery);
        Futures.call(() -> lookup.apply(delivery.invocation))
                .handleAsync((there, failure) -> decide(delivery, there, failure), workers)
                .thenCompose(Function.identity())
                .whenCompleteAsync((done, failure) -> end(delivery, failure), workers);
    }

    private CompletableFuture<Void> decide(Delivery delivery, Boolean there, Throwable failure) {
        Instant now = clock.instant();
        if (paused) {
            return giveBack(delivery, now);
        }
        if (failure != null) {
            reporter.accept(
                    "It could not be told whether the result of " + delivery.id() + " landed", Futures.unwrap(failure));
        }
        Instant deadline = delivery.invocation.deadline();
        if ((failure != null || there) && now.isBefore(deadline.plus(LONGEST_POSTPONEMENT))) {
            return giveBack(delivery, now.plus(postponement(deadline, now)));
        }
        return route.apply(delivery.invocation)
                .handleAsync(
                        (done, failed) -> {
                            // The route reported a failed exchange; the claim lapses, and another sweep tries again.
                            if (failed == null || isGivenUp(delivery, Futures.unwrap(failed))) {
                                failingSince.remove(delivery.invocation.key());
                                delivery.emitted = clock.instant().truncatedTo(ChronoUnit.MILLIS);
                                confirm(delivery);
                            }
                            return null;
                        },
                        workers);
    }

    /** Whether its exchanges have failed for so long that it is left to whoever is told of that. */
    private boolean isGivenUp(Delivery delivery, Throwable failure) {
        Instant now = clock.instant();
        Instant deadline = delivery.invocation.deadline();
        // What failed before the deadline was an earlier request of this id.
        Instant since = failingSince.compute(
                delivery.invocation.key(), (key, before) -> before == null || before.isBefore(deadline) ? now : before);
        if (now.isBefore(since.plus(LONGEST_FAILING))) {
            return false;
        }
        reporter.accept(
                "The expired request " + delivery.id() + " is given up: its exchanges have failed since " + since,
                failure);
        return true;
    }

    /** As long again as it was looked for already: what passes is over soon, and what stays costs little. */
    private Duration postponement(Instant deadline, Instant now) {
        Duration since = Duration.between(deadline, now);
        Duration atLeast = since.compareTo(settings.lease()) < 0 ? settings.lease() : since;
        return atLeast.compareTo(POSTPONEMENT) < 0 ? atLeast : POSTPONEMENT;
    }

    private CompletableFuture<Void> giveBack(Delivery delivery, Instant notBefore) {
        synchronized (delivery) {
            delivery.over = true;
            store.release(delivery.invocation.key(), delivery.claim, notBefore);
        }
        return CompletableFuture.completedFuture(null);
    }

    private void confirm(Delivery delivery) {
        boolean confirmed;
        synchronized (delivery) {
            if (delivery.over) {
                return;
            }
            // Where an answer was lost, the record tells by its time that it was confirmed here.
            confirmed = store.confirmExpired(delivery.invocation.key(), delivery.claim, delivery.emitted)
                    || store.find(delivery.invocation.key())
                            .filter(there -> delivery.emitted.equals(there.expiredAt()))
                            .isPresent();
            delivery.over = true;
        }
        if (!confirmed) {
            reporter.accept(
                    "An expired request may be delivered twice",
                    new PendingStoreException("The claim on the expired request " + delivery.id()
                            + " lapsed, or its result was delivered, while its exchange was under way"));
        }
    }

    private void end(Delivery delivery, Throwable failure) {
        if (failure != null) {
            reporter.accept(
                    "The expired request " + delivery.id() + " could not be handled to the end",
                    Futures.unwrap(failure));
        }
        if (delivery.emitted == null || delivery.over) {
            inFlight.remove(delivery);
        }
        // Else the store failed after the exchange succeeded: the claim is kept, and confirming tried again.
        if (backlog && !paused) {
            run();
        }
    }

    /**
     * Renews the claims on what is under way, and confirms what could not be confirmed before. Often within each lease. Blocks on
     * the store: the workers may all be busy with exchanges for longer than a lease.
     */
    public void renew() {
        inFlight.forEach(this::renew);
    }

    private void renew(Delivery delivery) {
        try {
            if (delivery.emitted != null) {
                confirm(delivery);
                inFlight.remove(delivery);
                return;
            }
            synchronized (delivery) {
                if (!delivery.over && isThere(delivery.invocation)) {
                    store.claim(delivery.invocation.key(), delivery.claim.renewed(clock.instant(), settings.lease()));
                }
            }
        } catch (RuntimeException e) {
            reporter.accept("The claim on the expired request " + delivery.id() + " could not be renewed", e);
        }
    }

    /** A later request may have the id by now, whose record nobody has claimed. */
    private boolean isThere(PendingInvocation invocation) {
        return store.find(invocation.key())
                .filter(there -> there.created().equals(invocation.created()))
                .isPresent();
    }

    /** One expired request on its way. Its lock keeps a claim that was given back from being renewed, and an end from coming twice. */
    private static final class Delivery {

        private final PendingInvocation invocation;
        private final PendingClaim claim;
        /** When its exchange had succeeded. */
        private volatile Instant emitted;

        private volatile boolean over;

        Delivery(PendingInvocation invocation, PendingClaim claim) {
            this.invocation = invocation;
            this.claim = claim;
        }

        String id() {
            return invocation.inferenceId();
        }
    }
}
