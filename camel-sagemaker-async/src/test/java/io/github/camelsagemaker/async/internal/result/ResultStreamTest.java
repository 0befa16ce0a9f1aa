package io.github.camelsagemaker.async.internal.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.github.camelsagemaker.async.internal.concurrent.MemoryBudget;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultStreamTest {

    private static final int CHUNK = 4;

    private static final int MEMORY = 1000;

    private final List<String> reads = new ArrayList<>();
    private MemoryBudget memory = new MemoryBudget(MEMORY);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 4, 5, 8, 9, 100})
    void everyByteComesOnceInOrder(int length) throws IOException {
        byte[] content = content(length);

        assertThat(stream(content).readAllBytes()).isEqualTo(content);
    }

    @Test
    void nothingIsReadBeforeSomeoneReads() {
        stream(content(9));

        assertThat(reads).isEmpty();
    }

    @Test
    void anEmptyResultNeedsNoRequest() throws IOException {
        assertThat(stream(content(0)).read()).isEqualTo(-1);

        assertThat(reads).isEmpty();
    }

    @Test
    void piecesDoubleUpToEightTimesTheFirst() throws IOException {
        stream(content(4 + 8 + 16 + 32 + 32 + 1)).readAllBytes();

        assertThat(reads).containsExactly("0-3", "4-11", "12-27", "28-59", "60-91", "92-92");
    }

    @Test
    void withoutMemoryForMoreThePiecesStaySmall() throws IOException {
        memory = new MemoryBudget(0);

        stream(content(9)).readAllBytes();

        assertThat(reads).containsExactly("0-3", "4-7", "8-8");
    }

    @Test
    void whatTheMemorySufficesForIsReadAhead() throws IOException {
        memory = new MemoryBudget(8);

        assertThat(stream(content(30)).readAllBytes()).isEqualTo(content(30));

        assertThat(reads).containsExactly("0-3", "4-11", "12-15", "16-23", "24-27", "28-29");
        assertThat(memory.free()).isEqualTo(8);
    }

    @Test
    void oneStreamsPiecesDoNotOutgrowTheMemory() throws IOException {
        memory = new MemoryBudget(23);

        stream(content(100)).readAllBytes();

        assertThat(reads).startsWith("0-3", "4-11", "12-15");
    }

    /** The answers come when the test gives them. */
    @Nested
    class ReadAhead {

        private final List<CompletableFuture<byte[]>> answers = new ArrayList<>();
        private final ResultStream stream = new ResultStream(
                new ResultStream.Source(
                        (start, end) -> {
                            reads.add(start + "-" + end);
                            CompletableFuture<byte[]> answer = new CompletableFuture<>();
                            answers.add(answer);
                            if (answers.size() == 1) {
                                answer.complete(new byte[CHUNK]);
                            }
                            return answer;
                        },
                        100,
                        memory),
                CHUNK);

        @BeforeEach
        void theFirstPieceIsRead() throws IOException {
            stream.readNBytes(CHUNK);
        }

        @Test
        void onePieceIsAskedForBeforeItIsRead() {
            assertThat(reads).containsExactly("0-3", "4-11");
            assertThat(memory.free()).isEqualTo(MEMORY - 8);
        }

        @Test
        void aCloseCancelsIt() {
            stream.close();

            assertCancelled();
        }

        @Test
        void aResetCancelsIt() {
            stream.reset();

            assertCancelled();
        }

        @Test
        void aSkipCancelsIt() throws IOException {
            stream.skip(50);

            assertCancelled();
        }

        @Test
        void theEndOfTheExchangeCancelsIt() {
            stream.closeForGood();

            assertCancelled();
        }

        private void assertCancelled() {
            assertThat(answers.get(1)).isCancelled();
            assertThat(memory.free()).isEqualTo(MEMORY);
        }

        @Test
        void aCopyLeavesItAlone() {
            stream.copy(exchange());

            assertThat(answers.get(1)).isNotDone();
        }

        @Test
        void itsFailureIsThatOfTheReadThatNeedsItAndTheNextReadAsksAgain() throws IOException {
            answers.get(1).completeExceptionally(new IOException("overwritten"));
            assertThatThrownBy(stream::read).isInstanceOf(IOException.class).hasMessage("overwritten");
            assertThat(memory.free()).isEqualTo(MEMORY);

            CompletableFuture<Integer> again = CompletableFuture.supplyAsync(() -> {
                try {
                    return stream.read();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            await(() -> answers.size() == 3);
            answers.get(2).complete(new byte[] {7, 7, 7, 7});

            assertThat(again).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(7);
            assertThat(reads).startsWith("0-3", "4-11", "4-7");
        }

        @Test
        void anInterruptCancelsIt() {
            Thread.currentThread().interrupt();

            assertThatThrownBy(stream::read).isInstanceOf(InterruptedIOException.class);

            assertThat(Thread.interrupted()).isTrue();
            assertCancelled();
        }
    }

    @Test
    void aStreamThatIsDroppedGivesBackItsMemory() throws IOException {
        stream(content(100)).readNBytes(CHUNK);
        assertThat(reads).hasSize(2);

        await(() -> {
            System.gc();
            return memory.free() == MEMORY;
        });
    }

    @Test
    void whoeverWaitsForTheLastReaderHearsOfIt() throws IOException {
        AtomicBoolean unreachable = new AtomicBoolean();
        ResultStream stream = stream(content(6));
        ResultStream copy = (ResultStream) stream.copy(exchange());
        stream.whenUnreachable(() -> unreachable.set(true));
        stream = null;
        System.gc();
        assertThat(copy.read()).isZero();
        assertThat(unreachable).isFalse();
        copy = null;

        await(() -> {
            System.gc();
            return unreachable.get();
        });
    }

    @Test
    void camelGetsItsBytesInAnArrayOfItsLength() throws Exception {
        try (CamelContext camel = new DefaultCamelContext()) {
            camel.getComponent("sagemaker-async");
            camel.start();
            Exchange exchange = new DefaultExchange(camel);
            exchange.getMessage()
                    .setBody(new ResultStream(
                            new ResultStream.Source(
                                    (start, end) -> CompletableFuture.completedFuture(content(2 << 20)),
                                    2 << 20,
                                    memory),
                            2 << 20));
            exchange.getMessage().getBody(byte[].class);
            ((ResultStream) exchange.getMessage().getBody()).reset();
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();

            assertThat(exchange.getMessage().getBody(byte[].class)).hasSize(2 << 20);

            // the piece and the body
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan((4 << 20) + 100_000);
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void singleBytesAreNotNegative() throws IOException {
        assertThat(stream(new byte[] {(byte) 0xff}).read()).isEqualTo(255);
    }

    @Test
    void aResetReadsAgainFromTheStart() throws IOException {
        ResultStream stream = stream(content(6));
        stream.readAllBytes();

        stream.reset();

        assertThat(stream.position()).isZero();
        assertThat(stream.readAllBytes()).isEqualTo(content(6));
        assertThat(reads).containsExactly("0-3", "4-5", "0-3", "4-5");
    }

    @Test
    void aResetOpensAClosedStreamAgain() throws IOException {
        ResultStream stream = stream(content(6));
        stream.close();
        assertThatThrownBy(stream::read).isInstanceOf(IOException.class).hasMessageContaining("closed");

        stream.reset();

        assertThat(stream.readAllBytes()).isEqualTo(content(6));
    }

    @Test
    void aSkipOverPiecesReadsNoneOfThem() throws IOException {
        ResultStream stream = stream(content(20));

        assertThat(stream.skip(13)).isEqualTo(13);

        assertThat(stream.read()).isEqualTo(13);
        assertThat(reads).startsWith("13-16");
    }

    @Test
    void aSkipEndsAtTheEnd() throws IOException {
        ResultStream stream = stream(content(6));

        assertThat(stream.skip(100)).isEqualTo(6);
        assertThat(stream.read()).isEqualTo(-1);
    }

    @Test
    void aCopyReadsFromTheStartOnItsOwn() throws IOException {
        ResultStream stream = stream(content(6));
        stream.readNBytes(5);

        InputStream copy = (InputStream) stream.copy(exchange());

        assertThat(copy.readAllBytes()).isEqualTo(content(6));
        assertThat(stream.readAllBytes()).isEqualTo(new byte[] {5});
    }

    @Test
    void itWritesItsRestToAnOutput() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        stream(content(9)).writeTo(out);

        assertThat(out.toByteArray()).isEqualTo(content(9));
    }

    @Test
    void itIsClosedForGoodWhenItsExchangeIsDone() {
        ResultStream stream = stream(content(6));

        stream.closeForGood();
        stream.reset();

        assertThatThrownBy(stream::read).isInstanceOf(IOException.class).hasMessageContaining("exchange is done");
    }

    @Test
    void anObjectThatEndsTooEarlyIsAnError() {
        ResultStream stream = new ResultStream(
                new ResultStream.Source((start, end) -> CompletableFuture.completedFuture(new byte[2]), 3, memory),
                CHUNK);

        assertThatThrownBy(stream::read).isInstanceOf(IOException.class).hasMessageContaining("has 2 instead of 3");
    }

    private ResultStream stream(byte[] content) {
        return new ResultStream(
                new ResultStream.Source(
                        (start, end) -> {
                            reads.add(start + "-" + end);
                            return CompletableFuture.completedFuture(
                                    Arrays.copyOfRange(content, start.intValue(), end.intValue() + 1));
                        },
                        content.length,
                        memory),
                CHUNK);
    }

    private static Exchange exchange() {
        return new DefaultExchange(new DefaultCamelContext());
    }

    private static byte[] content(int length) {
        byte[] content = new byte[length];
        for (int i = 0; i < length; i++) {
            content[i] = (byte) i;
        }
        return content;
    }
}
