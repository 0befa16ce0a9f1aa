package io.github.camelsagemaker.async.internal.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.internal.concurrent.MemoryBudget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import software.amazon.awssdk.core.async.SdkPublisher;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

@Tag("no-camel")
class ObjectDownloadTest {

    private static final int LARGE = ResultStream.FIRST_PIECE + 1;
    private static final long MEMORY = 3L * LARGE;

    private final MemoryBudget memory = new MemoryBudget(MEMORY);
    private final ObjectDownload download = new ObjectDownload(memory);
    private final Answer answer = new Answer();

    @Test
    void theContentIsInAnArrayOfItsLengthAndLeavesTheTransformer() {
        CompletableFuture<ObjectDownload> done = begin((long) LARGE);
        answer.send(LARGE - 1);
        answer.send(1);
        answer.complete();

        assertThat(done).isCompletedWithValue(download);
        assertThat(memory.free()).isEqualTo(MEMORY - LARGE);
        ObjectDownload.Content content = download.take();
        assertThat(content.bytes()).hasSize(LARGE).containsOnly(1);
        assertThat(download.take().bytes()).isNull();

        content.memory().clean();
        content.memory().clean();
        assertThat(memory.free()).isEqualTo(MEMORY);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, ResultStream.FIRST_PIECE})
    void whatAStreamWouldTakeAsWellAlwaysFits(int length) {
        memory.take(MEMORY);
        CompletableFuture<ObjectDownload> done = begin((long) length);
        answer.send(length);
        answer.complete();

        assertThat(done).isCompletedWithValue(download);
        assertThat(download.take().bytes()).hasSize(length);
        assertThat(memory.free()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {MEMORY + 1, Integer.MAX_VALUE, Long.MAX_VALUE})
    void ofWhatDoesNotFitTheRestIsCancelled(long length) {
        CompletableFuture<ObjectDownload> done = begin(length);

        assertThat(done).isCompletedWithValue(download);
        assertThat(answer.cancelled).isTrue();
        ObjectDownload.Content content = download.take();
        assertThat(content.response().contentLength()).isEqualTo(length);
        assertThat(content.bytes()).isNull();
        assertThat(memory.free()).isEqualTo(MEMORY);
    }

    @Test
    void fewerBytesThanSaidAreNoContent() {
        CompletableFuture<ObjectDownload> done = begin((long) LARGE);
        answer.send(LARGE - 1);
        answer.complete();

        assertFails(done, "has " + (LARGE - 1) + " bytes instead of " + LARGE);
    }

    @Test
    void moreBytesThanSaidAreNoContent() {
        CompletableFuture<ObjectDownload> done = begin((long) LARGE);
        answer.send(LARGE);
        answer.send(1);

        assertFails(done, "has more than the " + LARGE + " bytes");
        assertThat(answer.cancelled).isTrue();
    }

    @Test
    void aFailureGivesBackTheMemory() {
        CompletableFuture<ObjectDownload> done = begin((long) LARGE);
        answer.send(LARGE - 1);
        download.exceptionOccurred(new IOException("lost"));
        answer.send(1);

        assertFails(done, "lost");
    }

    @Test
    void theNextAttemptBeginsAnew() {
        begin((long) LARGE);
        answer.send(5);
        download.exceptionOccurred(new IOException("lost"));

        CompletableFuture<ObjectDownload> done = begin(3L);
        answer.send(3);
        answer.complete();

        assertThat(done).isCompletedWithValue(download);
        assertThat(download.take().bytes()).hasSize(3);
        assertThat(memory.free()).isEqualTo(MEMORY);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 64 * 1024, 64 * 1024 + 1, LARGE})
    void withoutALengthItGrows(int length) {
        CompletableFuture<ObjectDownload> done = begin(null);
        answer.send(length / 3);
        answer.send(length - length / 3);
        answer.complete();

        assertThat(done).isCompletedWithValue(download);
        ObjectDownload.Content content = download.take();
        assertThat(content.bytes()).hasSize(length);
        assertThat(memory.free()).isEqualTo(length == LARGE ? MEMORY - LARGE : MEMORY);
    }

    @Test
    void withoutALengthItGrowsAsFarAsTheMemorySuffices() {
        CompletableFuture<ObjectDownload> done = begin(null);
        answer.send((int) MEMORY + 1);

        assertFails(done, "does not say its length");
        assertThat(answer.cancelled).isTrue();
    }

    private void assertFails(CompletableFuture<ObjectDownload> done, String message) {
        assertThat(done)
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .withMessageContaining(message);
        assertThat(memory.free()).isEqualTo(MEMORY);
    }

    private CompletableFuture<ObjectDownload> begin(Long length) {
        CompletableFuture<ObjectDownload> done = download.prepare();
        download.onResponse(GetObjectResponse.builder().contentLength(length).build());
        download.onStream(answer);
        return done;
    }

    private static final class Answer implements SdkPublisher<ByteBuffer>, Subscription {

        private Subscriber<? super ByteBuffer> subscriber;
        private boolean cancelled;

        @Override
        public void subscribe(Subscriber<? super ByteBuffer> given) {
            subscriber = given;
            subscriber.onSubscribe(this);
        }

        void send(int length) {
            byte[] bytes = new byte[length];
            Arrays.fill(bytes, (byte) 1);
            subscriber.onNext(ByteBuffer.wrap(bytes));
        }

        void complete() {
            subscriber.onComplete();
        }

        @Override
        public void request(long count) {}

        @Override
        public void cancel() {
            cancelled = true;
        }
    }
}
