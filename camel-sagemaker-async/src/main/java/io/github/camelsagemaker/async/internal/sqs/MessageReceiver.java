package io.github.camelsagemaker.async.internal.sqs;

import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore;
import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore.Permit;
import io.github.camelsagemaker.async.internal.concurrent.Backoff;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageResponse;

/**
 * Receives the messages of a queue for ever, by long polling, without a thread that waits, and offers what can be done with one:
 * acknowledge, give back. What a message means its handler knows; while it is handled, it is kept invisible to others.
 *
 * <p>A receive asks for no more messages than it has permits, so whatever arrives can be handled at once. After an error, or an
 * empty answer that came at once, it waits longer and longer, and never gives up. What arrives while it is paused or stopped is
 * given back at once. Thread-safe; blocks nowhere.
 */
public final class MessageReceiver {

    private static final Logger LOG = LoggerFactory.getLogger(MessageReceiver.class);

    /** How long a receive waits for a full batch of permits: permits come back one by one, requests cost money. */
    private static final long LINGER_MILLIS = 100;

    /** How long what is deleted waits for others: long enough for a batch to fill at load, too short to matter otherwise. */
    public static final Duration LINGER = Duration.ofMillis(50);

    /** A long poll that ends empty after less than this was none. */
    private static final long AT_ONCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** When a message comes back that could not be begun. */
    private static final int NOT_BEGUN_SECONDS = 5;

    /** How long a stop waits for answers, besides that of a long poll. */
    private static final int ANSWER_SECONDS = 5;

    private static final String NOT_GIVEN_BACK =
            "could not be given back; it stays invisible until its visibility timeout is over";

    private final SqsAsyncClient receiving;
    private final QueueSettings settings;
    private final AsyncSemaphore permits;
    private final ScheduledExecutorService timer;
    private final BiConsumer<SageMakerAsyncException, String> listener;
    private final MessageVisibility visibility;
    private final Acknowledger acknowledger;
    private final Backoff failing = new Backoff(500, 30_000);
    private final Backoff idle = new Backoff(100, 1_000);
    private final Set<CompletableFuture<?>> receives = ConcurrentHashMap.newKeySet();
    private Function<QueueMessage, CompletableFuture<Void>> handler;
    private boolean open;
    private long pausedAt = System.nanoTime();
    private boolean stopped;
    private boolean waiting;
    private boolean lingering;
    private int underWay;
    private int askedFor;
    private int failures;
    private String failureKind;

    /**
     * @param waitTimeSeconds how long SQS waits for messages, 0 to 20
     * @param visibilityTimeout how long a received message is invisible to other receivers; each receive says so, because the
     *     queue's own may be changed
     * @param maxExtension how long from its receive a message is kept invisible, or null if that is not extended
     * @param maxReceiveCount after how many receives the queue's redrive policy takes a message, 0 for never
     */
    public record QueueSettings(
            String url,
            int waitTimeSeconds,
            Duration visibilityTimeout,
            Duration maxExtension,
            int concurrentReceives,
            int maxReceiveCount) {}

    /**
     * @param receiving receives messages, and nothing else
     * @param permits one for each message that is handled at once; others may take of them too
     * @param extensions a thread on which nothing else runs, not shut down here
     * @param listener receives each answer, on threads of the SDK, and must not block: why the receive failed, or null, and what is
     *     to be reported, or null if that was said before
     */
    public MessageReceiver(
            SqsAsyncClient receiving,
            SqsAsyncClient sqs,
            QueueSettings settings,
            AsyncSemaphore permits,
            ScheduledExecutorService timer,
            ScheduledExecutorService extensions,
            BiConsumer<SageMakerAsyncException, String> listener) {
        this.receiving = receiving;
        this.settings = settings;
        this.permits = permits;
        this.timer = timer;
        this.listener = listener;
        this.visibility = new MessageVisibility(sqs, settings, extensions, System::nanoTime);
        this.acknowledger = new Acknowledger(sqs, settings.url(), timer, LINGER);
        permits.onRelease(() -> receive(true));
    }

    /** The handler takes a message all the way without blocking; its future ends when all is over. Once, before {@link #open}. */
    public void deliverTo(Function<QueueMessage, CompletableFuture<Void>> messageHandler) {
        handler = messageHandler;
    }

    public void open() {
        // From now on its thread is there: later there may be none to be had.
        timer.execute(() -> {});
        synchronized (this) {
            open = !stopped;
        }
        permits.resume();
        receive(true);
    }

    /** Receives no more. Messages that still arrive are given back at once; what is handled already goes on. */
    public void pause() {
        synchronized (this) {
            pausedAt = open ? System.nanoTime() : pausedAt;
            open = false;
        }
        permits.pause();
    }

    public synchronized boolean isOpen() {
        return open;
    }

    /**
     * When all is handled, for good. Ends, never exceptionally, when no receive is under way, what arrived late was given back and
     * every acknowledgement was answered.
     */
    public CompletableFuture<Void> stop() {
        synchronized (this) {
            stopped = true;
        }
        pause();
        CompletableFuture<Void> quiet = CompletableFuture.allOf(receives.toArray(CompletableFuture[]::new));
        return CompletableFuture.allOf(quiet, acknowledger.close());
    }

    /**
     * As {@link #stop()}, and waits for it, until so long after the pause: routes that stop together, and were paused together, share
     * one deadline. Receives that are under way then are cancelled.
     */
    public void stop(Duration atMost, String who) {
        CompletableFuture<Void> end = stop();
        Duration usual = Duration.ofSeconds(settings.waitTimeSeconds() + ANSWER_SECONDS);
        Duration patience = usual.compareTo(atMost) < 0 ? usual : atMost;
        try {
            end.get(Math.max(pausedAt + patience.toNanos() - System.nanoTime(), 0), TimeUnit.NANOSECONDS);
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.debug("{} stops without an answer", who, e);
        }
        receives.forEach(receive -> receive.complete(null));
        LOG.warn(
                "{} stopped before SQS had answered its calls for queue '{}' ({} s after receiving was paused): messages may stay invisible until"
                        + " their visibility timeout is over, and be delivered again",
                who,
                settings.url(),
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - pausedAt));
    }

    /** After a {@link #stop}, when nothing is in hand any more: until then messages are held. */
    public void close() {
        visibility.close();
    }

    public Acknowledger acknowledger() {
        return acknowledger;
    }

    public MessageVisibility visibility() {
        return visibility;
    }

    /** Holds a message no longer, so that it becomes visible to others in so many seconds. Never ends exceptionally. */
    public CompletableFuture<Void> giveBack(QueueMessage message, int seconds) {
        return visibility.change(List.of(message), seconds, NOT_GIVEN_BACK);
    }

    /** How many permits are in use by what is there: those of a receive under way are not. */
    public synchronized int inFlight() {
        return Math.max(permits.inUse() - askedFor, 0);
    }

    /** @param patient whether it waits a while for a full batch of permits */
    private void receive(boolean patient) {
        Receive receive = begin(patient);
        while (receive != null) {
            send(receive);
            receive = begin(patient);
        }
    }

    private record Receive(List<Permit> permits, long begunAt, CompletableFuture<Void> over) {}

    /** One more receive, not sent yet; null if there is to be no more now. */
    private synchronized Receive begin(boolean patient) {
        if (!open || waiting || underWay >= settings.concurrentReceives()) {
            return null;
        }
        int free = permits.free();
        if (patient && free > 0 && free < Math.min(MessageVisibility.BATCH, permits.capacity())) {
            if (!lingering) {
                lingering = true;
                later(LINGER_MILLIS, () -> lingering = false, false);
            }
            return null;
        }
        List<Permit> taken = permits.tryAcquire(MessageVisibility.BATCH);
        if (taken.isEmpty()) {
            return null;
        }
        underWay++;
        askedFor += taken.size();
        CompletableFuture<Void> over = new CompletableFuture<>();
        // Known before it is sent: a stop in between would not wait for it.
        receives.add(over);
        over.whenComplete((done, failure) -> receives.remove(over));
        return new Receive(taken, System.nanoTime(), over);
    }

    private synchronized void rest(long millis) {
        waiting = true;
        later(millis, () -> waiting = false, true);
    }

    private void later(long millis, Runnable waited, boolean patient) {
        Runnable goOn = () -> {
            synchronized (this) {
                waited.run();
            }
            receive(patient);
        };
        try {
            timer.schedule(goOn, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("Nothing more is received: the timer was shut down");
        }
    }

    private void send(Receive receive) {
        // An answer that cannot be read counts as a failed receive: then there is another one.
        CompletableFuture<ReceiveMessageResponse> call =
                Futures.uninterrupted(() -> receiving.receiveMessage(request -> request.queueUrl(settings.url())
                        .maxNumberOfMessages(receive.permits().size())
                        .waitTimeSeconds(settings.waitTimeSeconds())
                        .visibilityTimeout((int) settings.visibilityTimeout().toSeconds())
                        .messageSystemAttributeNames(
                                MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT,
                                MessageSystemAttributeName.APPROXIMATE_FIRST_RECEIVE_TIMESTAMP)));
        receive.over().thenRun(() -> call.cancel(true));
        call.thenApply(response -> {
                    Instant now = AwsErrors.timeOf(response).orElseGet(Instant::now);
                    return response.messages().stream()
                            .map(message -> message(message, now))
                            .toList();
                })
                .handle((arrived, failure) -> failure == null ? received(arrived, receive) : failed(failure, receive))
                .thenCompose(Function.identity())
                .whenComplete((done, bug) -> {
                    receive.over().complete(null);
                    receive(true);
                });
    }

    private static QueueMessage message(Message message, Instant now) {
        Map<MessageSystemAttributeName, String> known = message.attributes();
        String first = known.get(MessageSystemAttributeName.APPROXIMATE_FIRST_RECEIVE_TIMESTAMP);
        return new QueueMessage(
                message.messageId(),
                message.receiptHandle(),
                Integer.parseInt(known.getOrDefault(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT, "1")),
                message.body(),
                first == null ? now : Instant.ofEpochMilli(Long.parseLong(first)),
                now);
    }

    /** Ends when what is not wanted was given back. */
    private CompletableFuture<Void> received(List<QueueMessage> arrived, Receive receive) {
        boolean wanted;
        int failed;
        synchronized (this) {
            underWay--;
            askedFor -= receive.permits().size();
            wanted = open;
            failed = failures;
            failures = 0;
            failing.reset();
            if (!arrived.isEmpty()) {
                idle.reset();
            } else if (System.nanoTime() - receive.begunAt() < AT_ONCE_NANOS) {
                rest(idle.next());
            }
        }
        if (failed > 1) {
            LOG.info("Receiving from '{}' works again, after {} failures", settings.url(), failed);
        }
        listener.accept(null, null);
        if (!wanted) {
            permits.release(receive.permits());
            return visibility.change(arrived, 0, NOT_GIVEN_BACK);
        }
        for (int i = 0; i < arrived.size(); i++) {
            handle(arrived.get(i), receive.permits().get(i));
        }
        permits.release(
                receive.permits().subList(arrived.size(), receive.permits().size()));
        return CompletableFuture.completedFuture(null);
    }

    private void handle(QueueMessage message, Permit permit) {
        CompletableFuture<Void> handling;
        try {
            visibility.hold(message);
            handling = handler.apply(message);
        } catch (RuntimeException | Error e) { // no thread, no memory, or the handler's threads were shut down
            LOG.warn("{} could not be begun, and is given back", message, e);
            handling = giveBack(message, isOpen() ? NOT_BEGUN_SECONDS : 0);
        }
        handling.whenComplete((done, bug) -> {
            visibility.letGo(message);
            permit.release();
        });
    }

    private CompletableFuture<Void> failed(Throwable failure, Receive receive) {
        SageMakerAsyncException translated =
                AwsErrors.translate("ReceiveMessage", "'" + settings.url() + "' (option notificationQueue)", failure);
        String kind = translated.getClass().getName() + AwsErrors.statusOf(failure);
        long delay;
        boolean wanted;
        boolean again;
        int count;
        synchronized (this) {
            underWay--;
            askedFor -= receive.permits().size();
            wanted = open;
            again = failures > 0 && kind.equals(failureKind);
            count = ++failures;
            failureKind = kind;
            delay = failing.next();
            rest(delay);
        }
        permits.release(receive.permits());
        if (wanted) {
            String next = "; the next attempt is in " + delay + " ms";
            listener.accept(translated, again ? null : "Receiving from the queue failed" + next);
            if (again) {
                LOG.warn(
                        "Receiving from '{}' failed {} times in succession{}: {}",
                        settings.url(),
                        count,
                        next,
                        translated.getMessage());
            }
        }
        return CompletableFuture.completedFuture(null);
    }
}
