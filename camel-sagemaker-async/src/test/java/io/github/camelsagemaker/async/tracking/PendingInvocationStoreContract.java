package io.github.camelsagemaker.async.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every store must do. */
abstract class PendingInvocationStoreContract extends PendingRecordsContract {

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
        int records = 100;
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

        assertThat(store.confirmExpired(key("id-1"), claimAt(DEADLINE), DEADLINE))
                .isFalse();
        assertThat(store.confirmExpired(key("id-1"), mine, DEADLINE.plusSeconds(1)))
                .isTrue();
        assertThat(store.confirmExpired(key("id-1"), mine, DEADLINE)).isFalse();
        assertThat(store.find(key("id-1")))
                .contains(invocation("id-1").withState(PendingState.EXPIRED, DEADLINE.plusSeconds(1)));
    }

    @Test
    void doesNotConfirmForAClaimThatLapsedAndWasTakenOver() {
        store.add(invocation("id-1"));
        PendingClaim slow = claimAt(DEADLINE);
        store.claimExpired(ENDPOINT, slow, 10);
        PendingClaim quick = claimAt(slow.until());
        store.claimExpired(ENDPOINT, quick, 10);

        assertThat(store.claim(key("id-1"), slow)).isFalse();
        assertThat(store.release(key("id-1"), slow, DEADLINE)).isFalse();
        assertThat(store.confirmExpired(key("id-1"), slow, DEADLINE)).isFalse();
        assertThat(store.confirmExpired(key("id-1"), quick, DEADLINE)).isTrue();
    }

    @Test
    void claimsAnExpiredRecordNoMore() {
        store.add(invocation("id-1"));
        PendingClaim claim = claimAt(DEADLINE);
        store.claimExpired(ENDPOINT, claim, 10);
        store.confirmExpired(key("id-1"), claim, DEADLINE);

        assertThat(store.claimExpired(ENDPOINT, claimAt(DEADLINE.plus(Duration.ofDays(1))), 10))
                .isEmpty();
    }

    @Test
    void keepsARenewedClaim() {
        store.add(invocation("id-1"));
        PendingClaim claim = claimAt(DEADLINE);
        store.claimExpired(ENDPOINT, claim, 10);
        PendingClaim renewed = claim.renewed(claim.until(), LEASE);

        assertThat(store.claim(key("id-1"), renewed)).isTrue();
        assertThat(store.claimExpired(ENDPOINT, claimAt(claim.until()), 10)).isEmpty();
        assertThat(store.claimExpired(ENDPOINT, claimAt(renewed.until()), 10)).hasSize(1);
    }

    @Test
    void takesOverAClaimThatLapsedAndVoidsIt() {
        store.add(invocation("id-1"));
        PendingClaim first = claimAt(DEADLINE);
        store.claimExpired(ENDPOINT, first, 10);
        PendingClaim second = claimAt(first.until());

        assertThat(store.claim(key("id-1"), second)).isTrue();
        assertThat(store.confirmExpired(key("id-1"), first, DEADLINE)).isFalse();
        assertThat(store.confirmExpired(key("id-1"), second, DEADLINE)).isTrue();
    }

    @Test
    void claimsAReleasedRecordFromTheTimeNamed() {
        store.add(invocation("id-1"));
        PendingClaim claim = claimAt(DEADLINE);
        store.claimExpired(ENDPOINT, claim, 10);
        Instant again = DEADLINE.plusSeconds(30);

        assertThat(store.release(key("id-1"), claim, again)).isTrue();
        assertThat(store.confirmExpired(key("id-1"), claim, DEADLINE)).isFalse();
        assertThat(store.claimExpired(ENDPOINT, claimAt(again.minusMillis(1)), 10))
                .isEmpty();
        assertThat(store.claimExpired(ENDPOINT, claimAt(again), 10)).hasSize(1);
    }

    @Test
    void endsAnExpiredRecordAsALateOne() {
        store.add(invocation("id-1"));
        PendingClaim claim = claimAt(DEADLINE);
        store.claimExpired(ENDPOINT, claim, 10);
        store.confirmExpired(key("id-1"), claim, DEADLINE);

        assertThat(store.end(key("id-1"), PendingState.COMPLETED, DEADLINE.plusSeconds(9)))
                .contains(PendingState.EXPIRED);
        assertThat(store.find(key("id-1"))).contains(invocation("id-1").withState(PendingState.COMPLETED, DEADLINE));
    }

    @Test
    void voidsAClaimWhenTheRecordEnds() {
        store.add(invocation("id-1"));
        PendingClaim claim = claimAt(DEADLINE);
        store.claimExpired(ENDPOINT, claim, 10);

        assertThat(store.end(key("id-1"), PendingState.COMPLETED, DEADLINE)).contains(PendingState.PENDING);
        assertThat(store.confirmExpired(key("id-1"), claim, DEADLINE)).isFalse();
        assertThat(store.find(key("id-1"))).map(PendingInvocation::state).contains(PendingState.COMPLETED);
    }

    @Test
    void claimsNoRecordThatIsHeldUntilTheHoldIsOver() {
        store.add(invocation("id-1"));
        Instant until = DEADLINE.plusSeconds(60);

        assertThat(hold(key("id-1"), DEADLINE, until)).isTrue();
        assertThat(store.claimExpired(ENDPOINT, claimAt(until.minusMillis(1)), 10))
                .isEmpty();
        assertThat(store.claimExpired(ENDPOINT, claimAt(until), 10)).hasSize(1);
    }

    @Test
    void neverShortensAHoldOrADeadlineByAnotherHold() {
        store.add(invocation("id-1"));
        assertThat(hold(key("id-1"), CREATED, DEADLINE.plusSeconds(60))).isTrue();
        assertThat(hold(key("id-1"), CREATED, CREATED.plusSeconds(1))).isTrue();

        assertThat(store.claimExpired(ENDPOINT, claimAt(DEADLINE.plusSeconds(59)), 10))
                .isEmpty();
    }

    @Test
    void holdsNothingWhoseExpiryIsBeingDelivered() {
        store.add(invocation("id-1"));
        PendingClaim claim = claimAt(DEADLINE);
        store.claimExpired(ENDPOINT, claim, 10);

        assertThat(hold(key("id-1"), claim.until().minusMillis(1), DEADLINE.plus(Duration.ofDays(1))))
                .isFalse();
        assertThat(store.confirmExpired(key("id-1"), claim, DEADLINE)).isTrue();
    }

    @Test
    void holdsARecordWhoseClaimHasLapsedAndVoidsTheClaim() {
        store.add(invocation("id-1"));
        PendingClaim claim = claimAt(DEADLINE);
        store.claimExpired(ENDPOINT, claim, 10);

        assertThat(hold(key("id-1"), claim.until(), claim.until().plusSeconds(60)))
                .isTrue();
        assertThat(store.confirmExpired(key("id-1"), claim, DEADLINE)).isFalse();
    }

    @Test
    void holdsNothingThatHasEndedOrIsUnknown() {
        store.add(invocation("id-1"));
        store.end(key("id-1"), PendingState.COMPLETED, CREATED);

        assertThat(hold(key("id-1"), CREATED, DEADLINE)).isFalse();
        assertThat(hold(key("id-2"), CREATED, DEADLINE)).isFalse();
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
                    if (hold(key("id-" + i), DEADLINE, DEADLINE.plus(LEASE))) {
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
    void manyNodesAddEndAndPurgeAtOnceWithoutAFailure() throws Exception {
        AtomicInteger nodes = new AtomicInteger();
        AtomicInteger purged = new AtomicInteger();

        inParallel(6, () -> {
            int node = nodes.getAndIncrement();
            for (int i = 0; i < 40; i++) {
                InvocationKey key = key("id-" + i + "-" + node);
                store.add(PendingInvocation.pending(key.inferenceId(), ENDPOINT, CREATED, DEADLINE, "{}"));
                store.addLocations(key, OUTPUT, null, null);
                store.end(key, PendingState.COMPLETED, CREATED);
                if (i % 10 == 9) {
                    purged.addAndGet(store.purge(ENDPOINT, DEADLINE, 1_000));
                }
            }
            return null;
        });

        assertThat(purged.get() + store.purge(ENDPOINT, DEADLINE, 1_000)).isEqualTo(240);
    }

    private boolean hold(InvocationKey key, Instant now, Instant until) {
        return store.claim(key, PendingClaim.ofResult(now, Duration.between(now, until)));
    }
}
