package io.github.camelsagemaker.async.internal.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.tracking.InvocationKey;
import io.github.camelsagemaker.async.tracking.MemoryPendingInvocationStore;
import io.github.camelsagemaker.async.tracking.PendingClaim;
import io.github.camelsagemaker.async.tracking.PendingInvocation;
import io.github.camelsagemaker.async.tracking.PendingInvocationStore;
import io.github.camelsagemaker.async.tracking.PendingState;
import io.github.camelsagemaker.async.tracking.PendingStoreException;
import io.github.camelsagemaker.async.tracking.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ExpirySweepTest {

    private static final String ENDPOINT = "summarizer";
    private static final Instant CREATED = Instant.parse("2026-03-01T10:00:00Z");
    private static final Instant DEADLINE = CREATED.plusSeconds(3600);
    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final Duration RETENTION = Duration.ofDays(1);

    private final SettableClock clock = new SettableClock(DEADLINE);
    private final UnreliableStore store = new UnreliableStore();
    private final Map<String, CompletableFuture<Void>> emitted = new LinkedHashMap<>();
    private final List<String> emissions = new ArrayList<>();
    private final List<String> reports = new ArrayList<>();
    private CompletableFuture<Boolean> found = CompletableFuture.completedFuture(false);
    private boolean paused;
    private final ExpirySweep sweep = sweepOf(store);

    private ExpirySweep sweepOf(PendingInvocationStore anyStore) {
        return sweepOf(anyStore, invocation -> {
            emissions.add(invocation.inferenceId());
            CompletableFuture<Void> done = new CompletableFuture<>();
            emitted.put(invocation.inferenceId(), done);
            return done;
        });
    }

    private ExpirySweep sweepOf(
            PendingInvocationStore anyStore, Function<PendingInvocation, CompletableFuture<Void>> route) {
        return new ExpirySweep(
                ENDPOINT,
                new TrackingSettings(anyStore, new HeaderCodec(null), null, null, LEASE, RETENTION, 4),
                invocation -> found,
                route,
                (message, failure) -> reports.add(message + ": " + failure),
                Runnable::run,
                clock,
                () -> paused);
    }

    @BeforeEach
    void addOne() {
        add("id-1");
    }

    private void add(String id) {
        store.add(PendingInvocation.pending(id, ENDPOINT, CREATED, DEADLINE, "{}"));
    }

    private PendingState stateOf(String id) {
        return store.find(key(id)).orElseThrow().state();
    }

    @Nested
    class Emitting {

        @Test
        void emitsARequestWhoseDeadlinePassedAndConfirmsItAfterSuccess() {
            sweep.run();

            assertThat(emissions).containsExactly("id-1");
            assertThat(stateOf("id-1")).isEqualTo(PendingState.PENDING);

            emitted.get("id-1").complete(null);

            assertThat(stateOf("id-1")).isEqualTo(PendingState.EXPIRED);
            assertThat(store.statistics(ENDPOINT).expired()).isEqualTo(1);
            assertThat(sweep.inFlight()).isZero();
            clock.advance(Duration.ofDays(1));
            sweep.run();
            assertThat(emissions).hasSize(1);
            assertThat(reports).isEmpty();
        }

        @Test
        void leavesARequestAloneBeforeItsDeadline() {
            clock.advance(Duration.ofMillis(-1));

            sweep.run();

            assertThat(emissions).isEmpty();
        }

        @Test
        void emitsAgainAfterTheLeaseWhenTheExchangeFailed() {
            sweep.run();
            emitted.get("id-1").completeExceptionally(new IllegalStateException("route down"));

            clock.advance(LEASE.minusMillis(1));
            sweep.run();
            assertThat(emissions).hasSize(1);

            clock.advance(Duration.ofMillis(1));
            sweep.run();
            emitted.get("id-1").complete(null);

            assertThat(emissions).hasSize(2);
            assertThat(stateOf("id-1")).isEqualTo(PendingState.EXPIRED);
            assertThat(sweep.inFlight()).isZero();
        }

        @Test
        void givesARequestUpWhoseExchangesFailForADayAndTellsOfIt() {
            sweep.run();
            emitted.get("id-1").completeExceptionally(new IllegalStateException("route down"));
            clock.advance(ExpirySweep.LONGEST_FAILING.minusMillis(1));
            sweep.run();
            emitted.get("id-1").completeExceptionally(new IllegalStateException("route down"));
            assertThat(stateOf("id-1")).isEqualTo(PendingState.PENDING);
            assertThat(reports).isEmpty();

            clock.advance(LEASE);
            sweep.run();
            emitted.get("id-1").completeExceptionally(new IllegalStateException("still down"));

            assertThat(emissions).hasSize(3);
            assertThat(stateOf("id-1")).isEqualTo(PendingState.EXPIRED);
            assertThat(reports).singleElement().asString().contains("id-1", "given up", "still down");
            assertThat(sweep.inFlight()).isZero();
        }

        @Test
        void givesNoRequestUpBecauseAnEarlierOneOfItsIdFailed() {
            sweep.run();
            emitted.get("id-1").completeExceptionally(new IllegalStateException("route down"));
            store.end(key("id-1"), PendingState.COMPLETED, clock.instant());
            clock.advance(ExpirySweep.LONGEST_FAILING);
            store.add(PendingInvocation.pending("id-1", ENDPOINT, clock.instant(), clock.instant(), "{}"));

            sweep.run();
            emitted.get("id-1").completeExceptionally(new IllegalStateException("route down"));

            assertThat(stateOf("id-1")).isEqualTo(PendingState.PENDING);
        }

        @Test
        void leavesARequestToTheConsumerWhoseResultLiesInS3ButNotForEver() {
            found = CompletableFuture.completedFuture(true);
            sweep.run();
            assertThat(emissions).isEmpty();
            assertThat(sweep.inFlight()).isZero();

            // Looked at again no sooner than the postponement says, and given up at the end of the longest one.
            int looks = 1;
            for (Instant end = DEADLINE.plus(ExpirySweep.LONGEST_POSTPONEMENT);
                    clock.instant().isBefore(end);
                    looks++) {
                assertThat(emissions).isEmpty();
                clock.advance(ExpirySweep.POSTPONEMENT);
                sweep.run();
            }

            assertThat(emissions).containsExactly("id-1");
            assertThat(looks).isEqualTo(25);
        }

        @Test
        void waitsWhenS3CannotTellWhetherTheResultLanded() {
            found = CompletableFuture.failedFuture(new IllegalStateException("S3 is down"));
            sweep.run();

            assertThat(emissions).isEmpty();
            assertThat(reports).singleElement().asString().contains("id-1").contains("S3 is down");

            found = CompletableFuture.completedFuture(false);
            clock.advance(LEASE);
            sweep.run();
            assertThat(emissions).containsExactly("id-1");
        }

        @Test
        void purgesWhatEndedBeforeTheRetention() {
            store.addLocations(key("id-1"), "s3://bucket/out/1", null, null);
            store.end(key("id-1"), PendingState.COMPLETED, DEADLINE);

            clock.advance(RETENTION);
            sweep.run();
            assertThat(store.find(key("id-1"))).isPresent();

            clock.advance(Duration.ofMillis(1));
            sweep.run();
            assertThat(store.find(key("id-1"))).isEmpty();
        }

        @Test
        void purgesAllThereIsHoweverMuch() {
            for (int i = 0; i < 2_500; i++) {
                store.add(PendingInvocation.pending("old-" + i, ENDPOINT, DEADLINE, DEADLINE, "{}"));
                store.end(key("old-" + i), PendingState.COMPLETED, DEADLINE);
            }

            clock.advance(RETENTION.plusMillis(1));
            sweep.run();

            assertThat(store.statistics(ENDPOINT).completed()).isZero();
        }
    }

    @Nested
    class Claims {

        @Test
        void goesOnAtAnotherNodeWhenThisOneDiedInTheRoute() {
            sweep.run();
            ExpirySweep other = sweepOf(store);

            other.run();
            assertThat(emissions).hasSize(1);

            clock.advance(LEASE);
            other.run();
            assertThat(emissions).hasSize(2);
        }

        @Test
        void keepsTheClaimOnAnExchangeThatTakesLongerThanTheLease() {
            sweep.run();
            ExpirySweep other = sweepOf(store);

            for (int i = 0; i < 10; i++) {
                clock.advance(LEASE.dividedBy(2));
                sweep.renew();
                other.run();
            }
            assertThat(emissions).hasSize(1);

            emitted.get("id-1").complete(null);
            assertThat(stateOf("id-1")).isEqualTo(PendingState.EXPIRED);
            assertThat(reports).isEmpty();
        }

        @Test
        void aConfirmationWhoseAnswerWasLostIsNoSecondDelivery() {
            sweep.run();
            store.afterConfirming = () -> {
                throw new PendingStoreException("the answer was lost");
            };
            emitted.get("id-1").complete(null);
            assertThat(reports).singleElement().asString().contains("the answer was lost");
            store.afterConfirming = () -> {};
            clock.advance(Duration.ofSeconds(1));

            sweep.renew();

            assertThat(reports).hasSize(1);
            assertThat(sweep.inFlight()).isZero();
            assertThat(stateOf("id-1")).isEqualTo(PendingState.EXPIRED);
        }

        @Test
        void doesNotConfirmWhatWasDeliveredMeanwhileAndSaysSo() {
            sweep.run();
            store.end(key("id-1"), PendingState.COMPLETED, clock.instant());

            emitted.get("id-1").complete(null);

            assertThat(stateOf("id-1")).isEqualTo(PendingState.COMPLETED);
            assertThat(store.statistics(ENDPOINT).expired()).isZero();
            assertThat(reports).singleElement().asString().contains("id-1").contains("twice");
        }

        @Test
        void confirmsLaterWhenTheStoreFailsAfterTheExchangeSucceeded() {
            sweep.run();
            store.broken = true;
            emitted.get("id-1").complete(null);
            assertThat(sweep.inFlight()).isEqualTo(1);

            sweep.renew();
            assertThat(sweep.inFlight()).isEqualTo(1);
            store.broken = false;
            sweep.renew();

            assertThat(stateOf("id-1")).isEqualTo(PendingState.EXPIRED);
            assertThat(sweep.inFlight()).isZero();
            assertThat(emissions).hasSize(1);
        }

        @Test
        void confirmsOnceWhenTheClaimsAreRenewedAtTheSameMoment() throws Exception {
            sweep.run();
            Thread renewal = new Thread(sweep::renew);
            store.beforeConfirming = () -> {
                store.beforeConfirming = () -> {};
                renewal.start();
                awaitBlockedOrEnded(renewal);
            };

            emitted.get("id-1").complete(null);
            renewal.join();

            assertThat(reports).isEmpty();
            assertThat(store.statistics(ENDPOINT).expired()).isEqualTo(1);
        }

        @Test
        void leavesTheRecordOfALaterRequestOfTheSameIdAlone() {
            sweep.run();
            store.end(key("id-1"), PendingState.COMPLETED, clock.instant());
            Instant later = DEADLINE.plusSeconds(60);
            store.add(PendingInvocation.pending("id-1", ENDPOINT, later, later.plusSeconds(3600), "{}"));

            sweep.renew();
            emitted.get("id-1").complete(null);

            assertThat(stateOf("id-1")).isEqualTo(PendingState.PENDING);
        }

        @Test
        void renewsNoClaimThatWasGivenBack() throws Exception {
            found = new CompletableFuture<>();
            sweep.run();
            Thread givingBack = new Thread(() -> found.complete(true));
            store.beforeClaiming = () -> {
                givingBack.start();
                awaitBlockedOrEnded(givingBack);
            };

            sweep.renew();
            givingBack.join();

            store.beforeClaiming = () -> {};
            assertThat(store.claim(key("id-1"), PendingClaim.ofResult(clock.instant(), LEASE)))
                    .isTrue();
        }

        @Test
        void goesOnAfterTheStoreCouldNotBeReached() {
            store.broken = true;
            sweep.run();
            assertThat(reports).singleElement().asString().contains("database down");

            store.broken = false;
            sweep.run();
            assertThat(emissions).containsExactly("id-1");
        }
    }

    @Nested
    class Slots {

        @Test
        void hasNoMoreInTheRouteThanAllowedAndGoesOnAsSoonAsOneEnds() {
            for (int i = 2; i <= 10; i++) {
                add("id-" + i);
            }
            sweep.run();
            assertThat(emissions).hasSize(4);
            assertThat(sweep.inFlight()).isEqualTo(4);

            while (emissions.size() < 10) {
                int before = emissions.size();
                emitted.remove(emitted.keySet().iterator().next()).complete(null);
                assertThat(emissions).hasSize(before + 1);
                assertThat(sweep.inFlight()).isEqualTo(4);
            }
            emissions.forEach(
                    id -> emitted.getOrDefault(id, new CompletableFuture<>()).complete(null));

            assertThat(emissions).hasSize(10).doesNotHaveDuplicates();
            assertThat(store.statistics(ENDPOINT).expired()).isEqualTo(10);
            assertThat(sweep.inFlight()).isZero();
        }

        @Test
        void givesBackWhatIsNotInTheRouteYetWhenItIsPaused() {
            found = new CompletableFuture<>();
            sweep.run();
            paused = true;
            found.complete(false);

            assertThat(emissions).isEmpty();
            assertThat(sweep.inFlight()).isZero();
            found = CompletableFuture.completedFuture(false);
            paused = false;
            sweepOf(store).run();
            assertThat(emissions).containsExactly("id-1");
        }

        @Test
        void claimsNothingWhileItIsPaused() {
            paused = true;
            sweep.run();
            assertThat(emissions).isEmpty();

            paused = false;
            sweep.run();
            assertThat(emissions).hasSize(1);
        }

        @Test
        void givesTheSlotBackWhenTheRouteThrows() {
            ExpirySweep broken = sweepOf(store, invocation -> {
                throw new IllegalStateException("no exchange");
            });

            broken.run();

            assertThat(broken.inFlight()).isZero();
            assertThat(reports).hasSize(1);
            clock.advance(LEASE);
            sweep.run();
            assertThat(emissions).hasSize(1);
        }
    }

    private static void awaitBlockedOrEnded(Thread thread) {
        await().atMost(Duration.ofSeconds(10))
                .until(() -> thread.getState() == Thread.State.BLOCKED || !thread.isAlive());
    }

    /** A memory store that can be out of reach, or meet another thread. */
    private static final class UnreliableStore extends MemoryPendingInvocationStore {

        private boolean broken;
        private Runnable beforeConfirming = () -> {};
        private Runnable afterConfirming = () -> {};
        private Runnable beforeClaiming = () -> {};

        private void check() {
            if (broken) {
                throw new PendingStoreException("database down");
            }
        }

        @Override
        public synchronized List<PendingInvocation> claimExpired(String endpointName, PendingClaim claim, int limit) {
            check();
            return super.claimExpired(endpointName, claim, limit);
        }

        @Override
        public boolean confirmExpired(InvocationKey key, PendingClaim claim, Instant now) {
            beforeConfirming.run();
            check();
            boolean confirmed = super.confirmExpired(key, claim, now);
            afterConfirming.run();
            return confirmed;
        }

        @Override
        public boolean claim(InvocationKey key, PendingClaim claim) {
            beforeClaiming.run();
            check();
            return super.claim(key, claim);
        }
    }

    private static InvocationKey key(String inferenceId) {
        return new InvocationKey(ENDPOINT, inferenceId);
    }
}
