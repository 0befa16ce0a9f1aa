package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.internal.result.Landing;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers which results no exchange handled, though the queue delivered them or the reconciliation tried them as often as the
 * queue would have: its redelivery and redrive policy decide about them, so the reconciliation leaves them alone. What lands there
 * afterwards is another result.
 *
 * <p>Of the component, so that it outlives a route's stop; in memory, the latest 10,000. Thread-safe.
 */
public final class LeftToQueue {

    private static final int CAPACITY = 10_000;

    /** More than any redrive policy allows. */
    private static final int DELIVERED = 1_000_000;

    private static final Failures NONE = new Failures(0, null);

    private final Map<String, Failures> failures = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
            return size() > CAPACITY;
        }
    };
    private final Clock clock;

    /** @param attempts how often the reconciliation tried in vain, or {@link #DELIVERED} */
    private record Failures(int attempts, Instant last) {}

    public LeftToQueue() {
        this(Clock.systemUTC());
    }

    LeftToQueue(Clock clock) {
        this.clock = clock;
    }

    /** What became of a result that the queue delivered. */
    void delivered(Landing landing, LandingOutcome outcome) {
        ended(landing, outcome, DELIVERED);
    }

    /** What became of a result that the reconciliation found. */
    public void found(Landing landing, LandingOutcome outcome) {
        ended(landing, outcome, 1);
    }

    private synchronized void ended(Landing landing, LandingOutcome outcome, int attempts) {
        String place = place(landing);
        if (outcome == LandingOutcome.FAILED) {
            Failures before = failures.getOrDefault(place, NONE);
            failures.put(place, new Failures(Math.min(before.attempts() + attempts, DELIVERED), clock.instant()));
        } else if (outcome != LandingOutcome.IN_PROGRESS) {
            failures.remove(place);
        }
    }

    /** @param maxReceiveCount how often the queue delivers a message before it gives it up, 0 for ever */
    public synchronized boolean contains(Landing landing, int maxReceiveCount) {
        Failures known = failures.get(place(landing));
        if (known == null || landing.eventTime() != null && landing.eventTime().isAfter(known.last())) {
            return false;
        }
        return known.attempts() >= (maxReceiveCount > 0 ? maxReceiveCount : DELIVERED);
    }

    private static String place(Landing landing) {
        return landing.object() == null ? landing.key() : landing.object().uri();
    }
}
