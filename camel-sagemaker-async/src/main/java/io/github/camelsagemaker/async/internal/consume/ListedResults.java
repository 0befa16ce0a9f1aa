package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore;
import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore.Permit;
import io.github.camelsagemaker.async.internal.consume.BucketScan.Page;
import io.github.camelsagemaker.async.internal.consume.ObjectRetries.Step;
import io.github.camelsagemaker.async.internal.result.InferenceResult;
import io.github.camelsagemaker.async.internal.result.Landing;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.s3.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done with results that a listing finds, which finds them again and again: they go through the route, or only what is
 * still to be done in S3 is tried again, when its time has come.
 *
 * <p>For one thread at a time, which waits for S3 and for permits.
 */
public final class ListedResults {

    private static final Logger LOG = LoggerFactory.getLogger(ListedResults.class);

    /** So many in a row, and the repository is away: it may take half a minute to say so. */
    private static final int MAX_UNTOLD = 3;

    private final BucketScan scan;
    private final AsyncSemaphore permits;
    private final ObjectRetries retries;
    private final ConsumerRoute route;
    private final ResultProcessor processor;
    private final ObjectCleanUp cleanUp;
    private final PoisonedObjects poisoned;

    ListedResults(
            BucketScan scan,
            AsyncSemaphore permits,
            ObjectRetries retries,
            ConsumerRoute route,
            ResultProcessor processor,
            ObjectCleanUp cleanUp,
            PoisonedObjects poisoned) {
        this.scan = scan;
        this.permits = permits;
        this.retries = retries;
        this.route = route;
        this.processor = processor;
        this.cleanUp = cleanUp;
        this.poisoned = poisoned;
    }

    public BucketScan scan() {
        return scan;
    }

    /**
     * Looks at everything once, from the beginning, also at the one prefix if the other cannot be listed.
     *
     * @param candidates with which something may be done
     * @param ended is told of each outcome
     * @return how many results were handed in; all that are due, unless the scan or the permits were paused
     */
    int round(Predicate<Landing> candidates, BiConsumer<Landing, LandingOutcome> ended) throws InterruptedException {
        int handedIn = 0;
        RuntimeException failure = null;
        boolean over = false;
        scan.restart();
        while (!over) {
            Optional<Page> page;
            try {
                page = scan.next();
            } catch (RuntimeException e) {
                failure = e;
                over = scan.leavePrefix();
                continue;
            }
            if (page.isEmpty()) {
                break;
            }
            List<Landing> found =
                    page.get().landings().stream().filter(candidates).toList();
            for (Landing landing : due(found, Integer.MAX_VALUE)) {
                if (!handIn(landing, exchange -> {}, outcome -> ended.accept(landing, outcome))) {
                    return handedIn;
                }
                handedIn++;
            }
            over = scan.passed(page.get());
        }
        if (failure != null) {
            throw failure;
        }
        return handedIn;
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
            route.report(
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
            key = route.keyOf(landing);
        } catch (RuntimeException e) { // which concerns this result alone
            retries.putOff(objectOf(landing), e);
            route.report("A result is passed over, and looked at again later", e);
            return false;
        }
        return processor.isCandidate(landing, key);
    }

    /**
     * Waits for a permit, and begins what is to be done with the result.
     *
     * @param preparation adds what the source alone knows to the exchange
     * @param ended is told of the outcome before the permit is given back
     * @return false if nothing more may be begun: during a pause
     */
    public boolean handIn(Landing landing, Consumer<Exchange> preparation, Consumer<LandingOutcome> ended)
            throws InterruptedException {
        Optional<Permit> permit = permits.acquire();
        if (permit.isEmpty()) {
            return false;
        }
        CompletableFuture<LandingOutcome> handling;
        try {
            handling = handle(landing, preparation);
        } catch (RuntimeException | Error e) {
            permit.get().release();
            throw e;
        }
        handling.whenComplete((outcome, bug) -> {
            ended.accept(outcome);
            permit.get().release();
        });
        return true;
    }

    private CompletableFuture<LandingOutcome> handle(Landing landing, Consumer<Exchange> preparation) {
        StoredObject object = objectOf(landing);
        S3Location input = landing.inputLocation();
        return switch (retries.next(object)) {
            case EMIT -> processor.handle(landing, new ObjectSettlement(object, input, cleanUp, poisoned), preparation);
            case CLEAR_UP -> again(landing, "deleted or moved", cleanUp.after(object, input, InferenceResult.NOTHING));
            case MOVE_AWAY -> again(landing, "moved away", poisoned.moveAway(object));
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
