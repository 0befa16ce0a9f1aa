package io.github.camelsagemaker.async.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.camelsagemaker.async.internal.tracking.HeaderCodec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store must do with records: add, find, end, count and purge them. */
abstract class PendingRecordsContract {

    protected static final String ENDPOINT = "summarizer";
    protected static final Instant CREATED = Instant.parse("2026-03-01T10:00:00.123Z");
    protected static final Instant DEADLINE = CREATED.plusSeconds(3600);
    protected static final Duration LEASE = Duration.ofMinutes(5);

    static final String OUTPUT = "s3://bucket/out/1.out";
    static final String FAILURE = "s3://bucket/failed/1.out";
    static final String INPUT = "s3://bucket/in/1";

    protected PendingInvocationStore store;

    protected abstract PendingInvocationStore createStore() throws Exception;

    @BeforeEach
    void create() throws Exception {
        store = createStore();
    }

    static PendingInvocation invocation(String id) {
        return PendingInvocation.pending(id, ENDPOINT, CREATED, DEADLINE, "{}");
    }

    static PendingClaim claimAt(Instant now) {
        return PendingClaim.of(now, LEASE);
    }

    static List<String> ids(List<PendingInvocation> invocations) {
        return invocations.stream().map(PendingInvocation::inferenceId).toList();
    }

    @Test
    void findsARecordAsItWasAdded() {
        PendingInvocation added =
                PendingInvocation.pending("id-1", ENDPOINT, CREATED, DEADLINE, "{\"order\":\"M\\u00fcller\"}");
        store.add(added);

        assertThat(store.find(key("id-1"))).contains(added);
        assertThat(store.find(key("id-2"))).isEmpty();
    }

    @Test
    void tellsInferenceIdsApartByEachCharacter() {
        store.add(invocation("abc"));
        store.add(invocation("abc "));
        store.add(invocation("ABC"));

        store.end(key("abc "), PendingState.COMPLETED, CREATED);

        assertThat(store.find(key("abc"))).map(PendingInvocation::state).contains(PendingState.PENDING);
        assertThat(store.find(key("abc ")))
                .hasValueSatisfying(found -> assertThat(found.inferenceId()).isEqualTo("abc "))
                .map(PendingInvocation::state)
                .contains(PendingState.COMPLETED);
        assertThat(store.find(key("ABC"))).map(PendingInvocation::inferenceId).contains("ABC");
        assertThat(store.find(key("Abc"))).isEmpty();
    }

    @Test
    void keepsAnIdOfSixtyFourCharactersAndALocationOfTheGreatestLength() {
        String id = "i".repeat(64);
        String longest = "s3://" + "b".repeat(255) + "/" + "k".repeat(1024);
        store.add(invocation(id));

        store.addLocations(key(id), longest, null, longest);

        assertThat(store.findByLocation(longest)).contains(invocation(id).withLocations(longest, null, longest));
    }

    @Test
    void keepsHeadersOfTheGreatestLength() {
        String headers = "{\"h\":\"" + "x".repeat(HeaderCodec.MAX_LENGTH - 8) + "\"}";
        store.add(PendingInvocation.pending("id-1", ENDPOINT, CREATED, DEADLINE, headers));

        assertThat(store.find(key("id-1"))).map(PendingInvocation::headers).contains(headers);
    }

    @Test
    void refusesAnInferenceIdThatIsPendingAndOverwritesNothing() {
        PendingInvocation first = PendingInvocation.pending("id-1", ENDPOINT, CREATED, DEADLINE, "{\"first\":\"1\"}");
        store.add(first);

        assertThatExceptionOfType(DuplicateInferenceIdException.class)
                .isThrownBy(() -> store.add(invocation("id-1")))
                .withMessageContaining("'id-1'")
                .withMessageContaining("CamelAwsSageMakerAsyncRequestInferenceId");
        assertThat(store.find(key("id-1"))).contains(first);
    }

    @Test
    void tellsTheSameInferenceIdOfTwoEndpointsApart() {
        InvocationKey other = new InvocationKey("other", "id-1");
        store.add(invocation("id-1"));
        store.add(PendingInvocation.pending("id-1", "other", CREATED, DEADLINE, "{}"));

        store.remove(other);

        assertThat(store.find(other)).isEmpty();
        assertThat(store.find(key("id-1"))).contains(invocation("id-1"));
    }

    @Test
    void purgesOneEndpointOnly() {
        store.add(invocation("id-1"));
        store.add(PendingInvocation.pending("id-1", "other", CREATED, DEADLINE, "{}"));
        store.end(key("id-1"), PendingState.COMPLETED, CREATED);
        store.end(new InvocationKey("other", "id-1"), PendingState.COMPLETED, CREATED);

        assertThat(store.purge(ENDPOINT, CREATED.plusSeconds(1), 10)).isEqualTo(1);

        assertThat(store.find(new InvocationKey("other", "id-1"))).isPresent();
    }

    @Test
    void takesAnInferenceIdAgainOnceItsOutcomeWasDelivered() {
        store.add(invocation("id-1"));
        store.addLocations(key("id-1"), OUTPUT, null, null);
        store.end(key("id-1"), PendingState.COMPLETED, CREATED);

        store.add(invocation("id-1"));

        assertThat(store.find(key("id-1"))).contains(invocation("id-1"));
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
        store.addLocations(key("id-1"), OUTPUT, FAILURE, INPUT);

        PendingInvocation located = invocation("id-1").withLocations(OUTPUT, FAILURE, INPUT);
        assertThat(store.findByLocation(OUTPUT)).contains(located);
        assertThat(store.findByLocation(FAILURE)).contains(located);
        assertThat(store.findByLocation(INPUT)).isEmpty();
        assertThat(store.findByLocation("s3://bucket/out/1.ou")).isEmpty();
    }

    @Test
    void findsTheNewestPendingOfSeveralAtOneLocation() {
        for (int i = 1; i <= 3; i++) {
            String id = "id-" + i;
            store.add(PendingInvocation.pending(id, ENDPOINT, CREATED.plusSeconds(i), DEADLINE, "{}"));
            store.addLocations(key(id), OUTPUT, null, null);
        }
        store.end(key("id-3"), PendingState.COMPLETED, CREATED);

        assertThat(store.findByLocation(OUTPUT))
                .map(PendingInvocation::inferenceId)
                .contains("id-2");

        store.end(key("id-2"), PendingState.COMPLETED, CREATED);
        store.end(key("id-1"), PendingState.COMPLETED, CREATED);

        assertThat(store.findByLocation(OUTPUT))
                .map(PendingInvocation::inferenceId)
                .contains("id-3");
    }

    @Test
    void addsLocationsAlsoAfterTheOutcomeWasDelivered() {
        store.add(invocation("id-1"));
        store.end(key("id-1"), PendingState.COMPLETED, CREATED);

        store.addLocations(key("id-1"), OUTPUT, null, null);

        assertThat(store.findByLocation(OUTPUT)).map(PendingInvocation::state).contains(PendingState.COMPLETED);
    }

    @Test
    void ignoresLocationsOfAnUnknownRecord() {
        store.addLocations(key("id-1"), OUTPUT, null, null);

        assertThat(store.findByLocation(OUTPUT)).isEmpty();
    }

    @Test
    void forgetsAPendingRecordThatIsRemoved() {
        store.add(invocation("id-1"));
        store.addLocations(key("id-1"), OUTPUT, null, null);

        store.remove(key("id-1"));

        assertThat(store.find(key("id-1"))).isEmpty();
        assertThat(store.findByLocation(OUTPUT)).isEmpty();
        assertThat(store.claimExpired(ENDPOINT, claimAt(DEADLINE), 10)).isEmpty();
    }

    @Test
    void removesNoRecordWhoseOutcomeWasDelivered() {
        store.add(invocation("id-1"));
        store.end(key("id-1"), PendingState.FAILED, CREATED);

        store.remove(key("id-1"));

        assertThat(store.find(key("id-1"))).map(PendingInvocation::state).contains(PendingState.FAILED);
    }

    @Test
    void tellsWhatARecordWasWhenItEnds() {
        store.add(invocation("id-1"));

        assertThat(store.end(key("id-1"), PendingState.COMPLETED, CREATED)).contains(PendingState.PENDING);
        assertThat(store.end(key("id-1"), PendingState.FAILED, CREATED)).contains(PendingState.COMPLETED);
        assertThat(store.find(key("id-1"))).map(PendingInvocation::state).contains(PendingState.COMPLETED);
        assertThat(store.end(key("id-2"), PendingState.COMPLETED, CREATED)).isEmpty();
    }

    @Test
    void refusesToEndARecordAsPendingOrExpired() {
        store.add(invocation("id-1"));

        for (PendingState state : List.of(PendingState.PENDING, PendingState.EXPIRED)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> store.end(key("id-1"), state, CREATED))
                    .withMessageContaining(state.name());
        }
    }

    @Test
    void letsOneOfManyEndARecord() throws Exception {
        store.add(invocation("id-1"));
        AtomicInteger first = new AtomicInteger();

        inParallel(8, () -> {
            if (store.end(key("id-1"), PendingState.COMPLETED, CREATED).orElseThrow() == PendingState.PENDING) {
                first.incrementAndGet();
            }
            return null;
        });

        assertThat(first).hasValue(1);
    }

    @Test
    void countsByStateAndTellsTheOldestPending() {
        for (int i = 1; i <= 5; i++) {
            store.add(PendingInvocation.pending("id-" + i, ENDPOINT, CREATED.plusSeconds(i), DEADLINE, "{}"));
        }
        store.add(PendingInvocation.pending("other", "other", CREATED, DEADLINE, "{}"));
        store.end(key("id-1"), PendingState.COMPLETED, CREATED);
        store.end(key("id-2"), PendingState.FAILED, CREATED);
        PendingClaim claim = claimAt(DEADLINE);
        List<PendingInvocation> claimed = store.claimExpired(ENDPOINT, claim, 1);
        store.confirmExpired(key(claimed.get(0).inferenceId()), claim, DEADLINE);

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
            store.addLocations(key("id-" + i), OUTPUT, null, null);
            store.end(key("id-" + i), PendingState.COMPLETED, CREATED.plusSeconds(i));
        }
        store.add(invocation("pending"));

        assertThat(store.purge(ENDPOINT, CREATED.plusSeconds(4), 3)).isEqualTo(3);
        assertThat(store.purge(ENDPOINT, CREATED.plusSeconds(4), 3)).isEqualTo(1);
        assertThat(store.purge(ENDPOINT, CREATED.plusSeconds(4), 3)).isZero();
        assertThat(store.find(key("id-4"))).isPresent();
        assertThat(store.find(key("pending"))).isPresent();
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

    static InvocationKey key(String inferenceId) {
        return new InvocationKey(ENDPOINT, inferenceId);
    }
}
