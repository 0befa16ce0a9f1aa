package io.github.camelsagemaker.async.internal.concurrent;

import io.github.camelsagemaker.async.error.AwsErrors;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/** What {@link CompletableFuture} lacks: steps after a failure that are asynchronous themselves. */
public final class Futures {

    private Futures() {}

    /** Calls the supplier; what it throws fails the future, so that there is one way of failing and none of not ending. */
    public static <T> CompletableFuture<T> call(Supplier<CompletableFuture<T>> supplier) {
        try {
            return supplier.get();
        } catch (Throwable e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Replaces a failure by another, or by the step that ends in it. The function gets the failure unwrapped. */
    public static <T> CompletableFuture<T> onFailure(
            CompletableFuture<T> future, Function<Throwable, CompletableFuture<T>> step) {
        return future.exceptionallyCompose(failure -> step.apply(AwsErrors.unwrap(failure)));
    }

    /** Awaits the cleaning up, then fails with the failure. A failure of the cleaning up is added to it. */
    public static <T> CompletableFuture<T> failAfter(CompletableFuture<?> cleanUp, Throwable failure) {
        return cleanUp.handle((done, second) -> {
                    if (second != null && AwsErrors.unwrap(second) != failure) {
                        failure.addSuppressed(AwsErrors.unwrap(second));
                    }
                    return CompletableFuture.<T>failedFuture(failure);
                })
                .thenCompose(Function.identity());
    }
}
