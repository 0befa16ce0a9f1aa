package io.github.camelsagemaker.async.internal.s3;

import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * Refuses the start of a producer or consumer whose buckets do not exist.
 *
 * <p>Only S3's clear answer, 404, stops a start. Missing permissions and outages are no proof, and a route that starts now
 * may well work later. Each bucket is asked for once, however many routes use it, and again only if it was missing. The
 * start waits for the answers, as Camel's starts do, but not longer than {@link #TIMEOUT}. Thread-safe.
 */
public final class RequiredBuckets {

    static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(RequiredBuckets.class);

    private static final int NOT_FOUND = 404;
    private static final int FORBIDDEN = 403;

    /** Which buckets a client has answered for, as long as the client is used. */
    private final Map<S3AsyncClient, Set<String>> asked = Collections.synchronizedMap(new WeakHashMap<>());

    /**
     * Asks S3 for the buckets, and waits for its answers.
     *
     * @throws IllegalArgumentException if a bucket does not exist, naming it and the option
     */
    public void check(S3AsyncClient s3, Map<String, S3Prefix> places) throws InterruptedException {
        Set<String> known = asked.computeIfAbsent(s3, client -> ConcurrentHashMap.newKeySet());
        Set<String> asking = new HashSet<>(known);
        List<CompletableFuture<?>> answers = new ArrayList<>();
        places.forEach((option, place) -> {
            if (asking.add(place.bucket())) {
                answers.add(Futures.call(() -> s3.headBucket(head -> head.bucket(place.bucket())
                                .overrideConfiguration(call -> call.apiCallTimeout(TIMEOUT))))
                        .handle((answer, failure) -> {
                            judge(known, option, place, failure);
                            return null;
                        }));
            }
        });
        try {
            // The calls end by themselves; a client of the user's making may not keep to that.
            CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                    .get(TIMEOUT.toMillis() * 2, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn("S3 did not tell within {} whether the buckets exist", TIMEOUT.multipliedBy(2));
        } catch (ExecutionException e) {
            if (Futures.unwrap(e) instanceof IllegalArgumentException missing) {
                throw missing;
            }
            throw new IllegalStateException(Futures.unwrap(e));
        }
    }

    /** Asks again for all, from now on. */
    public void forget() {
        asked.clear();
    }

    private static void judge(Set<String> known, String option, S3Prefix place, Throwable failure) {
        int status = AwsErrors.statusOf(failure);
        if (status == NOT_FOUND) {
            throw new IllegalArgumentException(
                    "Option " + option + " is '" + place + "', but there is no bucket '" + place.bucket()
                            + "'. Create it, or correct the option. (checkBucketsAtStart=false starts without it)",
                    Futures.unwrap(failure));
        }
        if (!known.add(place.bucket()) || failure == null) {
            return;
        }
        if (status == FORBIDDEN) {
            LOG.info(
                    "S3 answers 403 to the question for bucket '{}' of option {}, so whether it exists is not known. The"
                            + " permission s3:ListBucket on the bucket lets S3 answer it: {}",
                    place.bucket(),
                    option,
                    Futures.unwrap(failure).getMessage());
        } else {
            LOG.warn(
                    "Whether bucket '{}' of option {} exists is not known, because S3 did not tell",
                    place.bucket(),
                    option,
                    Futures.unwrap(failure));
        }
    }
}
