package io.github.camelsagemaker.async.internal.request;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.error.InvalidInferenceRequestException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.CharBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.Exchange;
import org.apache.camel.WrappedFile;
import org.apache.camel.converter.stream.InputStreamCache;
import org.apache.camel.converter.stream.ReaderCache;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadReaderTest {

    private static final String TEXT = "Gr\u00fc\u00dfe \u20ac";

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final Exchange exchange = new DefaultExchange(context);
    private final SageMakerAsyncConfiguration options = new SageMakerAsyncConfiguration();

    @TempDir
    private Path folder;

    @BeforeEach
    void start() {
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void bytesAreTakenAsTheyAre() {
        byte[] bytes = {1, 2, 3};

        assertThat(((Payload.InMemory) read(bytes)).bytes()).isSameAs(bytes);
    }

    @Test
    void textIsUtf8UnlessTheExchangeHasACharset() {
        assertThat(((Payload.InMemory) read(TEXT)).bytes()).isEqualTo(TEXT.getBytes(UTF_8));

        exchange.setProperty(Exchange.CHARSET_NAME, "ISO-8859-1");
        assertThat(((Payload.InMemory) read("\u00fc")).bytes()).isEqualTo("\u00fc".getBytes(ISO_8859_1));
    }

    @Test
    void theCharsetIsThatOfTheRequestsContentTypeThenTheExchangesOwn() {
        List<Runnable> fromTheLeastToTheMost = List.of(
                () -> exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "text/plain; charset=\"UTF-16BE\""),
                () -> exchange.setProperty(Exchange.CHARSET_NAME, "UTF-16LE"),
                () -> options.setContentType("text/plain;Charset=windows-1252"),
                () -> exchange.getMessage()
                        .setHeader("CamelAwsSageMakerAsyncRequestContentType", "text/plain; charset=IBM01140"));
        List<byte[]> sent = new ArrayList<>();
        for (Runnable setting : fromTheLeastToTheMost) {
            setting.run();
            sent.add(((Payload.InMemory) read("\u20ac")).bytes());
        }

        assertThat(sent)
                .containsExactly(
                        new byte[] {0x20, (byte) 0xAC},
                        new byte[] {(byte) 0xAC, 0x20},
                        new byte[] {(byte) 0x80},
                        new byte[] {(byte) 0x9F});
    }

    @Test
    void charactersThatAreReadBecomeBytesOfTheSameCharset() throws IOException {
        exchange.getMessage().setHeader(Exchange.CONTENT_TYPE, "text/plain; charset=UTF-16BE");
        String text = TEXT.repeat(5_000);

        assertThat(source(new StringReader(text)).open().readAllBytes()).isEqualTo(text.getBytes(UTF_16BE));
        assertThat(source(new ReaderCache(text)).open().readAllBytes()).isEqualTo(text.getBytes(UTF_16BE));
    }

    @Test
    void charactersThatTheCharsetLacksAreRefusedAndNotReplaced() {
        options.setContentType("text/plain; charset=ISO-8859-1");

        assertThatThrownBy(() -> read(TEXT))
                .isInstanceOf(InvalidInferenceRequestException.class)
                .hasMessageContainingAll("ISO-8859-1", "contentType");
        assertThatThrownBy(() -> source(new StringReader(TEXT)).open().readAllBytes())
                .isInstanceOf(InvalidInferenceRequestException.class)
                .hasMessageContaining("ISO-8859-1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16", "UTF-32BE"})
    void halfASurrogatePairIsRefusedAndNotReplaced(String charset) {
        options.setContentType("text/plain; charset=" + charset);
        String half = "\ud83d\ude00 x\ud83dy";

        for (Object body : List.of(half, new StringBuilder(half), CharBuffer.wrap("\ude00"))) {
            assertThatThrownBy(() -> read(body))
                    .isInstanceOf(InvalidInferenceRequestException.class)
                    .hasMessageContaining("half a surrogate pair");
        }
        assertThatThrownBy(() -> source(new StringReader(half)).open().readAllBytes())
                .hasMessageContaining("half a surrogate pair");
    }

    @Test
    void aFileThatIsCutWhileItIsReadIsNotSentAsIfThatWasAll() throws IOException {
        Path file = Files.write(folder.resolve("cut"), new byte[200_000]);
        InputStream stream = source(file).open();
        stream.readNBytes(1_000);

        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(100_000);
        }

        assertThatThrownBy(() -> BodySource.fill(stream, new byte[300_000], 0))
                .isInstanceOf(EOFException.class)
                .hasMessageContaining("100000 bytes are missing");
    }

    @Test
    void aStreamThatAnotherExchangeReadIsRefused() throws IOException {
        InputStream stream = new ByteArrayInputStream(TEXT.getBytes(UTF_8));
        consume(stream);
        Exchange other = new DefaultExchange(context);
        other.getMessage().setBody(stream);
        ProducerSettings settings = ProducerSettings.of("e", options);
        InferenceRequest request = new RequestReader(settings).read(other.getMessage());

        assertThatThrownBy(() -> new PayloadReader(settings, new KeptPayloads()).read(other, request))
                .hasMessageContaining("read before");
    }

    @Test
    void anUnknownCharsetIsRefused() {
        exchange.setProperty(Exchange.CHARSET_NAME, "UTF-99");

        assertThatThrownBy(() -> read(TEXT))
                .isInstanceOf(InvalidInferenceRequestException.class)
                .hasMessageContainingAll("CamelCharsetName", "'UTF-99'");
    }

    @Test
    void aMissingBodyIsRefused() {
        assertThatThrownBy(() -> read(null))
                .isInstanceOf(InvalidInferenceRequestException.class)
                .hasMessageContainingAll("null", "CamelAwsSageMakerAsyncRequestInputLocation");
    }

    @Test
    void withAnInputLocationTheBodyIsNotLookedAt() {
        options.setRequestHeaders("InputLocation");
        exchange.getMessage().setHeader("CamelAwsSageMakerAsyncRequestInputLocation", "s3://b/k");

        assertThat(read(null)).isEqualTo(new Payload.InS3("s3://b/k"));
    }

    @Test
    void aFileIsReadAgainAndAgain() throws IOException {
        Path file = Files.writeString(folder.resolve("f"), TEXT);

        for (Object body : new Object[] {file, file.toFile(), wrapped(file)}) {
            assertThat(source(body).length()).isEqualTo(Files.size(file));
            assertThat(consume(body)).isEqualTo(TEXT);
            assertThat(consume(body)).isEqualTo(TEXT);
        }
    }

    @Test
    void aFileThatIsNotThereIsRefused() {
        Path missing = folder.resolve("missing");

        assertThatThrownBy(() -> source(missing).length())
                .isInstanceOf(InvalidInferenceRequestException.class)
                .hasMessageContainingAll(missing.toString(), "does not exist");
        assertThatThrownBy(() -> source(folder).length()).hasMessageContaining("is not a regular file");
    }

    @Test
    void aStreamCacheIsReadFromItsStartAndResetBehind() throws IOException {
        InputStreamCache cache = new InputStreamCache(TEXT.getBytes(UTF_8));
        cache.read();

        assertThat(source(cache).length()).isEqualTo(TEXT.getBytes(UTF_8).length);
        assertThat(consume(cache)).isEqualTo(TEXT);
        assertThat(cache.readAllBytes()).isEqualTo(TEXT.getBytes(UTF_8));
    }

    @Test
    void aCacheOfCharactersHasNoKnownLengthInBytes() throws IOException {
        ReaderCache cache = new ReaderCache(TEXT);
        exchange.setProperty(Exchange.CHARSET_NAME, "UTF-8");

        assertThat(source(cache).length()).isEqualTo(BodySource.UNKNOWN);
        assertThat(consume(cache)).isEqualTo(TEXT);
        assertThat(consume(cache)).isEqualTo(TEXT);
    }

    @Test
    void aStreamIsClosedBehind() throws IOException {
        AtomicBoolean closed = new AtomicBoolean();
        InputStream stream = new ByteArrayInputStream(TEXT.getBytes(UTF_8)) {
            @Override
            public void close() {
                closed.set(true);
            }
        };

        assertThat(consume(stream)).isEqualTo(TEXT);
        assertThat(closed).isTrue();
    }

    @Test
    void aStreamThatWasReadIsRefusedTheSecondTime() throws IOException {
        InputStream stream = new ByteArrayInputStream(TEXT.getBytes(UTF_8));
        consume(stream);

        assertThatThrownBy(() -> read(stream))
                .isInstanceOf(InvalidInferenceRequestException.class)
                .hasMessageContainingAll("java.io.ByteArrayInputStream", "read before", "stream caching");
    }

    @Test
    void aReaderThatWasReadIsRefusedTheSecondTime() throws IOException {
        exchange.setProperty(Exchange.CHARSET_NAME, "UTF-8");
        StringReader text = new StringReader(TEXT);
        assertThat(consume(text)).isEqualTo(TEXT);

        assertThatThrownBy(() -> read(text)).hasMessageContaining("java.io.StringReader");
    }

    @Test
    void aStreamThatWasNotReadYetIsTaken() {
        InputStream stream = new ByteArrayInputStream(new byte[1]);
        read(stream);

        assertThat(read(stream)).isInstanceOf(BodySource.class);
    }

    @Test
    void anotherStreamAfterTheFirstIsTaken() throws IOException {
        consume(new ByteArrayInputStream(new byte[1]));

        assertThat(consume(new ByteArrayInputStream(TEXT.getBytes(UTF_8)))).isEqualTo(TEXT);
    }

    @Test
    void convertedTextCanBeReadAgain() throws IOException {
        StringBuilder text = new StringBuilder("abc");

        assertThat(consume(text)).isEqualTo("abc");
        assertThat(consume(text)).isEqualTo("abc");
    }

    @Test
    void whatCannotBeConvertedIsRefusedNamingItsType() {
        assertThatThrownBy(() -> source(new Order()).open())
                .isInstanceOf(InvalidInferenceRequestException.class)
                .hasMessageContainingAll(Order.class.getName(), "marshal");
    }

    private Payload read(Object body) {
        exchange.getMessage().setBody(body);
        ProducerSettings settings = ProducerSettings.of("e", options);
        InferenceRequest request = new RequestReader(settings).read(exchange.getMessage());
        return new PayloadReader(settings, new KeptPayloads()).read(exchange, request);
    }

    private BodySource source(Object body) {
        return (BodySource) read(body);
    }

    private String consume(Object body) throws IOException {
        if (read(body) instanceof Payload.InMemory memory) {
            return new String(memory.bytes(), UTF_8);
        }
        BodySource source = source(body);
        try {
            source.length();
            return new String(source.open().readAllBytes(), UTF_8);
        } finally {
            source.release();
        }
    }

    private static WrappedFile<?> wrapped(Path file) {
        return new WrappedFile<>() {
            @Override
            public Object getFile() {
                return file.toFile();
            }

            @Override
            public Object getBody() {
                return null;
            }

            @Override
            public long getFileLength() {
                return 0;
            }
        };
    }

    private static final class Order {}
}
