package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.internal.consume.ObjectRetries.Step;
import io.github.camelsagemaker.async.internal.result.InferenceResult;
import io.github.camelsagemaker.async.internal.result.Landing;
import io.github.camelsagemaker.async.internal.s3.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done with results that a listing finds, which finds them again and again: they go through the route, or only what is
 * still to be done in S3 is tried again, when its time has come.
 *
 * <p>Thread-safe, as its parts are.
 */
public final class ListedResults {

    private static final Logger LOG = LoggerFactory.getLogger(ListedResults.class);

    /** So many in a row, and the repository is away: it may take half a minute to say so. */
    private static final int MAX_UNTOLD = 3;

    private final ObjectRetries retries;
    private final Function<Landing, String> keyOf;
    private final ResultProcessor processor;
    private final ObjectCleanUp cleanUp;
    private final BiConsumer<String, Throwable> reporter;

    /**
     * @param keyOf what identifies a result; it may throw, which concerns this result alone
     * @param reporter is told of results whose key cannot be told
     */
    public ListedResults(
            ObjectRetries retries,
            Function<Landing, String> keyOf,
            ResultProcessor processor,
            ObjectCleanUp cleanUp,
            BiConsumer<String, Throwable> reporter) {
        this.retries = retries;
        this.keyOf = keyOf;
        this.processor = processor;
        this.cleanUp = cleanUp;
        this.reporter = reporter;
    }

    /** The object of a listed result. */
    private static StoredObject objectOf(Landing landing) {
        return new StoredObject(landing.object(), landing.etag(), landing.contentLength());
    }

    /**
     * The first results, up to a limit, with which something is to be done now. A result about which a repository cannot tell is passed
     * over for a while, and keeps none of the others.
     *
     * @throws RuntimeException of the repository, if it seems to be away
     */
    public List<Landing> due(List<Landing> landings, int limit) {
        List<Landing> due = new ArrayList<>();
        RuntimeException failure = null;
        int untold = 0;
        for (Landing landing : landings) {
            if (due.size() == limit || untold == MAX_UNTOLD) {
                break;
            }
            try {
                if (isDue(landing)) {
                    due.add(landing);
                }
                untold = 0;
            } catch (RuntimeException e) {
                untold++;
                failure = e;
                retries.putOff(objectOf(landing), e);
            }
        }
        if (untold == MAX_UNTOLD && due.isEmpty()) {
            throw failure;
        }
        if (failure != null) {
            reporter.accept(
                    "Of some results it could not be told whether they are handled; they are looked at again later",
                    failure);
        }
        return due;
    }

    /** Whether something is to be done with the result now. */
    private boolean isDue(Landing landing) {
        Step step = retries.next(objectOf(landing));
        if (step != Step.EMIT) {
            return step != Step.WAIT;
        }
        if (retries.isFull()) {
            return false;
        }
        String key;
        try {
            if (landing.etag() == null) {
                throw new IllegalArgumentException(
                        landing + " is listed without an ETag, so this store does not tell which version it is");
            }
            key = keyOf.apply(landing);
        } catch (RuntimeException e) {
            retries.putOff(objectOf(landing), e);
            reporter.accept("A result is passed over, and looked at again later", e);
            return false;
        }
        return processor.isCandidate(landing, key);
    }

    /**
     * Does what is to be done.
     *
     * @param preparation adds what the source alone knows to the exchange
     * @return ends when it is done, however it went
     */
    public CompletableFuture<LandingOutcome> handle(Landing landing, Consumer<Exchange> preparation) {
        StoredObject object = objectOf(landing);
        return switch (retries.next(object)) {
            case EMIT -> processor.handle(landing, new Settlement(landing, cleanUp), preparation);
            case CLEAR_UP ->
                again(
                        landing,
                        "deleted or moved",
                        cleanUp.delivered(object, landing.inputLocation(), InferenceResult.NOTHING));
            case MOVE_AWAY -> again(landing, "moved away", cleanUp.moveAway(object));
            case WAIT -> CompletableFuture.completedFuture(LandingOutcome.IN_PROGRESS);
        };
    }

    /** The first failure was reported; health checks tell that it goes on. */
    private static CompletableFuture<LandingOutcome> again(Landing landing, String what, CompletableFuture<Void> call) {
        return call.handle((done, failure) -> {
            if (failure != null) {
                LOG.debug("{} could not be {} again", landing, what, failure);
            }
            return LandingOutcome.IN_PROGRESS;
        });
    }
}
