package io.github.camelsagemaker.async.internal.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.tracking.MemoryPendingInvocationStore;
import io.github.camelsagemaker.async.tracking.PendingInvocationStore;
import io.github.camelsagemaker.async.tracking.PendingStatistics;
import io.github.camelsagemaker.async.tracking.PendingStoreException;
import io.github.camelsagemaker.async.tracking.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;

class PendingGaugeTest {

    private final CountedStore store = new CountedStore();
    private final SettableClock clock = new SettableClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final Deque<Runnable> workers = new ArrayDeque<>();
    private final PendingView count = count("model", store);

    private PendingView count(String endpointName, PendingInvocationStore of) {
        return new PendingView(endpointName, of, workers::add, clock);
    }

    private void work() {
        workers.remove().run();
        clock.advance(PendingView.MAX_AGE);
    }

    @Test
    void whoAsksNeverWaitsForTheStore() {
        assertThat(count.getAsLong()).isZero();

        assertThat(store.queries).isZero();
    }

    @Test
    void theNextQuestionGetsWhatThisOneHadCounted() {
        store.pending = 3;
        count.getAsLong();
        work();
        store.pending = 2;

        assertThat(count.getAsLong()).isEqualTo(3);
        work();
        assertThat(count.getAsLong()).isEqualTo(2);
    }

    @Test
    void aStoreThatIsSlowIsNotAskedAgainBeforeItAnswered() {
        count.getAsLong();
        count.getAsLong();

        assertThat(workers).hasSize(1);
    }

    @Test
    void questionsWithinFiveSecondsAreOneQuery() {
        store.pending = 3;
        for (int i = 0; i < 5; i++) {
            count.getAsLong();
            workers.remove().run();
            clock.advance(Duration.ofMillis(999));
        }

        assertThat(store.queries).isEqualTo(1);
    }

    @Test
    void anOperatorIsShownWhatTheGaugeHadCountedWithinTheseFiveSeconds() {
        store.pending = 3;
        count.getAsLong();
        workers.remove().run();
        clock.advance(Duration.ofMillis(4_999));
        store.pending = 2;

        assertThat(count.statistics().pending()).isEqualTo(3);
        clock.advance(Duration.ofMillis(1));
        assertThat(count.statistics().pending()).isEqualTo(2);
        count.getAsLong();
        workers.remove().run();
        assertThat(count.getAsLong()).isEqualTo(2);
        assertThat(store.queries).isEqualTo(2);
    }

    @Test
    void aStoreThatCountsForLongIsAskedSeldom() {
        store.takes = Duration.ofSeconds(2);
        count.statistics();
        clock.advance(Duration.ofSeconds(38).minusMillis(1));
        count.statistics();
        assertThat(store.queries).isEqualTo(1);

        clock.advance(Duration.ofMillis(1));
        count.statistics();

        assertThat(store.queries).isEqualTo(2);
    }

    @Test
    void whatWasCountedAtTheStartIsTheFirstAnswerOfTheGaugeAndOfNobodyElse() {
        store.pending = 3;
        count.countFirst();
        workers.remove().run();
        store.pending = 2;

        assertThat(count.statistics().pending()).isEqualTo(2);
        assertThat(count.getAsLong()).isEqualTo(3);
    }

    @Test
    void theNumberStaysWhileTheStoreFailsAndGoesOnAfterwards() {
        store.pending = 3;
        count.getAsLong();
        work();
        store.down = true;
        count.getAsLong();
        work();
        assertThat(count.getAsLong()).isEqualTo(3);
        work();

        store.down = false;
        store.pending = 1;
        count.getAsLong();
        work();

        assertThat(count.getAsLong()).isEqualTo(1);
    }

    @Test
    void countsOfTheSameRecordsAreEqual() {
        assertThat(count).isEqualTo(count("model", store)).hasSameHashCodeAs(count("model", store));
        assertThat(count).isNotEqualTo(count("other", store)).isNotEqualTo(count("model", new CountedStore()));
    }

    private final class CountedStore extends MemoryPendingInvocationStore {

        private long pending;
        private boolean down;
        private int queries;
        private Duration takes = Duration.ZERO;

        @Override
        public PendingStatistics statistics(String endpointName) {
            queries++;
            clock.advance(takes);
            if (down) {
                throw new PendingStoreException("down");
            }
            return new PendingStatistics(pending, 9, 9, 9, null);
        }
    }
}
