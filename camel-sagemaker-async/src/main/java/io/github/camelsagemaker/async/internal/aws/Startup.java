package io.github.camelsagemaker.async.internal.aws;

import io.github.camelsagemaker.async.error.CallNotSentException;
import io.github.camelsagemaker.async.error.SageMakerAsyncException.AwsCall;
import io.github.camelsagemaker.async.error.ServiceUnavailableException;
import io.github.camelsagemaker.async.error.ThrottledException;
import io.github.camelsagemaker.async.internal.concurrent.Backoff;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.concurrent.StartPatience;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.camel.util.function.ThrowingConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins what needs an answer of AWS, such as a queue to receive from, when its route starts, or, if AWS does not answer then, as
 * soon as it does. What is wrong refuses the start.
 *
 * @param waiting what is logged while AWS does not answer: who waits, and what that means
 * @param asking asks AWS
 * @param receiving begins with the answer, once; if it throws after the start, again with the next answer
 * @param state receives each failure, and null when it began after one
 * @param workers where it is asked again, and begins after the start
 */
public record Startup<T>(
        String waiting,
        Supplier<CompletableFuture<T>> asking,
        ThrowingConsumer<T, Exception> receiving,
        Consumer<Throwable> state,
        BiConsumer<String, Throwable> reporter,
        BooleanSupplier stopped,
        Executor workers) {

    private static final Logger LOG = LoggerFactory.getLogger(Startup.class);

    /** @return fails if AWS refuses, or does not answer within {@link StartPatience#MOST} about what an option names */
    public static <T> CompletableFuture<T> ask(
            String service, String operation, String target, Supplier<CompletableFuture<T>> asking) {
        long most = StartPatience.MOST.toSeconds();
        String silent = service + " did not answer within " + most + " s about " + target
                + ". Its address, Region and the network on the way must be right, or it is out of order";
        AwsCall call = new AwsCall(operation, 0, null, null);
        return Futures.onFailure(
                Futures.uninterrupted(asking).orTimeout(most, TimeUnit.SECONDS),
                failure -> CompletableFuture.failedFuture(
                        failure instanceof TimeoutException
                                ? new ServiceUnavailableException(silent, call, failure)
                                : failure));
    }

    /** Waits for the answer, which was asked for, as long as the start may. */
    public void begin(CompletableFuture<T> answer, StartPatience patience) throws Exception {
        Backoff backoff = new Backoff(1_000, 30_000);
        T found;
        try {
            found = patience.await(answer);
        } catch (TimeoutException e) {
            state.accept(e);
            answer.whenCompleteAsync((late, failure) -> answered(late, failure, backoff, false), workers);
            return;
        } catch (Exception e) {
            if (!mayPass(e)) {
                throw e;
            }
            answered(null, e, backoff, false);
            return;
        }
        receiving.accept(found);
    }

    /** @param reported whether it was reported already that the answer is of no use: what follows is logged */
    private void answered(T found, Throwable failure, Backoff backoff, boolean reported) {
        if (stopped.getAsBoolean()) {
            return;
        }
        Throwable why = failure == null ? begun(found) : Futures.unwrap(failure);
        state.accept(why);
        if (why == null) {
            LOG.info("AWS answers now. No longer: {}", waiting);
            return;
        }
        boolean answers = failure == null;
        boolean over = answers && why instanceof Error; // nobody knows what has begun
        if (!over) {
            askAgain(why, backoff, reported || answers);
        }
        if (over || answers && !reported) {
            reporter.accept("The route cannot go on with what AWS answered", why);
        }
    }

    /** Null if it began; else what is in the way, such as a missing bucket or a database that is away: that may pass. */
    private Throwable begun(T found) {
        try {
            receiving.accept(found);
            return null;
        } catch (Throwable e) { // of an Error nobody would hear otherwise
            return e;
        }
    }

    private void askAgain(Throwable why, Backoff backoff, boolean reported) {
        long delay = backoff.next();
        LOG.warn(
                "{}: AWS is asked again in {} ms{}: {}",
                waiting,
                delay,
                mayPass(why) ? "" : ", but this must be put right first",
                why.getMessage());
        Futures.later(delay, workers, () -> {
            if (!stopped.getAsBoolean()) {
                Futures.call(asking)
                        .whenCompleteAsync((again, still) -> answered(again, still, backoff, reported), workers);
            }
        });
    }

    /** Whether the failure may pass by itself, so that a route starts all the same, and tries again. */
    private static boolean mayPass(Throwable failure) {
        return failure instanceof ServiceUnavailableException
                || failure instanceof ThrottledException
                || failure instanceof CallNotSentException && AwsErrors.isNeverSent(failure);
    }
}
