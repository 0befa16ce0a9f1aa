package io.github.camelsagemaker.async.internal.observe;

import io.github.camelsagemaker.async.InferenceStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.apache.camel.support.LRUCacheFactory;

/** Counts what becomes of one consumer's results since its start, for meters and JMX. Thread-safe; nothing throws. */
public final class ResultObserver extends CallObserver {

    /** How a result, or one attempt at it, ended; {@link Metric#RESULTS} says what most of them mean. */
    public enum Ending {
        COMPLETED,
        FAILED,
        EXPIRED,
        DUPLICATE,
        /** Dropped because its object was not there any more. */
        GONE,
        /** An error; the result stays for another attempt. */
        ATTEMPT_FAILED,
        /** Not begun, because another node has it in progress; counted once for each result. */
        HELD_ELSEWHERE
    }

    /** What {@link Metric#POISON} counts, by its reason. */
    public enum Poison {
        MALFORMED,
        FOREIGN,
        ATTEMPTS
    }

    /** Notifications have times, and nobody vouches for them: one of the year 1 would not even fit into a timer. */
    private static final Duration LONGEST_BELIEVED = Duration.ofDays(3_650);

    private static final Duration LONG_HELD = Duration.ofMinutes(15);

    private final Clock clock;
    private final LongConsumer deliveryDelay;
    private final Map<String, Held> heldElsewhere = LRUCacheFactory.newLRUCache(1_000);

    private record Held(Instant since, Instant last) {

        boolean isForLong(Instant now) {
            return since.plus(LONG_HELD).isBefore(now)
                    && last.plus(LONG_HELD.multipliedBy(2)).isAfter(now);
        }
    }

    ResultObserver(Meters meters, String endpointName, Clock clock) {
        super(meters, endpointName, clock, null);
        this.clock = clock;
        this.deliveryDelay = meters.meter(Metric.DELIVERY_DELAY);
        health.remarks = this::longHeld;
    }

    public static ResultObserver none() {
        return new ResultObserver(Meters.NONE, "", Clock.systemUTC());
    }

    /** Now, as {@code begun} of {@link #settled} wants it. */
    public Instant now() {
        return clock.instant();
    }

    /**
     * A result was delivered. Times that are not known are null; one that lies before the one it should follow (clocks differ)
     * counts as no time, and one that lies more than ten years before it is not measured.
     *
     * @param status COMPLETED, FAILED, or EXPIRED where a request was reported so
     * @param received when SageMaker received the request
     * @param begun when its exchange began
     */
    public void settled(InferenceStatus status, Instant received, Instant landed, Instant begun) {
        ended(Ending.valueOf(status.name()));
        if (received != null && landed != null) {
            measure(meters.meter(Metric.RESULT_TIME, label(status)), received, landed);
        }
        if (landed != null) {
            measure(deliveryDelay, landed, begun);
        }
    }

    private static void measure(LongConsumer timer, Instant from, Instant to) {
        Duration duration = Duration.between(from, to);
        if (duration.compareTo(LONGEST_BELIEVED) <= 0) {
            timer.accept(duration.isNegative() ? 0 : duration.toNanos());
        }
    }

    /** A result ended; one that was delivered is {@link #settled}. */
    public void ended(Ending ending) {
        count(ending, Metric.RESULTS, label(ending));
    }

    /** Somebody asked for the claim on a result. */
    public void asked(String key, boolean isHeldElsewhere) {
        Held now = new Held(clock.instant(), clock.instant());
        if (!isHeldElsewhere) {
            heldElsewhere.remove(key);
        } else if (heldElsewhere.merge(key, now, (before, again) -> new Held(before.since, again.last)) == now) {
            ended(Ending.HELD_ELSEWHERE);
        }
    }

    private Map<String, Object> longHeld() {
        Instant now = clock.instant();
        List<String> keys = heldElsewhere.entrySet().stream()
                .filter(held -> held.getValue().isForLong(now))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        return keys.isEmpty() ? Map.of() : Map.of("held.elsewhere", keys.size(), "held.elsewhere.first", keys.get(0));
    }

    public void poisoned(Poison reason) {
        count(reason, Metric.POISON, label(reason));
    }

    /** @param failure null if results were listed, or messages received */
    public void called(String target, Throwable failure) {
        if (failure == null) {
            health.succeeded(target);
        } else {
            health.failed(target, failure);
            meterThrottling(failure);
        }
    }
}
