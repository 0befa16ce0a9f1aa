package io.github.camelsagemaker.async.internal.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.util.function.ThrowingBiFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResultStreamTest {

    private static final int CHUNK = 4;

    private final List<String> reads = new ArrayList<>();

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
    void itIsReadPieceByPiece() throws IOException {
        stream(content(9)).readAllBytes();

        assertThat(reads).containsExactly("0-3", "4-7", "8-8");
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
        assertThat(reads).containsExactly("13-16");
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
        ResultStream stream = new ResultStream((start, end) -> new byte[0], 3, CHUNK);

        assertThatThrownBy(stream::read).isInstanceOf(IOException.class).hasMessageContaining("ended at byte 0");
    }

    private ResultStream stream(byte[] content) {
        ThrowingBiFunction<Long, Long, byte[], IOException> chunks = (start, end) -> {
            reads.add(start + "-" + end);
            return Arrays.copyOfRange(content, start.intValue(), end.intValue() + 1);
        };
        return new ResultStream(chunks, content.length, CHUNK);
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
