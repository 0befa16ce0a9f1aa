package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore;
import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore.Permit;
import io.github.camelsagemaker.async.internal.concurrent.Backoff;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.consume.ObjectRetries.Step;
import io.github.camelsagemaker.async.internal.observe.ResultObserver;
import io.github.camelsagemaker.async.internal.options.LogSanitizer;
import io.github.camelsagemaker.async.internal.result.AwaitedFolder;
import io.github.camelsagemaker.async.internal.result.InferenceResult;
import io.github.camelsagemaker.async.internal.result.ResultEvent;
import io.github.camelsagemaker.async.internal.s3.ObjectPage;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.util.function.ThrowingFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Walks through the outputs and failures of an endpoint in the order of their keys, page by page, round and round.
 *
 * <p>Each prefix has its own marker, and its own pause after an error, so an error of one does not keep the other from being
 * listed. What lies below both prefixes is listed once. Results are found again and again: they go through the route, or only what
 * is still to be done in S3 is tried again, when its time has come.
 *
 * <p>For one thread at a time, which waits for S3 and for permits; {@link #pause} and {@link #resume} may be called by another.
 */
public final class BucketScan {

    private static final Logger LOG = LoggerFactory.getLogger(BucketScan.class);

    /** So many in a row, and the repository is away: it may take half a minute to say so. */
    private static final int MAX_REPOSITORY_FAILURES = 3;

    private final PlacePolicy policy;
    private final ResultObserver observer;
    private final AsyncSemaphore permits;
    private final ResultProcessor processor;
    private final ObjectCleanUp cleanUp;
    private final ScanPaces.Pace pace;
    private final List<Walk> walks = new ArrayList<>();
    private int current;
    private volatile CompletableFuture<ObjectPage> listing = new CompletableFuture<>();
    private volatile boolean paused;

    BucketScan(
            PlacePolicy policy,
            ResultObserver observer,
            AsyncSemaphore permits,
            ResultProcessor processor,
            ObjectCleanUp cleanUp,
            ScanPaces.Pace pace) {
        this.policy = policy;
        this.observer = observer;
        this.permits = permits;
        this.processor = processor;
        this.cleanUp = cleanUp;
        this.pace = pace;
        S3Prefix outputs = policy.outputs();
        S3Prefix failures = policy.failures();
        if (failures == null || !failures.contains(outputs)) {
            walks.add(new Walk("outputLocation", outputs));
        }
        if (failures != null && !outputs.contains(failures)) {
            walks.add(new Walk("failureLocation", failures));
        }
    }

    /** Refuses a key that a listing never has: for that {@code keyOf}, which evaluates it, throws. */
    void requireKey(String idempotentKey, Consumer<ResultEvent> keyOf) {
        ResultEvent.Builder result = new ResultEvent.Builder();
        try {
            result.object = walks.get(0).prefix.resolve("example");
            result.contentLength = 1L;
            result.etag = "\"0123456789abcdef\"";
            result.eventTime = Instant.now();
            policy.judge(result).ifPresent(keyOf);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Option idempotentKey is '" + idempotentKey + "', which is empty for results found by listing"
                            + " (scans, and option reconcileInterval): of each, S3 tells the headers InvocationStatus,"
                            + " EndpointName, OutputLocation or FailureLocation, ContentLength, ETag and EventTime only."
                            + " Use one of these, or leave the option out",
                    e);
        }
    }

    /**
     * Lists the page at the marker, without moving the marker, of the next prefix that is not put off.
     *
     * @return empty when all that is left of the round is put off, or the scan is paused
     * @throws SageMakerAsyncException if S3 does not answer; then {@link #putOff} goes on with the other prefix
     */
    Optional<ObjectPage> next() throws InterruptedException {
        while (walks.get(current).isPutOff()) {
            if (leavePrefix()) {
                return Optional.empty();
            }
        }
        if (paused) {
            return Optional.empty();
        }
        Walk walk = walks.get(current);
        long now = cleanUp.retries().listing();
        if (walk.marker == null && walk.token == null) {
            walk.began = now;
        }
        CompletableFuture<ObjectPage> call =
                ObjectPage.list(cleanUp.s3(), walk.prefix.bucket(), walk.prefix.prefix(), walk.token, walk.marker);
        listing = call;
        try {
            if (paused) {
                return Optional.empty();
            }
            ObjectPage page = call.get();
            observer.called(walk.option, null);
            return Optional.of(page);
        } catch (CancellationException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            SageMakerAsyncException failure = AwsErrors.translate(
                    "ListObjectsV2", "'" + walk.prefix + "' (option " + walk.option + ")", e.getCause());
            observer.called(walk.option, failure);
            throw failure;
        } finally {
            call.cancel(true);
        }
    }

    /** The results on the page fetched last, in the order of their keys. */
    Stream<ResultEvent> events(ObjectPage page) {
        String bucket = walks.get(current).prefix.bucket();
        return page.objects().stream().flatMap(object -> event(bucket, object, page.listedAt()).stream());
    }

    private Optional<ResultEvent> event(String bucket, S3Object object, Instant listedAt) {
        ResultEvent.Builder result = new ResultEvent.Builder();
        try {
            result.object = new S3Location(bucket, object.key());
        } catch (IllegalArgumentException e) {
            LOG.warn("Passing over an object in bucket {}: {}", bucket, LogSanitizer.oneLine(e.getMessage()));
            return Optional.empty();
        }
        result.contentLength = object.size();
        result.etag = object.eTag();
        result.eventTime = object.lastModified();
        result.discoveredAt = listedAt;
        result.isListed = true;
        cleanUp.payloads().find(result.object).ifPresent(input -> {
            result.inferenceId = input.inferenceId();
            result.inputLocation = input.location();
        });
        return policy.judge(result);
    }

    /** Whether it is time to list again, where the user has not said how often. */
    public boolean isDue() {
        return pace.isDue() || walks.stream().anyMatch(walk -> walk.failures > 0 && !walk.isPutOff());
    }

    public boolean isPutOff() {
        return walks.stream().anyMatch(Walk::isPutOff);
    }

    /** Moves the marker behind the page; whether the round is over: the next page is the first one again. */
    boolean passed(ObjectPage page) {
        Walk walk = walks.get(current);
        walk.failures = 0;
        walk.backoff.reset();
        if (page.last()) {
            cleanUp.retries().listed(walk.prefix, walk.began);
            walk.moveTo(null, null);
            return leavePrefix();
        }
        String last = page.lastKey();
        String marker = last == null ? walk.marker : AwaitedFolder.pass(walk.prefix, last);
        boolean jumped = last != null && !last.equals(marker);
        walk.moveTo(marker, jumped ? null : page.token());
        return false;
    }

    /** Moves the marker behind this event of the page fetched last. */
    void passed(ResultEvent event) {
        walks.get(current).moveTo(event.object().key(), null);
    }

    /**
     * Goes on with the other prefix, because this one failed; {@code wait}: it is left alone for a while, longer each time.
     *
     * @return for how long it is left alone if it failed before, too; empty if this is the first failure
     */
    public Optional<Duration> putOff(boolean wait) {
        Walk walk = walks.get(current);
        // A token may be what S3 does not like: the marker leads on as well.
        walk.token = null;
        Duration pause = Duration.ofMillis(wait ? walk.backoff.next() : 0);
        walk.notBefore = System.nanoTime() + pause.toNanos();
        leavePrefix();
        return walk.failures++ == 0 ? Optional.empty() : Optional.of(pause);
    }

    void restart() {
        walks.forEach(walk -> walk.moveTo(null, null));
        current = 0;
    }

    /** Ends the wait of {@link #next} soon, and lists nothing more. */
    public void pause() {
        paused = true;
        listing.cancel(true);
    }

    public void resume() {
        paused = false;
        pace.resume();
    }

    /** Goes on with the other prefix, if there is one; whether the round is over. */
    boolean leavePrefix() {
        current = (current + 1) % walks.size();
        return current == 0;
    }

    /**
     * Looks at everything once, from the beginning, also at the one prefix if the other cannot be listed.
     *
     * @return how many results were dispatched; all that are due, unless the scan or the permits were paused
     */
    int round(Predicate<ResultEvent> candidates) throws InterruptedException {
        restart();
        ThrowingFunction<List<ResultEvent>, Integer, InterruptedException> taker = due -> {
            int taken = 0;
            while (taken < due.size() && dispatch(due.get(taken), exchange -> {})) {
                taken++;
            }
            return taken;
        };
        try {
            return goOn(Integer.MAX_VALUE, candidates, () -> true, taker);
        } catch (SageMakerAsyncException e) {
            if (!leavePrefix()) {
                goOn(Integer.MAX_VALUE, candidates, () -> true, taker);
            }
            throw e;
        }
    }

    /** Lists while {@code allowed}, to the end of the round; {@code taker} takes the first of a page, in order, and returns how many. */
    public int goOn(
            int limit,
            Predicate<ResultEvent> candidates,
            BooleanSupplier allowed,
            ThrowingFunction<List<ResultEvent>, Integer, InterruptedException> taker)
            throws InterruptedException {
        int taken = 0;
        boolean over = false;
        while (!over && taken < limit && allowed.getAsBoolean()) {
            Optional<ObjectPage> page = next();
            if (page.isEmpty()) {
                over = current == 0;
                break;
            }
            pace.listed();
            List<ResultEvent> due = due(page.get(), candidates, limit - taken);
            int now = taker.apply(due);
            taken += now;
            if (now > 0) {
                pace.found();
            }
            if (now < due.size() || taken == limit) {
                // What comes first must not be tried again before what comes after it.
                if (now > 0) {
                    passed(due.get(now - 1));
                }
                break;
            }
            over = passed(page.get());
        }
        if (over) {
            pace.rest(walks.size());
        }
        return taken;
    }

    /**
     * The first results of the page fetched last, up to a limit, with which something is to be done now. A result for which the
     * repository fails is passed over for a while, and delays none of the others.
     *
     * @throws RuntimeException of the repository, if it seems to be away
     */
    List<ResultEvent> due(ObjectPage page, Predicate<ResultEvent> candidates, int limit) {
        List<ResultEvent> due = new ArrayList<>();
        RuntimeException failure = null;
        int repositoryFailures = 0;
        for (ResultEvent event : events(page).filter(candidates).toList()) {
            if (due.size() == limit || repositoryFailures == MAX_REPOSITORY_FAILURES) {
                break;
            }
            try {
                if (isDue(event)) {
                    due.add(event);
                }
                repositoryFailures = 0;
            } catch (RuntimeException | Error e) { // Camel polls no more after an Error
                repositoryFailures++;
                failure = e instanceof RuntimeException known ? known : new RuntimeCamelException(e);
                cleanUp.retries().putOff(StoredObject.listed(event), e, true);
            }
        }
        if (repositoryFailures == MAX_REPOSITORY_FAILURES && due.isEmpty()) {
            throw failure;
        }
        if (failure != null) {
            processor.route().report("Whether some results are handled is unknown; they are looked at later", failure);
        }
        return due;
    }

    private boolean isDue(ResultEvent event) {
        Step step = cleanUp.retries().next(StoredObject.listed(event));
        if (step != Step.EMIT) {
            return step != Step.WAIT;
        }
        if (cleanUp.retries().isFull()) {
            return false;
        }
        String key;
        try {
            if (event.etag() == null) {
                throw new IllegalArgumentException(
                        event + " is listed without an ETag, so this store does not tell which version it is");
            }
            key = processor.route().keyOf(event);
        } catch (RuntimeException e) { // which concerns this result alone
            cleanUp.retries().putOff(StoredObject.listed(event), e, false);
            processor.route().report("A result is passed over, and looked at again later", e);
            return false;
        }
        return processor.isCandidate(event, key);
    }

    /** Waits for a permit; false during a pause. */
    public boolean dispatch(ResultEvent event, Consumer<Exchange> preparation) throws InterruptedException {
        Optional<Permit> permit = permits.acquire();
        if (permit.isEmpty()) {
            return false;
        }
        Futures.call(() -> handle(event, preparation)).whenComplete((outcome, bug) -> {
            if (bug != null) {
                LOG.warn("{} could not be handled", event, bug);
            }
            permit.get().release();
        });
        return true;
    }

    private CompletableFuture<?> handle(ResultEvent event, Consumer<Exchange> preparation) {
        StoredObject object = StoredObject.listed(event);
        return switch (cleanUp.retries().begin(object)) {
            case EMIT ->
                processor.handle(event, new Settlement(event, cleanUp, null), preparation, processor.workers());
            case CLEAR_UP -> again(event, cleanUp.delivered(object, event.inputLocation(), InferenceResult.NOTHING));
            case MOVE_AWAY -> again(event, cleanUp.moveAway(object));
            case WAIT -> CompletableFuture.completedFuture(null);
        };
    }

    /** The first failure was reported; health checks tell that it goes on. */
    private static CompletableFuture<Void> again(ResultEvent event, CompletableFuture<Void> call) {
        return call.exceptionally(failure -> {
            LOG.debug("{} could again not be deleted or moved", event, failure);
            return null;
        });
    }

    private static final class Walk {

        private final String option;
        private final S3Prefix prefix;
        private final Backoff backoff = new Backoff(500, 30_000);
        private String marker;
        private String token;
        private long began;
        private long notBefore = System.nanoTime();
        private int failures;

        Walk(String option, S3Prefix prefix) {
            this.option = option;
            this.prefix = prefix;
        }

        boolean isPutOff() {
            return notBefore - System.nanoTime() > 0;
        }

        void moveTo(String newMarker, String newToken) {
            marker = newMarker;
            token = newToken;
        }
    }
}
