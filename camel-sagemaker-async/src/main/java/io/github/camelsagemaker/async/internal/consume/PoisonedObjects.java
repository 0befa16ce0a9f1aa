package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import io.github.camelsagemaker.async.internal.s3.StoredObject;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Moves objects out of the way whose exchanges failed too often (options maxAttempts and moveFailedLocation). */
public final class PoisonedObjects {

    private static final Logger LOG = LoggerFactory.getLogger(PoisonedObjects.class);

    private final ObjectMover mover;
    private final int maxAttempts;
    private final S3Prefix target;
    private final ObjectRetries retries;
    private final Runnable onMoved;
    private final LongAdder moved = new LongAdder();

    /**
     * @param maxAttempts after how many failed exchanges an object is moved; 0 for never
     * @param target where it is moved to; null if never
     */
    public PoisonedObjects(
            ObjectMover mover, int maxAttempts, S3Prefix target, ObjectRetries retries, Runnable onMoved) {
        this.mover = mover;
        this.maxAttempts = maxAttempts;
        this.target = target;
        this.retries = retries;
        this.onMoved = onMoved;
    }

    void succeeded(StoredObject object) {
        retries.forget(object);
    }

    /** No route has seen it, so it had no attempt: it is tried again later. */
    CompletableFuture<Void> notEmitted(StoredObject object, Throwable cause) {
        retries.putOff(object, cause);
        return CompletableFuture.completedFuture(null);
    }

    /** Counts a failed exchange, and moves the object when it was the last one allowed. */
    CompletableFuture<Void> failed(StoredObject object) {
        if (maxAttempts == 0 || retries.exchangeFailed(object) < maxAttempts) {
            return CompletableFuture.completedFuture(null);
        }
        return moveAway(object);
    }

    /** Moves an object whose last attempt allowed has failed. */
    public CompletableFuture<Void> moveAway(StoredObject object) {
        return mover.moveAway(object, target, "moveFailedLocation").whenComplete((done, failure) -> {
            retries.movedAway(object, failure);
            if (failure == null) {
                moved.increment();
                onMoved.run();
                LOG.warn("{} was moved to {} after {} failed exchanges", object.location(), target, maxAttempts);
            }
        });
    }

    /** How many objects were moved out of the way. */
    public long moved() {
        return moved.sum();
    }
}
