package io.github.camelsagemaker.async.internal.concurrent;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How long the starts of routes wait for a service's answers: all that start while it is silent share one deadline, and a JVM that is
 * being shut down waits for none. Thread-safe.
 */
public final class StartPatience {

    public static final Duration MOST = Duration.ofSeconds(10);

    /** After so long a silent service gets a start's patience anew. */
    private static final Duration FORGOTTEN = Duration.ofMinutes(1);

    private Long silentSince;

    /** Waits; throws what the answer failed with, a TimeoutException if there is none, an InterruptedException also when the JVM shuts down. */
    public <T> T await(CompletableFuture<T> answer) throws Exception {
        CompletableFuture<Void> shutDown = new CompletableFuture<>();
        Thread hook = new Thread(() -> shutDown.complete(null), "SageMakerAsyncStart");
        try {
            Runtime.getRuntime().addShutdownHook(hook);
            try {
                CompletableFuture.anyOf(answer.handle((value, failure) -> null), shutDown)
                        .get(left(), TimeUnit.NANOSECONDS);
            } finally {
                Runtime.getRuntime().removeShutdownHook(hook);
            }
        } catch (IllegalStateException e) { // it is being shut down
            shutDown.complete(null);
        }
        if (shutDown.isDone()) {
            throw new InterruptedException("The JVM is being shut down: the start waits no longer for AWS");
        }
        try {
            T value = Futures.await(answer);
            answered();
            return value;
        } catch (Exception e) {
            if (Futures.causes(e).noneMatch(TimeoutException.class::isInstance)) {
                answered();
            }
            throw e;
        }
    }

    private synchronized long left() {
        long now = System.nanoTime();
        if (silentSince == null || now - silentSince > FORGOTTEN.toNanos()) {
            silentSince = now;
        }
        return Math.max(silentSince + MOST.toNanos() - now, 0);
    }

    private synchronized void answered() {
        silentSince = null;
    }
}
