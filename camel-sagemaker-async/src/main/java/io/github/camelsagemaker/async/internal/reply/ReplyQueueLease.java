package io.github.camelsagemaker.async.internal.reply;

import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.sqs.QueuePreparation;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.ListQueuesResponse;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.SqsResponse;

/**
 * Keeps the reply queues of one name from piling up. SQS has no queue that expires, so each carries a tag that says until
 * when it is in use. Its process puts that off while it lives; who starts later removes the queues whose time is over. The time is
 * that of SQS's answers, as clocks of nodes may be wrong.
 *
 * <p>Thread-safe; blocks nowhere.
 */
public final class ReplyQueueLease {

    private static final Logger LOG = LoggerFactory.getLogger(ReplyQueueLease.class);

    /** The tag of a reply queue: an instant in ISO-8601. */
    public static final String TAG = "camel-sagemaker-async-reply-queue-until";

    /** So long a process may be away. */
    private static final Duration LEASE = Duration.ofHours(1);

    private static final Duration RENEWAL = Duration.ofMinutes(10);
    private static final Duration UNNOTICED = Duration.ofMinutes(1);
    private static final int PAGE = 1000;

    private final SqsAsyncClient sqs;
    private final QueuePreparation queue;
    private final Clock clock;
    private volatile Duration ahead = Duration.ZERO;

    /** @param queue makes the queue anew if somebody deleted it */
    public ReplyQueueLease(SqsAsyncClient sqs, QueuePreparation queue, Clock clock) {
        this.sqs = sqs;
        this.queue = queue;
        this.clock = clock;
    }

    /** The tags of a queue that is in use from now on. */
    public static Map<String, String> tags(Instant now) {
        return Map.of(TAG, now.plus(LEASE).truncatedTo(ChronoUnit.SECONDS).toString());
    }

    private Instant now() {
        return clock.instant().plus(ahead);
    }

    /** Learns SQS's time from an answer; false if it is what was thought. */
    private boolean learn(SqsResponse answer) {
        Duration before = ahead;
        Optional.ofNullable(answer.sdkHttpResponse())
                .flatMap(http -> http.firstMatchingHeader("Date"))
                .ifPresent(date -> ahead = Duration.between(
                        clock.instant(), DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from)));
        return ahead.minus(before).abs().compareTo(UNNOTICED) > 0;
    }

    /** Puts off the end again and again, until the result is cancelled. */
    public Future<?> keep(String url, ScheduledExecutorService timer) {
        return timer.scheduleAtFixedRate(() -> renew(url), 0, RENEWAL.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Puts off the end. Ends, never exceptionally, when AWS has answered. */
    CompletableFuture<Void> renew(String url) {
        return mark(url)
                .exceptionallyCompose(failure -> {
                    if (Futures.unwrap(failure) instanceof QueueDoesNotExistException) {
                        LOG.warn("The reply queue '{}' is gone; it is created again", url);
                        return queue.ensure().thenCompose(this::mark);
                    }
                    return CompletableFuture.failedFuture(failure);
                })
                .exceptionally(failure -> {
                    LOG.warn("The reply queue '{}' could not be marked as in use; trying again", url, failure);
                    return null;
                });
    }

    private CompletableFuture<Void> mark(String url) {
        return Futures.call(() -> sqs.tagQueue(request -> request.queueUrl(url).tags(tags(now()))))
                .thenCompose(answer -> learn(answer) ? mark(url) : CompletableFuture.completedFuture(null));
    }

    /**
     * Removes reply queues whose time is over. What could not be removed is logged, and stays for the next to start.
     *
     * @param name what the names of the queues begin with; a hyphen and the instance follow
     * @return ends, never exceptionally, when that is done
     */
    public CompletableFuture<Void> removeStale(String name) {
        Pattern reply = Pattern.compile(".*/" + Pattern.quote(name) + "-[0-9a-z]{" + AwaitedPath.INSTANCE_LENGTH + "}");
        return page(name + "-", null, reply).exceptionally(failure -> {
            LOG.warn(
                    "Reply queues that dead processes left behind, if there are any, were not all removed (their names begin"
                            + " with '{}-', their tag {} is over)",
                    name,
                    TAG,
                    Futures.unwrap(failure));
            return null;
        });
    }

    private CompletableFuture<Void> page(String prefix, String token, Pattern reply) {
        return Futures.call(() -> sqs.listQueues(request ->
                        request.queueNamePrefix(prefix).maxResults(PAGE).nextToken(token)))
                .thenCompose(page -> removeStaleOf(page, reply)
                        .thenCompose(done -> page.nextToken() == null
                                ? CompletableFuture.completedFuture(null)
                                : page(prefix, page.nextToken(), reply)));
    }

    private CompletableFuture<Void> removeStaleOf(ListQueuesResponse page, Pattern reply) {
        List<String> urls = page.queueUrls().stream()
                .filter(url -> reply.matcher(url).matches())
                .toList();
        CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
        for (String url : urls) {
            // One after the other: others may start at the same time, and SQS throttles.
            all = all.thenCompose(done -> removeIfStale(url));
        }
        return all;
    }

    private CompletableFuture<Void> removeIfStale(String url) {
        return Futures.call(() -> sqs.listQueueTags(request -> request.queueUrl(url)))
                .thenCompose(answer -> {
                    learn(answer);
                    if (!isOver(answer.tags().get(TAG))) {
                        return CompletableFuture.completedFuture(null);
                    }
                    LOG.info("Removing the reply queue '{}' that a process left behind", url);
                    return queue.remove(url);
                })
                .exceptionallyCompose(failure -> Futures.unwrap(failure) instanceof QueueDoesNotExistException
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.failedFuture(failure));
    }

    /** A queue without the tag is none of ours. */
    private boolean isOver(String until) {
        try {
            return until != null && Instant.parse(until).isBefore(now());
        } catch (DateTimeException e) {
            return false;
        }
    }
}
