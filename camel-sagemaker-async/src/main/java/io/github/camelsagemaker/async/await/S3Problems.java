package io.github.camelsagemaker.async.await;

import io.github.camelsagemaker.async.internal.concurrent.Futures;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers what S3 refuses, and says each thing once: waiting asks again and again. Holds an entry for each place with a
 * problem, not for each request. Thread-safe.
 */
final class S3Problems {

    private static final Logger LOG = LoggerFactory.getLogger(S3Problems.class);

    private final Set<LocationGroup> forbidden = ConcurrentHashMap.newKeySet();
    private final Set<LocationGroup> unlistable = ConcurrentHashMap.newKeySet();
    private final Map<LocationGroup, String> outages = new ConcurrentHashMap<>();

    /** A read ended so; null if S3 answered. */
    void report(LocationGroup group, Throwable failure) {
        if (failure == null) {
            answered(group);
        } else if (!ReplyReads.isForbidden(failure)) {
            failed(group, failure);
        } else if (forbidden.add(group)) {
            LOG.info(
                    "S3 answers 403 to reads below {}. Without the permission s3:ListBucket that is its answer for an object"
                            + " that is not there yet, so waiting goes on. If the objects are there, s3:GetObject is"
                            + " missing: {}",
                    group,
                    failure.getMessage());
        }
    }

    /** A listing was refused. */
    void unlistable(LocationGroup group, Throwable failure) {
        if (unlistable.add(group)) {
            LOG.warn(
                    "Listing {} is refused, so its objects are read one by one, which takes longer when many are awaited."
                            + " The permission s3:ListBucket on the bucket, for this prefix, mends it: {}",
                    group,
                    failure.getMessage());
        }
    }

    boolean isUnlistable(LocationGroup group) {
        return unlistable.contains(group);
    }

    /** Something else went wrong; waiting goes on. */
    void failed(LocationGroup group, Throwable failure) {
        String message = String.valueOf(Futures.unwrap(failure).getMessage());
        if (outages.put(group, message) == null) {
            LOG.warn("Looking for awaited objects below {} failed, and is tried again: {}", group, message, failure);
        }
    }

    /** S3 answered. */
    void answered(LocationGroup group) {
        if (outages.remove(group) != null) {
            LOG.info("Looking for awaited objects below {} works again", group);
        }
    }

    /** A sentence for the user who waited in vain, or null. */
    String hint(LocationGroup group) {
        String outage = outages.get(group);
        if (outage != null) {
            return "The last look below " + group + " failed: " + outage;
        }
        return forbidden.contains(group)
                ? "S3 answered 403 to reads below " + group
                        + ": if the object is there, the permission s3:GetObject is missing"
                : null;
    }
}
