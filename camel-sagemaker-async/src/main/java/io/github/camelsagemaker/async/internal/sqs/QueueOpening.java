package io.github.camelsagemaker.async.internal.sqs;

import io.github.camelsagemaker.async.internal.concurrent.Backoff;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.concurrent.StartPatience;
import io.github.camelsagemaker.async.internal.sqs.MessageReceiver.QueueSettings;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a queue received from when its route starts, or, if AWS does not answer then, as soon as it does. What is wrong refuses the
 * start.
 *
 * @param waiting what is logged while AWS does not answer: who waits, and what that means
 * @param asking asks for the queue
 * @param receiving begins to receive, at most once
 * @param state receives each failure, and null when the queue was found after one
 * @param workers where it begins to receive after the start
 */
public record QueueOpening(
        String waiting,
        Supplier<CompletableFuture<QueueSettings>> asking,
        Consumer<QueueSettings> receiving,
        Consumer<Throwable> state,
        BiConsumer<String, Throwable> reporter,
        BooleanSupplier stopped,
        ScheduledExecutorService timer,
        Executor workers) {

    private static final Logger LOG = LoggerFactory.getLogger(QueueOpening.class);

    /** Waits for the answer, which was asked for, as long as the start may. */
    public void begin(CompletableFuture<QueueSettings> answer, StartPatience patience) throws Exception {
        Backoff backoff = new Backoff(1_000, 30_000);
        try {
            receiving.accept(patience.await(answer));
        } catch (TimeoutException e) {
            state.accept(e);
            answer.whenCompleteAsync((queue, failure) -> answered(queue, failure, backoff), workers);
        } catch (Exception e) {
            if (!QueuePreparation.mayPass(e)) {
                throw e;
            }
            answered(null, e, backoff);
        }
    }

    private void answered(QueueSettings queue, Throwable failure, Backoff backoff) {
        if (stopped.getAsBoolean()) {
            return;
        }
        try {
            if (failure == null) {
                receiving.accept(queue);
                state.accept(null);
                LOG.info("The queue '{}' is received from now", queue.url());
                return;
            }
            state.accept(failure);
            long delay = backoff.next();
            LOG.warn(
                    "{}: its queue is asked for again in {} ms: {}",
                    waiting,
                    delay,
                    Futures.unwrap(failure).getMessage());
            timer.schedule(
                    () -> Futures.call(asking)
                            .whenCompleteAsync((found, again) -> answered(found, again, backoff), workers),
                    delay,
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("The route was stopped before its queue answered", e);
        } catch (RuntimeException e) {
            state.accept(e);
            reporter.accept("The queue cannot be received from", e);
        }
    }
}
