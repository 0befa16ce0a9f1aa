package io.github.camelsagemaker.async.settle;

import io.github.camelsagemaker.async.result.S3Prefix;
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
    private final FailedAttempts attempts = new FailedAttempts();
    private final Runnable onMoved;
    private final LongAdder moved = new LongAdder();

    /**
     * @param maxAttempts after how many failed exchanges an object is moved; 0 for never
     * @param target where it is moved to; null if never
     * @param onMoved is run after each move
     */
    public PoisonedObjects(ObjectMover mover, int maxAttempts, S3Prefix target, Runnable onMoved) {
        this.mover = mover;
        this.maxAttempts = maxAttempts;
        this.target = target;
        this.onMoved = onMoved;
    }

    void succeeded(StoredObject object) {
        if (maxAttempts > 0) {
            attempts.forget(object.location());
        }
    }

    /** Counts a failed exchange, and moves the object when it was the last one allowed. */
    CompletableFuture<Void> failed(StoredObject object) {
        if (maxAttempts == 0 || attempts.add(object.location()) < maxAttempts) {
            return CompletableFuture.completedFuture(null);
        }
        return mover.move(object, target, "moveFailedLocation").thenRun(() -> {
            attempts.forget(object.location());
            moved.increment();
            onMoved.run();
            LOG.warn("{} was moved to {} after {} failed exchanges", object.location(), target, maxAttempts);
        });
    }

    /** How many objects were moved out of the way. */
    public long moved() {
        return moved.sum();
    }
}
