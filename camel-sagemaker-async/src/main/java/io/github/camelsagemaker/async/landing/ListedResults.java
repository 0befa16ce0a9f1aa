package io.github.camelsagemaker.async.landing;

import io.github.camelsagemaker.async.settle.ObjectRetries;
import io.github.camelsagemaker.async.settle.ObjectRetries.Step;
import io.github.camelsagemaker.async.settle.StoredObject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
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

    private final ObjectRetries retries;
    private final Parts parts;

    /**
     * How the steps are carried out.
     *
     * @param keyOf what identifies a result; it may throw, which concerns this result alone
     * @param fresh whether the result, with what keyOf gave, is neither handled nor in progress; it may block, and throw
     * @param emit takes a result all the way
     * @param clearUp deletes or moves the object of a result that was delivered
     * @param moveAway moves an object to moveFailedLocation
     * @param reporter is told of results whose key cannot be told
     */
    public record Parts(
            Function<Landing, String> keyOf,
            BiPredicate<Landing, String> fresh,
            Emitter emit,
            Function<Landing, CompletableFuture<Void>> clearUp,
            Function<StoredObject, CompletableFuture<Void>> moveAway,
            BiConsumer<String, Throwable> reporter) {}

    /** Takes a result all the way. */
    @FunctionalInterface
    public interface Emitter {
        CompletableFuture<LandingOutcome> emit(Landing landing, Consumer<Exchange> preparation);
    }

    public ListedResults(ObjectRetries retries, Parts parts) {
        this.retries = retries;
        this.parts = parts;
    }

    /** The object of a listed result. */
    public static StoredObject objectOf(Landing landing) {
        return new StoredObject(landing.object(), landing.etag(), landing.contentLength());
    }

    /** The first results, up to a limit, with which something is to be done now. */
    public List<Landing> due(List<Landing> landings, int limit) {
        return landings.stream().filter(this::isDue).limit(limit).toList();
    }

    /** Whether something is to be done with the result now. */
    boolean isDue(Landing landing) {
        Step step = retries.next(objectOf(landing));
        if (step != Step.EMIT) {
            return step != Step.WAIT;
        }
        if (retries.isFull()) {
            return false;
        }
        String key;
        try {
            key = parts.keyOf().apply(landing);
        } catch (RuntimeException e) {
            retries.putOff(objectOf(landing), e);
            parts.reporter().accept("A result is passed over, and looked at again later", e);
            return false;
        }
        return parts.fresh().test(landing, key);
    }

    /**
     * Does what is to be done.
     *
     * @param preparation adds what the source alone knows to the exchange
     * @return ends when it is done, however it went
     */
    public CompletableFuture<LandingOutcome> handle(Landing landing, Consumer<Exchange> preparation) {
        return switch (retries.next(objectOf(landing))) {
            case EMIT -> parts.emit().emit(landing, preparation);
            case CLEAR_UP -> again(landing, "deleted or moved", parts.clearUp().apply(landing));
            case MOVE_AWAY -> again(landing, "moved away", parts.moveAway().apply(objectOf(landing)));
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
