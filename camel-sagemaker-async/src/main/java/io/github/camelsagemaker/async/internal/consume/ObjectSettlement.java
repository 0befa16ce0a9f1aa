package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.error.NotEmittedException;
import io.github.camelsagemaker.async.internal.result.InferenceResult;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.s3.StoredObject;
import java.util.concurrent.CompletableFuture;

/**
 * Settles a result found by listing: there is no message to acknowledge, the object itself is the work to be done. An object
 * that stays is found again.
 */
public final class ObjectSettlement implements Settlement {

    private volatile StoredObject object;
    private volatile S3Location input;
    private volatile InferenceResult result = InferenceResult.NOTHING;
    private final ObjectCleanUp cleanUp;
    private final PoisonedObjects poisoned;

    /** @param input where the request's payload is, or null if not known */
    public ObjectSettlement(StoredObject object, S3Location input, ObjectCleanUp cleanUp, PoisonedObjects poisoned) {
        this.object = object;
        this.input = input;
        this.cleanUp = cleanUp;
        this.poisoned = poisoned;
    }

    @Override
    public void requestedFrom(S3Location place) {
        input = place;
    }

    /** Or the version in the route would be left, refused as another than the one found, and emitted again. */
    @Override
    public void read(S3Location location, InferenceResult read) {
        result = read;
        if (read.etag() != null) {
            object = new StoredObject(location, read.etag(), read.contentLength());
        }
    }

    @Override
    public CompletableFuture<Void> succeeded() {
        poisoned.succeeded(object);
        return cleanUp.after(object, input, result);
    }

    /** A result that no route has seen has had no attempt, and is not counted. */
    @Override
    public CompletableFuture<Void> failed(Throwable cause) {
        return cause instanceof NotEmittedException ? poisoned.notEmitted(object, cause) : poisoned.failed(object);
    }

    /** Its exchange succeeded before, but the object is still there: clearing up must have failed, and is tried again. */
    @Override
    public CompletableFuture<Void> duplicate(boolean emitted) {
        return emitted ? cleanUp.after(object, input, result) : CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> gone() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> inProgress() {
        return CompletableFuture.completedFuture(null);
    }
}
