package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.internal.result.ResultEvent;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.apache.camel.support.LRUCacheFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers which results no exchange handled, though the queue delivered them or the reconciliation tried them as often as the
 * queue would have: its redelivery and redrive policy decide about them, so the reconciliation leaves them alone. What lands there
 * afterwards is another result.
 *
 * <p>Of the component, so that it outlives a route's stop; in memory, the latest 10,000. Thread-safe.
 */
public final class ReconcileExclusions {

    /** More than any redrive policy allows. */
    private static final int DELIVERED = 1_000_000;

    private static final Logger LOG = LoggerFactory.getLogger(ReconcileExclusions.class);

    private final Map<String, Failures> failures = LRUCacheFactory.newLRUCache(10_000);
    LongSupplier nanoTime = System::nanoTime;

    /** @param attempts how often the reconciliation tried without success, or {@link #DELIVERED} */
    private record Failures(int attempts, long last) {}

    /** @param maxReceiveCount how often the queue delivers a message before it gives it up, 0 for ever */
    record OfQueue(ReconcileExclusions all, IntSupplier maxReceiveCount) {

        /** Called while the result is still claimed: whoever claims it next must know. */
        void ended(ResultEvent event, ResultOutcome outcome) {
            if (outcome == ResultOutcome.FAILED) {
                int more = event.isListed() ? 1 : DELIVERED;
                long now = all.nanoTime.getAsLong();
                all.failures.merge(
                        event.key(),
                        new Failures(more, now),
                        (known, last) -> new Failures(Math.min(known.attempts + more, DELIVERED), now));
                if (event.isListed() && contains(event)) {
                    LOG.warn(
                            "{} is given up: the reconciliation has tried it {} times without success, as often as the queue would"
                                    + " deliver its message. It stays where it is, and is not tried again while the"
                                    + " application runs",
                            event,
                            maxReceiveCount.getAsInt());
                }
            } else if (outcome != ResultOutcome.IN_PROGRESS
                    && outcome != ResultOutcome.PAUSED
                    && outcome != ResultOutcome.POSTPONED) {
                all.failures.remove(event.key());
            }
        }

        boolean contains(ResultEvent event) {
            Failures known = all.failures.get(event.key());
            // S3 tells whole seconds.
            boolean another = known == null
                    || event.age() != null
                            && event.age().plusSeconds(1).toNanos() < all.nanoTime.getAsLong() - known.last();
            int most = maxReceiveCount.getAsInt();
            return !another && known.attempts() >= (most > 0 ? most : DELIVERED);
        }
    }
}
