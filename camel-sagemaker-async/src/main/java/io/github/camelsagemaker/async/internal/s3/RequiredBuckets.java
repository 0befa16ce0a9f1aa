package io.github.camelsagemaker.async.internal.s3;

import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.concurrent.StartPatience;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * Refuses the start of a producer or consumer whose buckets do not exist.
 *
 * <p>Only S3's clear answer, 404, stops a start. Missing permissions and outages are no proof, and a route that starts now
 * may well work later. Each bucket is asked for once, however many routes use it, and again only if it was missing. The
 * start waits for the answers, as Camel's starts do, but not longer than {@link StartPatience}. Thread-safe.
 */
public final class RequiredBuckets {

    private static final Logger LOG = LoggerFactory.getLogger(RequiredBuckets.class);

    /** What a client answers for each bucket, as long as the client is used. */
    private final Map<S3AsyncClient, Map<String, Asked>> asked = Collections.synchronizedMap(new WeakHashMap<>());

    /** @param judged whether it was logged that the answer says nothing */
    private record Asked(CompletableFuture<?> answer, AtomicBoolean judged) {}

    private final StartPatience patience = new StartPatience();

    /** Does not wait. Ends with whether all are there, as far as S3 says; fails if one does not exist, naming it and the option. */
    public CompletableFuture<Boolean> ask(S3AsyncClient s3, Map<String, S3Prefix> places) {
        CompletableFuture<Boolean> all = CompletableFuture.completedFuture(true);
        for (Map.Entry<String, S3Prefix> place : places.entrySet()) {
            String bucket = place.getValue().bucket();
            Asked one = asked(s3, bucket);
            CompletableFuture<Boolean> there = one.answer.handle((done, failure) -> {
                boolean missing = AwsErrors.statusOf(failure) == AwsErrors.NOT_FOUND;
                if (missing) {
                    known(s3).remove(bucket, one);
                }
                if (missing || failure != null && one.judged.compareAndSet(false, true)) {
                    judge(place.getKey(), place.getValue(), failure);
                }
                return failure == null;
            });
            all = all.thenCombine(there, Boolean::logicalAnd);
        }
        return all;
    }

    private Asked asked(S3AsyncClient s3, String bucket) {
        return known(s3).computeIfAbsent(bucket, name -> {
            CompletableFuture<?> answer = Futures.uninterrupted(() -> s3.headBucket(
                    head -> head.bucket(name).overrideConfiguration(call -> call.apiCallTimeout(StartPatience.MOST))));
            return new Asked(answer, new AtomicBoolean());
        });
    }

    private Map<String, Asked> known(S3AsyncClient s3) {
        return asked.computeIfAbsent(s3, client -> new ConcurrentHashMap<>());
    }

    /** False, too, if it is not known within {@link StartPatience}; an IllegalArgumentException if a bucket does not exist. */
    public boolean await(CompletableFuture<Boolean> asking) throws Exception {
        try {
            return patience.await(asking);
        } catch (TimeoutException e) {
            LOG.warn("S3 did not say within {} whether the buckets of all routes exist", StartPatience.MOST);
            return false;
        }
    }

    /** Asks again for all, from now on. */
    public void forget() {
        asked.clear();
    }

    private static void judge(String option, S3Prefix place, Throwable failure) {
        int status = AwsErrors.statusOf(failure);
        if (status == AwsErrors.NOT_FOUND) {
            throw new IllegalArgumentException(
                    "Option " + option + " is '" + place + "', but there is no bucket '" + place.bucket()
                            + "'. Create it, or correct the option. (checkBucketsAtStart=false starts without it)",
                    Futures.unwrap(failure));
        }
        if (status == AwsErrors.FORBIDDEN) {
            LOG.info(
                    "S3 answers 403 to the question for bucket '{}' of option {}, so whether it exists is not known. The"
                            + " permission s3:ListBucket on the bucket lets S3 answer it: {}",
                    place.bucket(),
                    option,
                    Futures.unwrap(failure).getMessage());
        } else {
            LOG.warn(
                    "Whether bucket '{}' of option {} exists is not known, because S3 did not say",
                    place.bucket(),
                    option,
                    AwsErrors.translate("HeadBucket", "bucket '" + place.bucket() + "'", failure));
        }
    }
}
