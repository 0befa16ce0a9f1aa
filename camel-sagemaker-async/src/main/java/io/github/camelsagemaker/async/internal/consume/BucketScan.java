package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.Backoff;
import io.github.camelsagemaker.async.internal.observe.ResultObserver;
import io.github.camelsagemaker.async.internal.options.Untrusted;
import io.github.camelsagemaker.async.internal.result.AwaitedFolder;
import io.github.camelsagemaker.async.internal.result.Landing;
import io.github.camelsagemaker.async.internal.result.Notification;
import io.github.camelsagemaker.async.internal.s3.ObjectPage;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import io.github.camelsagemaker.async.internal.s3.StagedInputs.StagedInput;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Walks through the outputs and failures of an endpoint in the order of their keys, page by page, round and round.
 *
 * <p>Each prefix has its own marker, and its own pause after an error, so an error of one does not keep the other from being
 * listed. What lies below both prefixes is listed once, and the most specific prefix tells what it is. Folder markers and
 * awaited replies are passed over.
 *
 * <p>For one thread at a time, which waits for S3; {@link #pause} and {@link #resume} may be called by another.
 */
public final class BucketScan {

    private static final Logger LOG = LoggerFactory.getLogger(BucketScan.class);

    private final S3AsyncClient s3;
    private final LandingPolicy policy;
    private final Function<S3Location, Optional<StagedInput>> stagedInputs;
    private final ObjectRetries retries;
    private final ResultObserver observer;
    private final List<Walk> walks = new ArrayList<>();
    private int current;
    private volatile CompletableFuture<Page> listing;
    private volatile boolean paused;

    /**
     * @param s3 the client, not closed here
     * @param failures where failures are, or null
     * @param stagedInputs finds the request that belongs to a result, where it is known
     * @param retries is told which objects are no longer there
     */
    public BucketScan(
            S3AsyncClient s3,
            String endpointName,
            S3Prefix outputs,
            S3Prefix failures,
            Function<S3Location, Optional<StagedInput>> stagedInputs,
            ObjectRetries retries,
            ResultObserver observer) {
        this.s3 = s3;
        this.policy = new LandingPolicy(endpointName, outputs, failures);
        this.stagedInputs = stagedInputs;
        this.retries = retries;
        this.observer = observer;
        if (failures == null || !failures.contains(outputs)) {
            walks.add(new Walk("outputLocation", outputs));
        }
        if (failures != null && !outputs.contains(failures)) {
            walks.add(new Walk("failureLocation", failures));
        }
    }

    /**
     * Refuses a key that a listing never tells.
     *
     * @param idempotentKey the option, or null if not set
     * @param keyOf evaluates it; throws if it is empty
     * @throws IllegalArgumentException naming the option and what a listing tells
     */
    public void requireKey(String idempotentKey, Function<Landing, String> keyOf) {
        if (idempotentKey == null) {
            return;
        }
        Walk walk = walks.get(0);
        Landing example = policy.judge(new Notification.ObjectCreated(
                        walk.prefix.resolve("example"), 1L, "\"0123456789abcdef\"", Instant.now()))
                .orElseThrow();
        try {
            keyOf.apply(example);
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
     * What was found at once.
     *
     * @param landings the results, in the order of their keys
     * @param lastKey the last key listed, or null if none was
     * @param token where S3 goes on; null if nothing lies behind it below the same prefix, or S3 gave none
     * @param last whether nothing lies behind it below the same prefix
     */
    public record Page(List<Landing> landings, String lastKey, String token, boolean last) {}

    /**
     * Lists the page at the marker, without moving the marker, of the next prefix that is not put off.
     *
     * @return empty when all that is left of the round is put off, or the scan is paused
     * @throws RuntimeException if S3 does not answer; then {@link #putOff} tells to go on with the other prefix
     * @throws InterruptedException if the thread is interrupted while it waits for S3
     */
    public Optional<Page> next() throws InterruptedException {
        while (walks.get(current).isPutOff()) {
            if (leavePrefix()) {
                return Optional.empty();
            }
        }
        CompletableFuture<Page> page = fetch();
        listing = page;
        try {
            return paused ? Optional.empty() : Optional.of(page.get());
        } catch (CancellationException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } finally {
            page.cancel(true);
            listing = null;
        }
    }

    /** Whether a prefix is left alone for a while. */
    public boolean isPutOff() {
        return walks.stream().anyMatch(Walk::isPutOff);
    }

    private CompletableFuture<Page> fetch() {
        Walk walk = walks.get(current);
        long now = retries.listing();
        if (walk.marker == null && walk.token == null) {
            walk.began = now;
        }
        return ObjectPage.list(s3, walk.prefix.bucket(), walk.prefix.prefix(), walk.token, walk.marker)
                .handle((listed, failure) -> {
                    if (failure != null) {
                        SageMakerAsyncException translated = AwsErrors.translate(
                                "ListObjectsV2", "'" + walk.prefix + "' (option " + walk.option + ")", failure);
                        observer.callFailed(walk.option, translated);
                        throw translated;
                    }
                    observer.called(walk.option);
                    return page(walk, listed);
                });
    }

    /**
     * Moves the marker behind the page.
     *
     * @return whether the round is over; the next page is the first one again
     */
    public boolean passed(Page page) {
        Walk walk = walks.get(current);
        walk.failures = 0;
        walk.backoff.reset();
        if (page.last()) {
            retries.listed(walk.prefix, walk.began);
            walk.moveTo(null, null);
            return leavePrefix();
        }
        String marker = page.lastKey() == null ? walk.marker : AwaitedFolder.pass(walk.prefix, page.lastKey());
        boolean jumped = page.lastKey() != null && !page.lastKey().equals(marker);
        walk.moveTo(marker, jumped ? null : page.token());
        return false;
    }

    /** Moves the marker behind this landing of the page fetched last. */
    public void passed(Landing landing) {
        walks.get(current).moveTo(landing.object().key(), null);
    }

    /**
     * Goes on with the other prefix, because this one could not be listed or its results not be judged.
     *
     * @param wait whether this one is left alone for a while, longer each time
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

    /** Begins a round anew. */
    public void restart() {
        walks.forEach(walk -> walk.moveTo(null, null));
        current = 0;
    }

    /** Ends the wait of {@link #next} soon, and lists nothing more. */
    public void pause() {
        paused = true;
        CompletableFuture<Page> pending = listing;
        if (pending != null) {
            pending.cancel(true);
        }
    }

    /** Lists again. */
    public void resume() {
        paused = false;
    }

    private boolean leavePrefix() {
        current = (current + 1) % walks.size();
        return current == 0;
    }

    private Page page(Walk walk, ObjectPage listed) {
        List<Landing> landings = new ArrayList<>(listed.objects().size());
        for (S3Object object : listed.objects()) {
            landingOf(walk.prefix.bucket(), object).ifPresent(landings::add);
        }
        return new Page(landings, listed.lastKey(), listed.token(), listed.last());
    }

    private Optional<Landing> landingOf(String bucket, S3Object object) {
        S3Location location;
        try {
            location = new S3Location(bucket, object.key());
        } catch (IllegalArgumentException e) {
            LOG.warn("Passing over an object in bucket {}: {}", bucket, Untrusted.oneLine(e.getMessage()));
            return Optional.empty();
        }
        // A listed object and one that S3 has just told of mean the same.
        return policy.judge(
                        new Notification.ObjectCreated(location, object.size(), object.eTag(), object.lastModified()))
                .map(found -> found.with(landing -> {
                    landing.isListed = true;
                    stagedInputs.apply(found.object()).ifPresent(input -> {
                        landing.inferenceId = input.inferenceId();
                        landing.inputLocation = input.location();
                    });
                }));
    }

    /** A prefix and how far it was walked. */
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
