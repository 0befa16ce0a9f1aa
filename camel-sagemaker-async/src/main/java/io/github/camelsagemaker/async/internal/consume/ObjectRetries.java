package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.error.ObjectTooLargeToMoveException;
import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.observe.ResultObserver;
import io.github.camelsagemaker.async.internal.options.OptionCheck;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What listings must remember of objects that they find again and again: how often their exchange failed, what is still to
 * be done with them, and when it is tried next. An object is a place and a version; a new version starts anew.
 *
 * <p>In memory, and bounded: nothing is evicted. Of failing objects 10,000 are counted, more of them when there is room again.
 * When 10,000 results were delivered and cannot be deleted or moved, {@link #isFull()} tells that no new ones may be taken,
 * or they would be delivered again and again. What a whole listing has not found is forgotten. Thread-safe.
 */
final class ObjectRetries {

    enum Step {
        /** Send it through the route. */
        EMIT,
        /** Its exchange succeeded: delete or move it. */
        CLEAR_UP,
        /** Its exchange failed too often: move it to moveFailedLocation. */
        MOVE_AWAY,
        /** Nothing yet. */
        WAIT;

        private String option() {
            return this == CLEAR_UP ? "deleteAfterRead or moveAfterRead" : "moveFailedLocation";
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(ObjectRetries.class);

    static final int CAPACITY = 10_000;

    private static final long FIRST_SECONDS = 2;
    private static final long CEILING_SECONDS = 30;
    private static final long REPOSITORY_CEILING_SECONDS = 4;

    /** Of what is refused: somebody must mend that. */
    private static final long REFUSED_FIRST_SECONDS = 10;

    private static final long REFUSED_CEILING_SECONDS = 300;

    /** Once may be a lost answer. */
    private static final int COUNTS_AS_FAILING = 2;

    private final Map<StoredObject, Entry> delivered = new HashMap<>();
    private final Map<StoredObject, Entry> failing = new HashMap<>();
    private final Set<StoredObject> clearedMeanwhile = new HashSet<>();
    private final int capacity;
    private final LongSupplier nanoTime;
    private final ResultObserver observer;
    private boolean warnedAboutFull;

    /** @param capacity how many are remembered of each kind: 0 for sources that do not list */
    ObjectRetries(int capacity, LongSupplier nanoTime, ResultObserver observer) {
        this.capacity = capacity;
        this.nanoTime = nanoTime;
        this.observer = observer;
    }

    private static final class Entry {
        private Step step = Step.EMIT;
        private int failedExchanges;
        private int failures;
        private long notBefore;
        private long seen;
    }

    synchronized Step next(StoredObject object) {
        Entry entry = known(object.version());
        if (entry == null) {
            return clearedMeanwhile.contains(object.version()) ? Step.WAIT : Step.EMIT;
        }
        long now = nanoTime.getAsLong();
        entry.seen = now;
        return now - entry.notBefore < 0 ? Step.WAIT : entry.step;
    }

    /** As {@link #next}; what is to be done now is not begun again while it is under way, but for a while only. */
    synchronized Step begin(StoredObject object) {
        Step step = next(object);
        if (step == Step.CLEAR_UP || step == Step.MOVE_AWAY) {
            known(object.version()).notBefore = nanoTime.getAsLong() + TimeUnit.SECONDS.toNanos(CEILING_SECONDS);
        }
        return step;
    }

    synchronized boolean isFull() {
        return capacity > 0 && delivered.size() >= capacity;
    }

    /** Counts a failed exchange, and tells how many there are now; 0 if there is no room to count. */
    synchronized int exchangeFailed(StoredObject object) {
        Entry entry = entry(object, Step.EMIT);
        if (entry == null) {
            return 0;
        }
        entry.failures = 0;
        return ++entry.failedExchanges;
    }

    /** @param repositoryFailed whether the user's repository or store could not tell if it was handled: no reason to wait longer each time */
    synchronized void putOff(StoredObject object, Throwable failure, boolean repositoryFailed) {
        putOff(entry(object, Step.EMIT), failure, repositoryFailed ? REPOSITORY_CEILING_SECONDS : CEILING_SECONDS);
    }

    /** The object was deleted or moved, or could not be. */
    synchronized void ended(StoredObject object, Step step, Throwable failure) {
        if (failure == null) {
            forget(object);
            if (clearedMeanwhile.size() < capacity) {
                clearedMeanwhile.add(object.version());
            }
            tellIfNoneIsLeft(step);
            return;
        }
        Entry entry = entry(object, step);
        putOff(entry, failure, CEILING_SECONDS);
        if (entry != null && (isRefusal(failure) || entry.failures >= COUNTS_AS_FAILING)) {
            observer.called(step.option(), failure);
        }
        if (isFull() && !warnedAboutFull) {
            warnedAboutFull = true;
            LOG.error(
                    "{} delivered results cannot be deleted or moved (option {}), so no new ones are taken, or they would be"
                            + " delivered again: {}",
                    delivered.size(),
                    step.option(),
                    Futures.unwrap(failure).getMessage());
        }
    }

    private void putOff(Entry entry, Throwable failure, long usualCeiling) {
        if (entry == null) {
            return;
        }
        boolean refused = isRefusal(failure);
        long first = refused ? REFUSED_FIRST_SECONDS : FIRST_SECONDS;
        long seconds = Math.min(
                first << Math.min(entry.failures, Integer.SIZE), refused ? REFUSED_CEILING_SECONDS : usualCeiling);
        entry.failures++;
        entry.notBefore = nanoTime.getAsLong() + TimeUnit.SECONDS.toNanos(seconds);
    }

    private static boolean isRefusal(Throwable failure) {
        return Futures.causes(failure)
                .anyMatch(t -> t instanceof SageMakerAsyncException call && AwsErrors.isLasting(call)
                        || t instanceof ObjectTooLargeToMoveException
                        || t instanceof IllegalArgumentException);
    }

    private Entry known(StoredObject version) {
        return delivered.getOrDefault(version, failing.get(version));
    }

    /** What is remembered of the object, with which this is to be done now; null if there is no room. */
    private Entry entry(StoredObject object, Step step) {
        StoredObject version = object.version();
        Entry entry = known(version);
        if (entry == null) {
            // What is in the route when the memory fills up must find room, too.
            boolean hasRoom = step == Step.CLEAR_UP
                    ? delivered.size() < capacity + OptionCheck.MOST_AT_ONCE
                    : failing.size() < capacity;
            if (capacity == 0 || !hasRoom) {
                return null;
            }
            entry = new Entry();
        }
        if (entry.step != step) {
            entry.step = step;
            entry.failures = 0;
        }
        (step == Step.CLEAR_UP ? failing : delivered).remove(version);
        (step == Step.CLEAR_UP ? delivered : failing).put(version, entry);
        entry.seen = nanoTime.getAsLong();
        return entry;
    }

    private void tellIfNoneIsLeft(Step step) {
        boolean noneIsLeft = step == Step.CLEAR_UP
                ? delivered.isEmpty()
                : failing.values().stream().noneMatch(entry -> entry.step == step);
        if (noneIsLeft) {
            observer.called(step.option(), null);
        }
    }

    synchronized void forget(StoredObject object) {
        delivered.remove(object.version());
        failing.remove(object.version());
        warnedAboutFull &= isFull();
    }

    /** A page is about to be listed: what is deleted from now on may still be on it. Tells when, for {@link #listed}. */
    synchronized long listing() {
        clearedMeanwhile.clear();
        return nanoTime.getAsLong();
    }

    /** A listing of all that lies below the prefix is over: what it has not found is gone, or another version. */
    synchronized void listed(S3Prefix prefix, long began) {
        for (Map<StoredObject, Entry> known : List.of(delivered, failing)) {
            known.entrySet()
                    .removeIf(object ->
                            prefix.contains(object.getKey().location()) && object.getValue().seen - began < 0);
        }
        warnedAboutFull &= isFull();
        tellIfNoneIsLeft(Step.CLEAR_UP);
        tellIfNoneIsLeft(Step.MOVE_AWAY);
    }
}
