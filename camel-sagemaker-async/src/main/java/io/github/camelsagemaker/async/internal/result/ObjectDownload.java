package io.github.camelsagemaker.async.internal.result;

import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.MemoryBudget;
import java.lang.ref.Cleaner;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * Receives an object, or a part of it, in one array of its length. Where its memory does not suffice, it ends with the answer's headers
 * alone, and cancels the rest. The SDK keeps this object as long as a connection is idle, so the array is taken out of it, once.
 */
public final class ObjectDownload implements AsyncResponseTransformer<GetObjectResponse, ObjectDownload> {

    /** The longest array that every JVM has. */
    static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

    private static final int FIRST_OF_UNKNOWN_LENGTH = 64 * 1024;

    private final MemoryBudget memory;
    private volatile Attempt attempt;

    ObjectDownload(MemoryBudget memory) {
        this.memory = memory;
    }

    /** The content, null if it did not fit, and what gives its memory back, null if it takes nothing. */
    record Content(byte[] bytes, GetObjectResponse response, Cleaner.Cleanable memory) {

        void giveBackMemory() {
            if (memory != null) {
                memory.clean();
            }
        }
    }

    Content take() {
        return attempt.take();
    }

    @Override
    public CompletableFuture<ObjectDownload> prepare() {
        attempt = new Attempt();
        return attempt.done;
    }

    @Override
    public void onResponse(GetObjectResponse response) {
        attempt.response = response;
    }

    @Override
    public void onStream(SdkPublisher<ByteBuffer> publisher) {
        publisher.subscribe(attempt);
    }

    @Override
    public void exceptionOccurred(Throwable failure) {
        attempt.onError(failure);
    }

    /** One try of the SDK. */
    private final class Attempt implements Subscriber<ByteBuffer> {

        private final CompletableFuture<ObjectDownload> done = new CompletableFuture<>();
        private volatile GetObjectResponse response;
        private Subscription subscription;
        private boolean lengthIsKnown;
        private volatile byte[] bytes;
        private Cleaner.Cleanable taken;
        private int received;

        @Override
        public void onSubscribe(Subscription given) {
            subscription = given;
            if (done.isDone()) {
                subscription.cancel();
                return;
            }
            Long length = response.contentLength();
            lengthIsKnown = length != null;
            if (allocate(lengthIsKnown ? length : FIRST_OF_UNKNOWN_LENGTH)) {
                subscription.request(Long.MAX_VALUE);
            } else if (lengthIsKnown) {
                done.complete(ObjectDownload.this);
                subscription.cancel();
            } else {
                refuse("does not say its length, and does not fit into the memory of results");
            }
        }

        /** Whether it fits; what was received is in the new array then. */
        private boolean allocate(long length) {
            long counted = length > ResultStream.FIRST_PIECE ? length : 0; // a stream would take as much
            if (length > MAX_ARRAY || !memory.take(counted)) {
                return false;
            }
            try {
                byte[] larger = bytes == null ? new byte[(int) length] : Arrays.copyOf(bytes, (int) length);
                Cleaner.Cleanable takenNow = counted == 0 ? null : memory.takenBy(larger, counted);
                drop();
                bytes = larger;
                taken = takenNow;
                return true;
            } catch (OutOfMemoryError e) { // others have the heap
                memory.giveBack(counted);
                return false;
            }
        }

        @Override
        public void onNext(ByteBuffer next) {
            byte[] target = bytes;
            int count = next.remaining();
            if (target == null) {
                return; // it has failed meanwhile
            }
            if (count > target.length - received) {
                if (lengthIsKnown) {
                    refuse("has more than the " + target.length + " bytes that it says");
                    return;
                }
                if (!allocate(Math.max(2L * target.length, (long) received + count))) {
                    refuse("does not say its length, and does not fit into the memory of results");
                    return;
                }
                target = bytes;
            }
            next.get(target, received, count);
            received += count;
        }

        @Override
        public void onComplete() {
            byte[] target = bytes;
            if (target == null || received == target.length || !lengthIsKnown && allocate(received)) {
                done.complete(ObjectDownload.this);
            } else {
                onError(AwsErrors.notFromAws("S3", "has " + received + " bytes instead of " + target.length));
            }
        }

        @Override
        public void onError(Throwable failure) {
            if (done.completeExceptionally(failure)) {
                drop();
            }
        }

        private void refuse(String what) {
            onError(AwsErrors.notFromAws("S3", what));
            subscription.cancel();
        }

        private void drop() {
            if (taken != null) {
                taken.clean();
                taken = null;
            }
            bytes = null;
        }

        private Content take() {
            Content content = new Content(bytes, response, taken);
            bytes = null;
            taken = null;
            return content;
        }
    }
}
