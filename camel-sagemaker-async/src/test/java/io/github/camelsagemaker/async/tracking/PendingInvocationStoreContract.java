package io.github.camelsagemaker.async.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.camelsagemaker.async.result.S3Location;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store must do. */
abstract class PendingInvocationStoreContract {

    protected static final String ENDPOINT = "summarizer";
    protected static final Instant CREATED = Instant.parse("2026-03-01T10:00:00.123Z");
    protected static final Instant DEADLINE = CREATED.plusSeconds(3600);
    protected static final Duration LEASE = Duration.ofMinutes(5);

    private static final S3Location OUTPUT = new S3Location("bucket", "out/1.out");
    private static final S3Location FAILURE = new S3Location("bucket", "failed/1.out");
    private static final S3Location INPUT = new S3Location("bucket", "in/1");

    protected PendingInvocationStore store;

    protected abstract PendingInvocationStore createStore() throws Exception;

    @BeforeEach
    void create() throws Exception {
        store = createStore();
    }

    private static PendingInvocation invocation(String id) {
        return PendingInvocation.pending(id, ENDPOINT, CREATED, DEADLINE, "{}");
    }

    private static PendingClaim claimAt(Instant now) {
        return PendingClaim.of(now, LEASE);
    }

    private static List<String> ids(List<PendingInvocation> invocations) {
        return invocations.stream().map(PendingInvocation::inferenceId).toList();
    }

    @Test
    void findsARecordAsItWasAdded() {
        PendingInvocation added =
                PendingInvocation.pending("id-1", ENDPOINT, CREATED, DEADLINE, "{\"order\":\"M\\u00fcller\"}");
        store.add(added);

        assertThat(store.find("id-1")).contains(added);
        assertThat(store.find("id-2")).isEmpty();
    }

    @Test
    void tellsInferenceIdsApartByCase() {
        store.add(invocation("abc"));
        store.add(invocation("ABC"));

        assertThat(store.find("abc")).map(PendingInvocation::inferenceId).contains("abc");
        assertThat(store.find("ABC")).map(PendingInvocation::inferenceId).contains("ABC");
    }

    @Test
    void keepsAnIdOfSixtyFourCharactersAndALocationOfTheGreatestLength() {
        String id = "i".repeat(64);
        S3Location longest = new S3Location("b".repeat(255), "k".repeat(1024));
        store.add(invocation(id));

        store.addLocations(id, longest, null, longest);

        assertThat(store.findByLocation(longest)).contains(invocation(id).withLocations(longest, null, longest));
    }

    @Test
    void keepsHeadersOfTheGreatestLength() {
        String headers = "{\"h\":\"" + "x".repeat(HeaderCodec.MAX_LENGTH - 8) + "\"}";
        store.add(PendingInvocation.pending("id-1", ENDPOINT, CREATED, DEADLINE, headers));

        assertThat(store.find("id-1")).map(PendingInvocation::headers).contains(headers);
    }

    @Test
    void refusesAnInferenceIdThatIsPendingAndOverwritesNothing() {
        PendingInvocation first = PendingInvocation.pending("id-1", ENDPOINT, CREATED, DEADLINE, "{\"first\":\"1\"}");
        store.add(first);

        assertThatExceptionOfType(DuplicateInferenceIdException.class)
                .isThrownBy(() -> store.add(invocation("id-1")))
                .withMessageContaining("'id-1'")
                .withMessageContaining("CamelAwsSageMakerAsyncRequestInferenceId");
        assertThat(store.find("id-1")).contains(first);
    }

    @Test
    void takesAnInferenceIdAgainOnceItsOutcomeWasDelivered() {
        store.add(invocation("id-1"));
        store.addLocations("id-1", OUTPUT, null, null);
        store.end("id-1", PendingState.COMPLETED, CREATED);

        store.add(invocation("id-1"));

        assertThat(store.find("id-1")).contains(invocation("id-1"));
        assertThat(store.findByLocation(OUTPUT)).isEmpty();
    }

    @Test
    void letsOneOfManyAddTheSameInferenceId() throws Exception {
        AtomicInteger refused = new AtomicInteger();
        inParallel(8, () -> {
            try {
                store.add(invocation("id-1"));
            } catch (DuplicateInferenceIdException e) {
                refused.incrementAndGet();
            }
            return null;
        });

        assertThat(refused).hasValue(7);
    }

    @Test
    void findsARecordByItsOutputAndByItsFailureLocation() {
        store.add(invocation("id-1"));
        store.addLocations("id-1", OUTPUT, FAILURE, INPUT);

        PendingInvocation located = invocation("id-1").withLocations(OUTPUT, FAILURE, INPUT);
        assertThat(store.findByLocation(OUTPUT)).contains(located);
        assertThat(store.findByLocation(FAILURE)).contains(located);
        assertThat(store.findByLocation(INPUT)).isEmpty();
        assertThat(store.findByLocation(new S3Location("bucket", "out/1.ou"))).isEmpty();
    }

    @Test
    void findsTheNewestPendingOfSeveralAtOneLocation() {
        for (int i = 1; i <= 3; i++) {
            String id = "id-" + i;
            store.add(PendingInvocation.pending(id, ENDPOINT, CREATED.plusSeconds(i), DEADLINE, "{}"));
            store.addLocations(id, OUTPUT, null, null);
        }
        store.end("id-3", PendingState.COMPLETED, CREATED);

        assertThat(store.findByLocation(OUTPUT))
                .map(PendingInvocation::inferenceId)
                .contains("id-2");

        store.end("id-2", PendingState.COMPLETED, CREATED);
        store.end("id-1", PendingState.COMPLETED, CREATED);

        assertThat(store.findByLocation(OUTPUT))
                .map(PendingInvocation::inferenceId)
                .contains("id-3");
    }

    @Test
    void addsLocationsAlsoAfterTheOutcomeWasDelivered() {
        store.add(invocation("id-1"));
        store.end("id-1", PendingState.COMPLETED, CREATED);

        store.addLocations("id-1", OUTPUT, null, null);

        assertThat(store.findByLocation(OUTPUT)).map(PendingInvocation::state).contains(PendingState.COMPLETED);
    }

    @Test
    void ignoresLocationsOfAnUnknownRecord() {
        store.addLocations("id-1", OUTPUT, null, null);

        assertThat(store.findByLocation(OUTPUT)).isEmpty();
    }

    @Test
    void forgetsAPendingRecordThatIsRemoved() {
        store.add(invocation("id-1"));
        store.addLocations("id-1", OUTPUT, null, null);

        store.remove("id-1");

        assertThat(store.find("id-1")).isEmpty();
        assertThat(store.findByLocation(OUTPUT)).isEmpty();
        assertThat(store.claimExpired(ENDPOINT, claimAt(DEADLINE), 10)).isEmpty();
    }

    @Test
    void removesNoRecordWhoseOutcomeWasDelivered() {
        store.add(invocation("id-1"));
        store.end("id-1", PendingState.FAILED, CREATED);

        store.remove("id-1");

        assertThat(store.find("id-1")).map(PendingInvocation::state).contains(PendingState.FAILED);
    }

    @Test
    void tellsWhatARecordWasWhenItEnds() {
        store.add(invocation("id-1"));

        assertThat(store.end("id-1", PendingState.COMPLETED, CREATED)).contains(PendingState.PENDING);
        assertThat(store.end("id-1", PendingState.FAILED, CREATED)).contains(PendingState.COMPLETED);
        assertThat(store.find("id-1")).map(PendingInvocation::state).contains(PendingState.COMPLETED);
        assertThat(store.end("id-2", PendingState.COMPLETED, CREATED)).isEmpty();
    }

    @Test
    void refusesToEndARecordAsPendingOrExpired() {
        store.add(invocation("id-1"));

        for (PendingState state : List.of(PendingState.PENDING, PendingState.EXPIRED)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> store.end("id-1", state, CREATED))
                    .withMessageContaining(state.name());
        }
    }

    @Test
    void letsOneOfManyEndARecord() throws Exception {
        store.add(invocation("id-1"));
        AtomicInteger first = new AtomicInteger();

        inParallel(8, () -> {
            if (store.end("id-1", PendingState.COMPLETED, CREATED).orElseThrow() == PendingState.PENDING) {
                first.incrementAndGet();
            }
            return null;
        });

        assertThat(first).hasValue(1);
    }

    @Test
    void claimsFromTheDeadlineOnAndNotAMillisecondBefore() {
        store.add(invocation("id-1"));

        assertThat(store.claimExpired(ENDPOINT, claimAt(DEADLINE.minusMillis(1)), 10))
                .isEmpty();
        assertThat(store.claimExpired(ENDPOINT, claimAt(DEADLINE), 10)).containsExactly(invocation("id-1"));
    }

    @Test
    void claimsTheEarliestDeadlineFirstAndOnlyOfTheEndpoint() {
        for (int i : new int[] {3, 1, 2}) {
            store.add(PendingInvocation.pending("id-" + i, ENDPOINT, CREATED, DEADLINE.plusMillis(i), "{}"));
        }
        store.add(PendingInvocation.pending("other", "other", CREATED, DEADLINE, "{}"));
        Instant later = DEADLINE.plusSeconds(1);

        assertThat(ids(store.claimExpired(ENDPOINT, claimAt(later), 2))).containsExactly("id-1", "id-2");
        assertThat(ids(store.claimExpired(ENDPOINT, claimAt(later), 2))).containsExactly("id-3");
    }

    @Test
    void claimsNothingThatWasClaimedUntilTheClaimLapses() {
        store.add(invocation("id-1"));
        PendingClaim first = claimAt(DEADLINE);
        store.claimExpired(ENDPOINT, first, 10);

        assertThat(store.claimExpired(ENDPOINT, claimAt(first.until().minusMillis(1)), 10))
                .isEmpty();
        assertThat(ids(store.claimExpired(ENDPOINT, claimAt(first.until()), 10)))
                .containsExactly("id-1");
    }

    @Test
    void claimsEachRecordOnceAmongManyNodes() throws Exception {
        int records = 200;
        IntStream.range(0, records).forEach(i -> store.add(invocation("id-" + i)));

        List<List<String>> claimed = inParallel(4, () -> {
            List<String> mine = new ArrayList<>();
            List<PendingInvocation> batch;
            do {
                batch = store.claimExpired(ENDPOINT, claimAt(DEADLINE), 7);
                mine.addAll(ids(batch));
            } while (!batch.isEmpty());
            return mine;
        });

        assertThat(claimed.stream().flatMap(List::stream).toList())
                .hasSize(records)
                .doesNotHaveDuplicates();
    }

    @Test
    void confirmsAnExpiryOnceAndForTheClaimersOnly() {
        store.add(invocation("id-1"));
        PendingClaim mine = claimAt(DEADLINE);
        store.claimExpired(ENDPOINT, mine, 10);

        assertThat(store.confirmExpired("id-1", claimAt(DEADLINE), DEADLINE)).isFalse();
        assertThat(store.confirmExpired("id-1", mine, DEADLINE.plusSeconds(1))).isTrue();
        assertThat(store.confirmExpired("id-1", mine, DEADLINE)).isFalse();
        assertThat(store.find("id-1"))
                .contains(invocation("id-1").withState(PendingState.EXPIRED, DEADLINE.plusSeconds(1)));
    }

    @Test
    void doesNotConfirmForAClaimThatLapsedAndWasTakenOver() {
        store.add(invocation("id-1"));
        PendingClaim slow = claimAt(DEADLINE);
        store.claimExpired(ENDPOINT, slow, 10);
        PendingClaim quick = claimAt(slow.until());
        store.claimExpired(ENDPOINT, quick, 10);

        assertThat(store.renew("id-1", slow)).isFalse();
        assertThat(store.release("id-1", slow, DEADLINE)).isFalse();
        assertThat(store.confirmExpired("id-1", slow, DEADLINE)).isFalse();
        assertThat(store.confirmExpired("id-1", quick, DEADLINE)).isTrue();
    }

    @Test
    void claimsAnExpiredRecordNoMore() {
        store.add(invocation("id-1"));
        PendingClaim claim = claimAt(DEADLINE);
        store.claimExpired(ENDPOINT, claim, 10);
        store.confirmExpired("id-1", claim, DEADLINE);

        assertThat(store.claimExpired(ENDPOINT, claimAt(DEADLINE.plus(Duration.ofDays(1))), 10))
                .isEmpty();
    }

    @Test
    void keepsARenewedClaim() {
        store.add(invocation("id-1"));
        PendingClaim claim = claimAt(DEADLINE);
        store.claimExpired(ENDPOINT, claim, 10);
        PendingClaim renewed = claim.renewed(claim.until(), LEASE);

        assertThat(store.renew("id-1", renewed)).isTrue();
        assertThat(store.claimExpired(ENDPOINT, claimAt(claim.until()), 10)).isEmpty();
        assertThat(store.claimExpired(ENDPOINT, claimAt(renewed.until()), 10)).hasSize(1);
    }

    @Test
    void claimsAReleasedRecordFromTheTimeNamed() {
        store.add(invocation("id-1"));
        PendingClaim claim = claimAt(DEADLINE);
        store.claimExpired(ENDPOINT, claim, 10);
        Instant again = DEADLINE.plusSeconds(30);

        assertThat(store.release("id-1", claim, again)).isTrue();
        assertThat(store.confirmExpired("id-1", claim, DEADLINE)).isFalse();
        assertThat(store.claimExpired(ENDPOINT, claimAt(again.minusMillis(1)), 10))
                .isEmpty();
        assertThat(store.claimExpired(ENDPOINT, claimAt(again), 10)).hasSize(1);
    }

    @Test
    void endsAnExpiredRecordAsALateOne() {
        store.add(invocation("id-1"));
        PendingClaim claim = claimAt(DEADLINE);
        store.claimExpired(ENDPOINT, claim, 10);
        store.confirmExpired("id-1", claim, DEADLINE);

        assertThat(store.end("id-1", PendingState.COMPLETED, DEADLINE.plusSeconds(9)))
                .contains(PendingState.EXPIRED);
        assertThat(store.find("id-1")).contains(invocation("id-1").withState(PendingState.COMPLETED, DEADLINE));
    }

    @Test
    void voidsAClaimWhenTheRecordEnds() {
        store.add(invocation("id-1"));
        PendingClaim claim = claimAt(DEADLINE);
        store.claimExpired(ENDPOINT, claim, 10);

        assertThat(store.end("id-1", PendingState.COMPLETED, DEADLINE)).contains(PendingState.PENDING);
        assertThat(store.confirmExpired("id-1", claim, DEADLINE)).isFalse();
        assertThat(store.find("id-1")).map(PendingInvocation::state).contains(PendingState.COMPLETED);
    }

    @Test
    void claimsNoRecordThatIsHeldUntilTheHoldIsOver() {
        store.add(invocation("id-1"));
        Instant until = DEADLINE.plusSeconds(60);

        assertThat(store.hold("id-1", DEADLINE, until)).isTrue();
        assertThat(store.claimExpired(ENDPOINT, claimAt(until.minusMillis(1)), 10))
                .isEmpty();
        assertThat(store.claimExpired(ENDPOINT, claimAt(until), 10)).hasSize(1);
    }

    @Test
    void neverShortensAHoldOrADeadlineByAnotherHold() {
        store.add(invocation("id-1"));
        assertThat(store.hold("id-1", CREATED, DEADLINE.plusSeconds(60))).isTrue();
        assertThat(store.hold("id-1", CREATED, CREATED.plusSeconds(1))).isTrue();

        assertThat(store.claimExpired(ENDPOINT, claimAt(DEADLINE.plusSeconds(59)), 10))
                .isEmpty();
    }

    @Test
    void holdsNothingWhoseExpiryIsBeingDelivered() {
        store.add(invocation("id-1"));
        PendingClaim claim = claimAt(DEADLINE);
        store.claimExpired(ENDPOINT, claim, 10);

        assertThat(store.hold("id-1", claim.until().minusMillis(1), DEADLINE.plus(Duration.ofDays(1))))
                .isFalse();
        assertThat(store.confirmExpired("id-1", claim, DEADLINE)).isTrue();
    }

    @Test
    void holdsARecordWhoseClaimHasLapsedAndVoidsTheClaim() {
        store.add(invocation("id-1"));
        PendingClaim claim = claimAt(DEADLINE);
        store.claimExpired(ENDPOINT, claim, 10);

        assertThat(store.hold("id-1", claim.until(), claim.until().plusSeconds(60)))
                .isTrue();
        assertThat(store.confirmExpired("id-1", claim, DEADLINE)).isFalse();
    }

    @Test
    void holdsNothingThatHasEndedOrIsUnknown() {
        store.add(invocation("id-1"));
        store.end("id-1", PendingState.COMPLETED, CREATED);

        assertThat(store.hold("id-1", CREATED, DEADLINE)).isFalse();
        assertThat(store.hold("id-2", CREATED, DEADLINE)).isFalse();
    }

    @Test
    void eitherHoldsOrClaimsButNeverBoth() throws Exception {
        int records = 100;
        IntStream.range(0, records).forEach(i -> store.add(invocation("id-" + i)));
        AtomicInteger held = new AtomicInteger();
        AtomicInteger claimed = new AtomicInteger();
        AtomicInteger turn = new AtomicInteger();

        inParallel(4, () -> {
            if (turn.getAndIncrement() % 2 == 0) {
                for (int i = 0; i < records; i++) {
                    // Two holders may hold the same record; counted is who did first.
                    if (store.hold("id-" + i, DEADLINE, DEADLINE.plus(LEASE))) {
                        held.incrementAndGet();
                    }
                }
            } else {
                List<PendingInvocation> batch;
                do {
                    batch = store.claimExpired(ENDPOINT, claimAt(DEADLINE), 5);
                    claimed.addAndGet(batch.size());
                } while (!batch.isEmpty());
            }
            return null;
        });

        // Each of the two holders saw every record: what was not claimed is held by both, save where a claim came
        // between them.
        assertThat(held.get() + 2 * claimed.get()).isBetween(2 * records, 2 * records + claimed.get());
        assertThat(store.claimExpired(ENDPOINT, claimAt(DEADLINE), records)).isEmpty();
    }

    @Test
    void countsByStateAndTellsTheOldestPending() {
        for (int i = 1; i <= 5; i++) {
            store.add(PendingInvocation.pending("id-" + i, ENDPOINT, CREATED.plusSeconds(i), DEADLINE, "{}"));
        }
        store.add(PendingInvocation.pending("other", "other", CREATED, DEADLINE, "{}"));
        store.end("id-1", PendingState.COMPLETED, CREATED);
        store.end("id-2", PendingState.FAILED, CREATED);
        PendingClaim claim = claimAt(DEADLINE);
        List<PendingInvocation> claimed = store.claimExpired(ENDPOINT, claim, 1);
        store.confirmExpired(claimed.get(0).inferenceId(), claim, DEADLINE);

        PendingStatistics statistics = store.statistics(ENDPOINT);

        assertThat(statistics.pending()).isEqualTo(2);
        assertThat(statistics.completed()).isEqualTo(1);
        assertThat(statistics.failed()).isEqualTo(1);
        assertThat(statistics.expired()).isEqualTo(1);
        assertThat(statistics.oldestPending()).isBetween(CREATED.plusSeconds(3), CREATED.plusSeconds(4));
    }

    @Test
    void countsNothingWhereThereIsNothing() {
        assertThat(store.statistics(ENDPOINT)).isEqualTo(new PendingStatistics(0, 0, 0, 0, null));
    }

    @Test
    void purgesOnlyWhatEndedBeforeTheTimeAndNoMoreThanTheLimit() {
        for (int i = 0; i < 5; i++) {
            store.add(invocation("id-" + i));
            store.addLocations("id-" + i, OUTPUT, null, null);
            store.end("id-" + i, PendingState.COMPLETED, CREATED.plusSeconds(i));
        }
        store.add(invocation("pending"));

        assertThat(store.purge(CREATED.plusSeconds(4), 3)).isEqualTo(3);
        assertThat(store.purge(CREATED.plusSeconds(4), 3)).isEqualTo(1);
        assertThat(store.purge(CREATED.plusSeconds(4), 3)).isZero();
        assertThat(store.find("id-4")).isPresent();
        assertThat(store.find("pending")).isPresent();
        assertThat(store.findByLocation(OUTPUT))
                .map(PendingInvocation::inferenceId)
                .contains("id-4");
    }

    protected static <T> List<T> inParallel(int threads, Callable<T> work) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                futures.add(pool.submit(work));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }
}
