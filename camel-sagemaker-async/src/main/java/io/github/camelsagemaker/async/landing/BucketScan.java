package io.github.camelsagemaker.async.landing;

import io.github.camelsagemaker.async.error.AwsErrors;
import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.invoke.StagedInputs.StagedInput;
import io.github.camelsagemaker.async.observe.ResultObserver;
import io.github.camelsagemaker.async.result.S3Location;
import io.github.camelsagemaker.async.result.S3Prefix;
import io.github.camelsagemaker.async.result.Untrusted;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Walks through the outputs and failures of an endpoint in the order of their keys, page by page, round and round.
 *
 * <p>Each prefix has its own marker, so an error of one does not keep the other from being listed. What lies below both
 * prefixes is listed once, and the most specific prefix tells what it is. Folder markers and awaited replies are passed
 * over. For one thread at a time.
 */
public final class BucketScan {

    private static final Logger LOG = LoggerFactory.getLogger(BucketScan.class);

    private final S3AsyncClient s3;
    private final LandingPolicy policy;
    private final Function<S3Location, Optional<StagedInput>> stagedInputs;
    private final ResultObserver observer;
    private final List<Walk> walks = new ArrayList<>();
    private int current;

    /**
     * @param s3 the client, not closed here
     * @param failures where failures are, or null
     * @param stagedInputs finds the request that belongs to a result, where it is known
     * @param observer is told how listing goes
     */
    public BucketScan(
            S3AsyncClient s3,
            String endpointName,
            S3Prefix outputs,
            S3Prefix failures,
            Function<S3Location, Optional<StagedInput>> stagedInputs,
            ResultObserver observer) {
        this.s3 = s3;
        this.policy = new LandingPolicy(endpointName, outputs, failures);
        this.stagedInputs = stagedInputs;
        this.observer = observer;
        if (failures == null || !failures.contains(outputs)) {
            walks.add(new Walk("outputLocation", outputs));
        }
        if (failures != null && !outputs.contains(failures)) {
            walks.add(new Walk("failureLocation", failures));
        }
    }

    /**
     * What was found at once.
     *
     * @param landings the results, in the order of their keys
     * @param lastKey the last key listed, or null if none was
     * @param last whether nothing lies behind it below the same prefix
     */
    public record Page(List<Landing> landings, String lastKey, boolean last) {}

    /** Lists the page at the marker, without moving the marker. Ends exceptionally if S3 does not answer. */
    public CompletableFuture<Page> fetch() {
        Walk walk = walks.get(current);
        return s3.listObjectsV2(list -> list.bucket(walk.prefix.bucket())
                        .prefix(walk.prefix.prefix())
                        .startAfter(walk.marker))
                .handle((listed, failure) -> {
                    if (failure != null) {
                        SageMakerAsyncException translated = AwsErrors.translate(
                                "ListObjectsV2", "'" + walk.prefix + "' (option " + walk.option + ")", failure);
                        observer.callFailed(walk.option, translated);
                        throw translated;
                    }
                    observer.called(walk.option);
                    return page(walk.prefix, listed);
                });
    }

    /**
     * Moves the marker behind the page.
     *
     * @return whether the round is over; the next page is the first one again
     */
    public boolean passed(Page page) {
        Walk walk = walks.get(current);
        if (page.last()) {
            walk.marker = null;
            return next();
        }
        walk.marker = AwaitedFolder.pass(walk.prefix, page.lastKey());
        return false;
    }

    /** Moves the marker behind this landing of the page fetched last. */
    public void passed(Landing landing) {
        walks.get(current).marker = landing.object().key();
    }

    /** Goes on with the other prefix, because this one cannot be listed. */
    public void leavePrefix() {
        next();
    }

    /** Begins a round anew. */
    public void restart() {
        walks.forEach(walk -> walk.marker = null);
        current = 0;
    }

    private boolean next() {
        current = (current + 1) % walks.size();
        return current == 0;
    }

    private Page page(S3Prefix listed, ListObjectsV2Response response) {
        List<S3Object> objects = response.contents();
        List<Landing> landings = new ArrayList<>(objects.size());
        for (S3Object object : objects) {
            landingOf(listed.bucket(), object).ifPresent(landings::add);
        }
        String lastKey =
                objects.isEmpty() ? null : objects.get(objects.size() - 1).key();
        boolean last = lastKey == null || !Boolean.TRUE.equals(response.isTruncated());
        return new Page(landings, lastKey, last);
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
                .map(found -> withRequest(found.listed()));
    }

    private Landing withRequest(Landing landing) {
        return stagedInputs
                .apply(landing.object())
                .map(input -> landing.withRequest(input.inferenceId(), input.location()))
                .orElse(landing);
    }

    /** A prefix and how far it was walked. */
    private static final class Walk {

        private final String option;
        private final S3Prefix prefix;
        private String marker;

        Walk(String option, S3Prefix prefix) {
            this.option = option;
            this.prefix = prefix;
        }
    }
}
