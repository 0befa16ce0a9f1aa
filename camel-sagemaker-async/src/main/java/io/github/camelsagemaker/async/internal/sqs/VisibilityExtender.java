package io.github.camelsagemaker.async.internal.sqs;

import io.github.camelsagemaker.async.internal.sqs.MessageVisibility.Change;
import io.github.camelsagemaker.async.internal.sqs.MessageVisibility.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps messages invisible to other receivers while they are worked on. One thread of its own looks at all of them, and asks for
 * more time, up to ten with one request, for those whose time is half over. Time is the JVM's own: a clock that is set does not
 * touch it.
 *
 * <p>Thread-safe; blocks nowhere.
 */
public final class VisibilityExtender implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(VisibilityExtender.class);

    /** SQS: a message stays invisible for at most 12 hours from its receive. A little less, because clocks differ. */
    static final Duration SQS_LIMIT = Duration.ofHours(12).minusSeconds(30);

    private static final long LOOKS_PER_TIMEOUT = 4;
    private static final long MIN_PERIOD_MILLIS = 100;

    private final MessageVisibility visibility;
    private final Duration timeout;
    private final Duration limit;
    private final LongSupplier nanoTime;
    private final ScheduledFuture<?> ticks;
    private final Map<QueueMessage, Hold> held = new ConcurrentHashMap<>();

    /** When a message arrived, and until when it is invisible. */
    private record Hold(long receivedAt, long invisibleUntil) {}

    /**
     * @param timeout how long a message is invisible after its receive, and after each extension
     * @param limit how long from its receive a message is held at most
     * @param thread where nothing else runs: what blocks it loses messages. Not shut down here
     * @param nanoTime as {@link System#nanoTime}
     */
    public VisibilityExtender(
            MessageVisibility visibility,
            Duration timeout,
            Duration limit,
            ScheduledExecutorService thread,
            LongSupplier nanoTime) {
        this.visibility = visibility;
        this.timeout = timeout;
        this.limit = limit.compareTo(SQS_LIMIT) < 0 ? limit : SQS_LIMIT;
        this.nanoTime = nanoTime;
        visibility.beforeChange(this::letGo);
        long period = Math.max(MIN_PERIOD_MILLIS, timeout.toMillis() / LOOKS_PER_TIMEOUT);
        this.ticks = thread.scheduleWithFixedDelay(this::tick, period, period, TimeUnit.MILLISECONDS);
    }

    /** Holds a message that has just arrived, until it is let go or its visibility is changed. */
    public void hold(QueueMessage message) {
        long now = nanoTime.getAsLong();
        held.put(message, new Hold(now, now + timeout.toNanos()));
    }

    /** Holds a message no longer. */
    public void letGo(QueueMessage message) {
        held.remove(message);
    }

    private void tick() {
        try {
            extend();
        } catch (RuntimeException | Error e) {
            // A periodic task that throws is never run again.
            LOG.warn("Messages could not be held; trying again", e);
        }
    }

    void extend() {
        long now = nanoTime.getAsLong();
        List<Change> changes = new ArrayList<>();
        held.forEach((message, hold) -> {
            if (hold.invisibleUntil() - now <= timeout.toNanos() / 2) {
                changeOf(message, hold, now).ifPresent(changes::add);
            }
        });
        for (Change change : changes) {
            // Set before the answer, so that the next tick does not ask again; a refusal takes it back.
            extended(change.message(), now + TimeUnit.SECONDS.toNanos(change.seconds()));
        }
        visibility.extend(changes).thenAccept(refusals -> refusals.forEach(refusal -> refused(refusal, now)));
    }

    private void extended(QueueMessage message, long until) {
        held.computeIfPresent(message, (m, hold) -> new Hold(hold.receivedAt(), until));
    }

    private Optional<Change> changeOf(QueueMessage message, Hold hold, long now) {
        long rest = Math.min(timeout.toNanos(), hold.receivedAt() + limit.toNanos() - now);
        long seconds = TimeUnit.NANOSECONDS.toSeconds(rest);
        if (seconds < 1 || now + TimeUnit.SECONDS.toNanos(seconds) - hold.invisibleUntil() <= 0) {
            LOG.warn(
                    "The exchange of {} has taken {} so far, and the message is held no longer (option"
                            + " maxVisibilityExtension; SQS itself ends at 12 hours). Expect it to be delivered again",
                    message,
                    Duration.ofNanos(now - hold.receivedAt()));
            letGo(message);
            return Optional.empty();
        }
        return Optional.of(new Change(message, (int) seconds));
    }

    private void refused(Refusal refusal, long askedAt) {
        QueueMessage message = refusal.message();
        if (refusal.lost()) {
            if (held.remove(message) != null) {
                LOG.warn("{} can be held no longer, and may be delivered again: {}", message, refusal.reason());
            }
            return;
        }
        LOG.warn("{} could not be held, trying again: {}", message, refusal.reason());
        extended(message, askedAt);
    }

    /** How many messages are held. */
    public int held() {
        return held.size();
    }

    /** Stops holding. What is held becomes visible when its time is over. */
    @Override
    public void close() {
        ticks.cancel(false);
        held.clear();
    }
}
