package io.github.camelsagemaker.async.internal.s3;

import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;

/**
 * Deletes objects that nobody needs any more, up to 500 with one request, at the latest a second after they were dispatched.
 * What cannot be deleted stays, and is logged, each object by its name. Thread-safe; nothing waits.
 */
public final class BatchDeleter {

    private static final Logger LOG = LoggerFactory.getLogger(BatchDeleter.class);

    private static final int BATCH = 500;
    private static final int DELAY_SECONDS = 1;

    private final S3AsyncClient s3;
    private final ScheduledExecutorService timer;
    private final Map<String, List<String>> keysByBucket = new HashMap<>();
    private final Set<CompletableFuture<Void>> underWay = ConcurrentHashMap.newKeySet();
    private Future<?> flush;

    public BatchDeleter(S3AsyncClient s3, ScheduledExecutorService timer) {
        this.s3 = s3;
        this.timer = timer;
    }

    public void delete(S3Location object) {
        List<String> batch = null;
        synchronized (this) {
            List<String> keys = keysByBucket.computeIfAbsent(object.bucket(), bucket -> new ArrayList<>());
            keys.add(object.key());
            if (keys.size() == BATCH) {
                batch = keysByBucket.remove(object.bucket());
            } else if (flush == null) {
                try {
                    flush = timer.schedule(this::flush, DELAY_SECONDS, TimeUnit.SECONDS);
                } catch (RejectedExecutionException e) {
                    LOG.debug("The component was stopped: what is to be deleted waits for the producer's stop", e);
                }
            }
        }
        if (batch != null) {
            send(object.bucket(), batch);
        }
    }

    /** Ends when S3 has answered to all, never exceptionally. */
    public CompletableFuture<Void> flush() {
        Map<String, List<String>> batches;
        synchronized (this) {
            if (flush != null) {
                flush.cancel(false);
                flush = null;
            }
            batches = new HashMap<>(keysByBucket);
            keysByBucket.clear();
        }
        batches.forEach(this::send);
        return CompletableFuture.allOf(underWay.toArray(CompletableFuture[]::new));
    }

    private void send(String bucket, List<String> keys) {
        CompletableFuture<Void> sent = new CompletableFuture<>();
        underWay.add(sent);
        List<ObjectIdentifier> objects = keys.stream()
                .map(key -> ObjectIdentifier.builder().key(key).build())
                .toList();
        Futures.uninterrupted(() ->
                        s3.deleteObjects(request -> request.bucket(bucket).delete(delete -> delete.objects(objects))))
                .whenComplete((response, failure) -> {
                    if (failure != null) {
                        LOG.warn(
                                "{} delivered objects could not be deleted",
                                keys.size(),
                                AwsErrors.translate("DeleteObjects", "bucket '" + bucket + "'", failure));
                    }
                    whatStays(keys, response)
                            .forEach((key, reason) -> LOG.warn(
                                    "The delivered object {} could not be deleted and stays (options deleteResultAfterAwait and"
                                            + " deleteInputAfterAwait): {}",
                                    new S3Location(bucket, key),
                                    reason));
                    underWay.remove(sent);
                    sent.complete(null);
                });
    }

    /** Why objects stay, by their keys. Only what S3's answer names is deleted; it is null if the call failed. */
    static Map<String, String> whatStays(List<String> keys, DeleteObjectsResponse response) {
        Map<String, String> reasons = new LinkedHashMap<>();
        keys.forEach(key -> reasons.put(key, "no answer of S3 names it"));
        if (response != null) {
            response.deleted().forEach(deleted -> reasons.remove(deleted.key()));
            response.errors().forEach(error -> reasons.put(error.key(), error.code() + " " + error.message()));
        }
        return reasons;
    }
}
