package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.internal.result.InferenceResult;
import io.github.camelsagemaker.async.internal.result.Landing;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.s3.StoredObject;
import io.github.camelsagemaker.async.internal.sqs.MessageVisibility;
import io.github.camelsagemaker.async.internal.sqs.QueueMessage;
import io.github.camelsagemaker.async.internal.sqs.RedeliveryBackoff;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Settles the results that one SQS message told of. The message is deleted after the last of them, if all were handled; only
 * when SQS has confirmed that, their objects are deleted or moved. If one of them was not handled, the message is left to be
 * delivered again; those handled are then known as duplicates.
 *
 * <p>Thread-safe; blocks nowhere.
 */
public final class MessageSettlement {

    private final QueueMessage message;
    private final Function<QueueMessage, CompletableFuture<Void>> acknowledger;
    private final MessageVisibility visibility;
    private final RedeliveryBackoff backoff;
    private final ObjectCleanUp cleanUp;
    private final List<Part> handled = new ArrayList<>();
    private int open;
    private boolean anyFailed;
    private boolean anyLeft;

    /** @param landings how many results the message told of, at least one */
    public MessageSettlement(
            QueueMessage message,
            int landings,
            Function<QueueMessage, CompletableFuture<Void>> acknowledger,
            MessageVisibility visibility,
            RedeliveryBackoff backoff,
            ObjectCleanUp cleanUp) {
        this.message = message;
        this.open = landings;
        this.acknowledger = acknowledger;
        this.visibility = visibility;
        this.backoff = backoff;
        this.cleanUp = cleanUp;
    }

    /** The part of one of the message's results. */
    public Settlement of(Landing landing) {
        return new Part(landing);
    }

    private synchronized boolean isLast(Part part, boolean wasHandled, boolean failed) {
        if (wasHandled) {
            handled.add(part);
        }
        anyFailed |= failed;
        anyLeft |= !wasHandled;
        return --open == 0;
    }

    private CompletableFuture<Void> end(Part part, boolean wasHandled, boolean failed) {
        if (!isLast(part, wasHandled, failed)) {
            return CompletableFuture.completedFuture(null);
        }
        if (anyFailed) {
            return putOff();
        }
        return anyLeft ? CompletableFuture.completedFuture(null) : acknowledge();
    }

    private CompletableFuture<Void> acknowledge() {
        return acknowledger
                .apply(message)
                .whenComplete((deleted, failure) -> {
                    if (failure != null) {
                        handled.forEach(part -> part.putOffCleanUp(failure));
                    }
                })
                .thenCompose(deleted -> CompletableFuture.allOf(
                        handled.stream().map(Part::cleanUp).toArray(CompletableFuture[]::new)));
    }

    private CompletableFuture<Void> putOff() {
        if (backoff.seconds(message.receiveCount()).isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        int seconds = backoff.seconds(message.receiveCount()).getAsInt();
        return visibility.change(
                List.of(message),
                seconds,
                "keeps its visibility timeout, because redeliveryBackoff could not be applied");
    }

    private final class Part implements Settlement {

        private final Landing landing;
        private volatile StoredObject object;
        private volatile S3Location input;
        private volatile InferenceResult result = InferenceResult.NOTHING;
        private volatile boolean nothingToClean;

        Part(Landing landing) {
            this.landing = landing;
            this.input = landing.inputLocation();
            this.object = landing.object() == null ? null : new StoredObject(landing.object(), null, null);
        }

        @Override
        public void requestedFrom(S3Location payload) {
            input = payload;
        }

        @Override
        public void read(S3Location location, InferenceResult read) {
            result = read;
            object = new StoredObject(location, read.etag(), read.contentLength());
        }

        @Override
        public CompletableFuture<Void> succeeded() {
            return end(this, true, false);
        }

        @Override
        public CompletableFuture<Void> failed(Throwable cause) {
            return end(this, false, true);
        }

        /** Its clearing up may have been interrupted, so it is done again. */
        @Override
        public CompletableFuture<Void> duplicate(boolean emitted) {
            nothingToClean = !emitted;
            return end(this, true, false);
        }

        @Override
        public CompletableFuture<Void> gone() {
            nothingToClean = true;
            return end(this, true, false);
        }

        @Override
        public CompletableFuture<Void> inProgress() {
            return end(this, false, false);
        }

        CompletableFuture<Void> cleanUp() {
            return nothingToClean ? CompletableFuture.completedFuture(null) : cleanUp.after(object, input, result);
        }

        /** SQS may have deleted the message all the same: then a listing finds the object, and does not tell the payload. */
        void putOffCleanUp(Throwable failure) {
            if (!nothingToClean) {
                cleanUp.putOff(landing.object(), landing.inferenceId(), input, failure);
            }
        }
    }
}
