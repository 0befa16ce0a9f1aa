package io.github.camelsagemaker.async.internal.tracking;

import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.s3.ObjectPage;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.tracking.InvocationKey;
import io.github.camelsagemaker.async.tracking.PendingClaim;
import io.github.camelsagemaker.async.tracking.PendingInvocation;
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
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
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

    /** How long at most a record is left alone whose outcome lies in S3, or about which S3 gave no answer. */
    static final Duration POSTPONEMENT = Duration.ofMinutes(15);

    /** How long after its deadline a record expires in any case. */
    static final Duration LONGEST_POSTPONEMENT = Duration.ofHours(6);

    /** How long an expired request is delivered again and again while its exchange fails. */
    static final Duration LONGEST_FAILING = Duration.ofHours(24);

    private static final int MOST_FAILING = 10_000;
    private static final int PURGE_BATCH = 1_000;

    private final String endpointName;
    private final TrackingSettings settings;
    private final Function<PendingInvocation, CompletableFuture<Boolean>> lookup;
    private final Function<PendingInvocation, CompletableFuture<Void>> route;
    private final BiConsumer<String, Throwable> reporter;
    private final Executor workers;
    private final Clock clock;
    private final BooleanSupplier paused;

    private final Set<Delivery> inFlight = ConcurrentHashMap.newKeySet();
    /** On this node. */
    private final Map<InvocationKey, Instant> failingSince = LRUCacheFactory.newLRUCache(MOST_FAILING);

    private final AtomicBoolean sweeping = new AtomicBoolean();
    private volatile boolean backlog;

    /**
     * @param lookup looks once, without blocking, whether an object is at one of the places that a record knows; fails without an
     *     answer of S3
     * @param route sends one exchange of status EXPIRED, called on a worker; ends when the exchange is done, exceptionally if it
     *     failed, which was reported already
     * @param reporter receives what went wrong outside the route
     * @param paused while it is, nothing more is claimed. What is in the route goes on; what is not there yet is given back
     */
    public ExpirySweep(
            String endpointName,
            TrackingSettings settings,
            Function<PendingInvocation, CompletableFuture<Boolean>> lookup,
            Function<PendingInvocation, CompletableFuture<Void>> route,
            BiConsumer<String, Throwable> reporter,
            Executor workers,
            Clock clock,
            BooleanSupplier paused) {
        this.endpointName = endpointName;
        this.settings = settings;
        this.lookup = lookup;
        this.route = route;
        this.reporter = reporter;
        this.workers = workers;
        this.clock = clock;
        this.paused = paused;
    }

    /** By a listing, as nothing else shows that an object is not there. Does not block; fails without an answer of S3. */
    public static CompletableFuture<Boolean> hasLanded(S3AsyncClient s3, PendingInvocation invocation) {
        S3Location output = S3Location.parseOrNull(invocation.outputLocation());
        S3Location failure = S3Location.parseOrNull(invocation.failureLocation());
        return isListed(s3, output, null).thenCombine(isListed(s3, failure, null), Boolean::logicalOr);
    }

    /** The key itself is the first one that begins with it. */
    private static CompletableFuture<Boolean> isListed(S3AsyncClient s3, S3Location location, String token) {
        if (location == null) {
            return CompletableFuture.completedFuture(false);
        }
        String target = "'" + location
                + "' (a tracked request's place; only with the permission s3:ListBucket does S3 say that nothing is there)";
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

    /** Expired requests that are claimed, looked for or in the route. */
    public int inFlight() {
        return inFlight.size();
    }

    private void sweep() {
        if (paused.getAsBoolean() || !sweeping.compareAndSet(false, true)) {
            return;
        }
        boolean purged = false;
        try {
            backlog = false;
            boolean more = true;
            while (more && !paused.getAsBoolean()) {
                int free = settings.maxInFlight() - inFlight.size();
                backlog = free <= 0;
                more = free > 0 && claim(free) == free;
            }
            // Other nodes may purge the same: a batch that is not full is no sign of the end.
            purged = settings.store().purge(endpointName, clock.instant().minus(settings.retention()), PURGE_BATCH) > 0;
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
        var claimed = settings.store().claimExpired(endpointName, claim, limit);
        claimed.forEach(invocation -> new Delivery(invocation, claim).begin());
        return claimed.size();
    }

    /**
     * Renews the claims on what is under way, and confirms what could not be confirmed before. Often within each lease. Blocks on
     * the store: the workers may all be busy with exchanges for longer than a lease.
     */
    public void renew() {
        inFlight.forEach(Delivery::renew);
    }

    /** One expired request on its way. Its lock keeps a claim that was given back from being renewed, and an end from coming twice. */
    private final class Delivery {

        private final PendingInvocation invocation;
        private final PendingClaim claim;
        /** When its exchange had succeeded. */
        private volatile Instant emitted;

        private volatile boolean over;

        Delivery(PendingInvocation invocation, PendingClaim claim) {
            this.invocation = invocation;
            this.claim = claim;
        }

        void begin() {
            inFlight.add(this);
            Futures.call(() -> lookup.apply(invocation))
                    .handleAsync(this::decide, workers)
                    .thenCompose(Function.identity())
                    .whenCompleteAsync((done, failure) -> end(failure), workers);
        }

        private CompletableFuture<Void> decide(Boolean there, Throwable failure) {
            Instant now = clock.instant();
            if (paused.getAsBoolean()) {
                return giveBack(now);
            }
            if (failure != null) {
                reporter.accept(
                        "It is not known whether the result of " + invocation.inferenceId() + " landed",
                        Futures.unwrap(failure));
            }
            Instant deadline = invocation.deadline();
            if ((failure != null || there) && now.isBefore(deadline.plus(LONGEST_POSTPONEMENT))) {
                // As long again as it was looked for already: what passes is over soon, and what stays costs little.
                long since = Duration.between(deadline, now).toMillis();
                long wait = Math.max(since, settings.lease().toMillis());
                return giveBack(now.plusMillis(Math.min(wait, POSTPONEMENT.toMillis())));
            }
            return route.apply(invocation)
                    .handleAsync(
                            (done, failed) -> {
                                // The route reported a failure; the claim lapses, and another sweep tries again.
                                if (failed == null || isGivenUp(failed)) {
                                    failingSince.remove(invocation.key());
                                    emitted = clock.instant().truncatedTo(ChronoUnit.MILLIS);
                                    confirm();
                                }
                                return null;
                            },
                            workers);
        }

        /** Whether its exchanges have failed for so long that it is left to whoever reads the report. */
        private boolean isGivenUp(Throwable failure) {
            Instant now = clock.instant();
            // What failed before the deadline was an earlier request of this id.
            Instant since = failingSince.compute(
                    invocation.key(),
                    (key, before) -> before == null || before.isBefore(invocation.deadline()) ? now : before);
            boolean givenUp = !now.isBefore(since.plus(LONGEST_FAILING));
            if (givenUp) {
                reporter.accept(
                        "The " + this + " is given up: its exchanges have failed since " + since,
                        Futures.unwrap(failure));
            }
            return givenUp;
        }

        private synchronized CompletableFuture<Void> giveBack(Instant notBefore) {
            over = true;
            settings.store().release(invocation.key(), claim, notBefore);
            return CompletableFuture.completedFuture(null);
        }

        private void confirm() {
            boolean confirmed;
            synchronized (this) {
                if (over) {
                    return;
                }
                // Where an answer was lost, the record shows by its time that it was confirmed here.
                confirmed = settings.store().confirmExpired(invocation.key(), claim, emitted)
                        || isThere(there -> emitted.equals(there.expiredAt()));
                over = true;
            }
            if (!confirmed) {
                reporter.accept(
                        "An expired request may be delivered twice",
                        new PendingStoreException("The claim on the " + this
                                + " lapsed, or its result was delivered, while its exchange was under way"));
            }
        }

        private void end(Throwable failure) {
            if (failure != null) {
                reporter.accept("The " + this + " could not be handled to the end", Futures.unwrap(failure));
            }
            if (emitted == null || over) {
                inFlight.remove(this);
            }
            // Else the store failed after the exchange succeeded: the claim is kept, and confirming tried again.
            if (backlog && !paused.getAsBoolean()) {
                run();
            }
        }

        void renew() {
            try {
                if (emitted != null) {
                    confirm();
                    inFlight.remove(this);
                    return;
                }
                synchronized (this) {
                    // A later request may have the id by now, whose record nobody has claimed.
                    if (!over && isThere(there -> there.created().equals(invocation.created()))) {
                        settings.store().claim(invocation.key(), claim.renewed(clock.instant(), settings.lease()));
                    }
                }
            } catch (RuntimeException e) {
                reporter.accept("The claim on the " + this + " could not be renewed", e);
            }
        }

        private boolean isThere(Predicate<PendingInvocation> condition) {
            return settings.store().find(invocation.key()).filter(condition).isPresent();
        }

        @Override
        public String toString() {
            return "expired request " + invocation.inferenceId();
        }
    }
}
