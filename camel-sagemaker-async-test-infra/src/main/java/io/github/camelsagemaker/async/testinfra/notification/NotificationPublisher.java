package io.github.camelsagemaker.async.testinfra.notification;

import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes what became of invocations to SNS topics, as unreliably as ordered. Thread-safe. */
public final class NotificationPublisher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(NotificationPublisher.class);

    private final String region;
    private final BiFunction<String, String, CompletableFuture<Void>> topics;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(daemon());
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong doubled = new AtomicLong();

    private NotificationFaults faults = NotificationFaults.NONE;
    private Random random = new Random(0);

    /**
     * @param region what notifications say of their Region
     * @param topics publishes a message (second) to a topic's ARN (first)
     */
    public NotificationPublisher(String region, BiFunction<String, String, CompletableFuture<Void>> topics) {
        this.region = region;
        this.topics = topics;
    }

    /** From now on notifications meet these faults. */
    public synchronized void order(NotificationFaults order) {
        this.faults = order;
        this.random = new Random(order.seed());
    }

    /** How many notifications were never published because of an ordered fault. */
    public long lost() {
        return lost.get();
    }

    /** How many notifications were published twice because of an ordered fault. */
    public long doubled() {
        return doubled.get();
    }

    /**
     * Publishes without blocking.
     *
     * @param topicArn the topic
     * @param withResponse whether the notification carries the response, where it is at most 128,000 bytes
     */
    public void publish(FinishedInvocation invocation, String topicArn, boolean withResponse) {
        int copies = copies();
        String message = NotificationJson.of(invocation, region, withResponse);
        for (int i = 0; i < copies; i++) {
            long delay = delayMillis();
            if (delay == 0) {
                send(topicArn, message);
            } else {
                timer.schedule(() -> send(topicArn, message), delay, TimeUnit.MILLISECONDS);
            }
        }
    }

    private synchronized int copies() {
        if (random.nextDouble() < faults.loseRatio()) {
            lost.incrementAndGet();
            return 0;
        }
        if (random.nextDouble() < faults.doubleRatio()) {
            doubled.incrementAndGet();
            return 2;
        }
        return 1;
    }

    private synchronized long delayMillis() {
        long max = faults.maxDelay().toMillis();
        return max > 0 && random.nextDouble() < faults.delayRatio() ? 1 + random.nextLong(max) : 0;
    }

    private void send(String topicArn, String message) {
        CompletableFuture<Void> published;
        try {
            published = topics.apply(topicArn, message);
        } catch (RuntimeException e) {
            // A topic that is gone is the endpoint's misfortune, not the inference's.
            published = CompletableFuture.failedFuture(e);
        }
        published.whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.warn("A notification could not be published to {}", topicArn, failure);
            }
        });
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    private static ThreadFactory daemon() {
        return task -> {
            Thread thread = new Thread(task, "local-aws-notifications");
            thread.setDaemon(true);
            return thread;
        };
    }
}
