package io.github.camelsagemaker.async.settle;

import io.github.camelsagemaker.async.settle.MessageVisibility.Change;
import io.github.camelsagemaker.async.settle.MessageVisibility.Refusal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps messages invisible to other receivers while they are worked on. One timer looks at all of them, and asks for more
 * time, up to ten with one request, for those whose time is half over.
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
    private final Clock clock;
    private final ScheduledFuture<?> ticks;
    private final Map<QueueMessage, Instant> invisibleUntil = new ConcurrentHashMap<>();

    /**
     * @param timeout how long a message is invisible after each extension
     * @param limit how long from its receive a message is held at most
     * @param timer for short tasks, not shut down here
     */
    public VisibilityExtender(
            MessageVisibility visibility,
            Duration timeout,
            Duration limit,
            ScheduledExecutorService timer,
            Clock clock) {
        this.visibility = visibility;
        this.timeout = timeout;
        this.limit = limit.compareTo(SQS_LIMIT) < 0 ? limit : SQS_LIMIT;
        this.clock = clock;
        long period = Math.max(MIN_PERIOD_MILLIS, timeout.toMillis() / LOOKS_PER_TIMEOUT);
        this.ticks = timer.scheduleWithFixedDelay(this::tick, period, period, TimeUnit.MILLISECONDS);
    }

    /** Holds a message until it is let go. */
    public void hold(QueueMessage message) {
        invisibleUntil.put(message, message.invisibleUntil());
    }

    /** Holds a message no longer. */
    public void letGo(QueueMessage message) {
        invisibleUntil.remove(message);
    }

    private void tick() {
        try {
            extend();
        } catch (RuntimeException e) {
            // A periodic task that throws is never run again.
            LOG.warn("Messages could not be held; trying again", e);
        }
    }

    void extend() {
        Instant now = clock.instant();
        List<Change> changes = new ArrayList<>();
        invisibleUntil.forEach((message, until) -> {
            if (!until.isAfter(now.plus(timeout.dividedBy(2)))) {
                changeOf(message, until, now).ifPresent(changes::add);
            }
        });
        for (Change change : changes) {
            // Set before the answer, so that the next tick does not ask again; a refusal takes it back.
            invisibleUntil.computeIfPresent(change.message(), (m, until) -> now.plusSeconds(change.seconds()));
        }
        visibility.change(changes).thenAccept(refusals -> refusals.forEach(refusal -> refused(refusal, now)));
    }

    private Optional<Change> changeOf(QueueMessage message, Instant until, Instant now) {
        Instant end = message.receivedAt().plus(limit);
        Instant wanted = now.plus(timeout);
        long seconds =
                Duration.between(now, wanted.isBefore(end) ? wanted : end).toSeconds();
        if (seconds < 1 || !now.plusSeconds(seconds).isAfter(until)) {
            LOG.warn(
                    "The exchange of {} has taken {} so far, and the message is held no longer (option"
                            + " maxVisibilityExtension; SQS itself ends at 12 hours). Expect it to be delivered again",
                    message,
                    Duration.between(message.receivedAt(), now));
            letGo(message);
            return Optional.empty();
        }
        return Optional.of(new Change(message, (int) seconds));
    }

    private void refused(Refusal refusal, Instant askedAt) {
        QueueMessage message = refusal.message();
        if (refusal.lost()) {
            if (invisibleUntil.remove(message) != null) {
                LOG.warn("{} can be held no longer, and may be delivered again: {}", message, refusal.reason());
            }
            return;
        }
        LOG.warn("{} could not be held, trying again: {}", message, refusal.reason());
        invisibleUntil.computeIfPresent(message, (m, until) -> askedAt);
    }

    /** How many messages are held. */
    public int held() {
        return invisibleUntil.size();
    }

    /** Stops holding. What is held becomes visible when its time is over. */
    @Override
    public void close() {
        ticks.cancel(false);
        invisibleUntil.clear();
    }
}
