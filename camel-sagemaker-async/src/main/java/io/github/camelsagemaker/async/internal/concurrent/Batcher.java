package io.github.camelsagemaker.async.internal.concurrent;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Gathers what is sent with one request, up to so many. None waits for others longer than the linger time, and each has an answer
 * of its own. Thread-safe; blocks nowhere.
 */
public final class Batcher<T> {

    private final int size;
    private final Duration linger;
    private final ScheduledExecutorService timer;
    private final Consumer<List<Entry<T>>> sender;
    private final Set<CompletableFuture<?>> unanswered = ConcurrentHashMap.newKeySet();
    private List<Entry<T>> waiting = new ArrayList<>();
    private boolean closed;

    /** @param done ended by who sends the item */
    public record Entry<T>(T item, CompletableFuture<Void> done) {}

    public Batcher(int size, Duration linger, ScheduledExecutorService timer, Consumer<List<Entry<T>>> sender) {
        this.size = size;
        this.linger = linger;
        this.timer = timer;
        this.sender = sender;
    }

    public CompletableFuture<Void> add(T item) {
        Entry<T> entry = new Entry<>(item, new CompletableFuture<>());
        // Counts as unanswered before it is sent: a close in between would not wait for it.
        unanswered.add(entry.done());
        entry.done().whenComplete((done, failure) -> unanswered.remove(entry.done()));
        send(gather(entry));
        return entry.done();
    }

    private synchronized List<Entry<T>> gather(Entry<T> entry) {
        List<Entry<T>> batch = waiting;
        batch.add(entry);
        if (closed || batch.size() == size) {
            return take(batch);
        }
        if (batch.size() == 1) {
            try {
                timer.schedule(() -> send(take(batch)), linger.toMillis(), TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException | Error e) { // no timer, or no thread for it
                return take(batch);
            }
        }
        return List.of();
    }

    /** The batch, if nobody took it before. */
    private synchronized List<Entry<T>> take(List<Entry<T>> batch) {
        if (waiting != batch) {
            return List.of();
        }
        waiting = new ArrayList<>();
        return batch;
    }

    private void send(List<Entry<T>> batch) {
        if (!batch.isEmpty()) {
            sender.accept(batch);
        }
    }

    /** Sends what waits, and from now on sends without waiting. Ends, never exceptionally, when all is answered. */
    public CompletableFuture<Void> close() {
        List<Entry<T>> last;
        synchronized (this) {
            closed = true;
            last = take(waiting);
        }
        send(last);
        return CompletableFuture.allOf(unanswered.toArray(CompletableFuture[]::new))
                .exceptionally(failure -> null);
    }
}
