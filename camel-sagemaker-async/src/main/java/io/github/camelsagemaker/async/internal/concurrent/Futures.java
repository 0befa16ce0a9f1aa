package io.github.camelsagemaker.async.internal.concurrent;

import static java.util.concurrent.CompletableFuture.completedFuture;
import static java.util.concurrent.CompletableFuture.failedFuture;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What {@link CompletableFuture} lacks: steps after a failure that are asynchronous themselves. */
public final class Futures {

    private static final int MAX_CAUSES = 20;

    private Futures() {}

    /** Calls the supplier; what it throws fails the future, so that there is one way of failing and none of not ending. */
    public static <T> CompletableFuture<T> call(Supplier<CompletableFuture<T>> supplier) {
        try {
            return supplier.get();
        } catch (Throwable e) {
            return failedFuture(e);
        }
    }

    /**
     * As {@link #call}, for what calls AWS and waits for nothing: the SDK sends nothing on an interrupted thread, which a stop by
     * force leaves behind.
     */
    public static <T> CompletableFuture<T> uninterrupted(Supplier<CompletableFuture<T>> supplier) {
        boolean isInterrupted = Thread.interrupted();
        try {
            return call(supplier);
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The failure itself, without the wrappers of futures. */
    public static Throwable unwrap(Throwable failure) {
        Throwable current = failure;
        while ((current instanceof CompletionException || current instanceof ExecutionException)
                && current.getCause() != null) {
            current = current.getCause();
        }
        return current;
    }

    /** Waits for the value; throws the failure itself. For starts of routes, which are synchronous in Camel. */
    public static <T> T await(CompletableFuture<T> future) throws Exception {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw unwrap(e) instanceof Exception failure ? failure : e;
        }
    }

    /** A failure and its causes, which may go round in circles. */
    public static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(MAX_CAUSES);
    }

    /** Replaces a failure by another, or by the step that ends in it. The function gets the failure unwrapped. */
    public static <T> CompletableFuture<T> onFailure(
            CompletableFuture<T> future, Function<Throwable, CompletableFuture<T>> step) {
        return future.exceptionallyCompose(failure -> step.apply(unwrap(failure)));
    }

    /** The value, if the future fails so. */
    public static <T> CompletableFuture<T> orElse(
            CompletableFuture<T> future, Class<? extends Throwable> failing, T value) {
        return onFailure(
                future, failure -> failing.isInstance(failure) ? completedFuture(value) : failedFuture(failure));
    }

    /** Runs the task after so many milliseconds, on the executor. What it throws is the executor's to report. */
    public static void later(long millis, Executor executor, Runnable task) {
        CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, executor)
                .execute(task);
    }

    /** Awaits the cleaning up, then fails with the failure. A failure of the cleaning up is added to it. */
    public static <T> CompletableFuture<T> failAfter(CompletableFuture<?> cleanUp, Throwable failure) {
        return cleanUp.handle((done, second) -> {
            if (second != null && unwrap(second) != failure) {
                failure.addSuppressed(unwrap(second));
            }
            throw new CompletionException(failure);
        });
    }
}
