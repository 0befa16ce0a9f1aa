package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.testinfra.AcceptedRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.converter.stream.InputStreamCache;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** Every size and type of body reaches the model byte for byte, the right way. */
class ProducerPayloadTest extends ProducerTestSupport {

    private static final int LIMIT = 128_000;

    @TempDir
    static Path folder;

    private enum BodyType {
        BYTES,
        TEXT,
        STREAM,
        STREAM_CACHE,
        FILE,
        PATH;

        Object body(byte[] bytes) throws IOException {
            return switch (this) {
                case BYTES -> bytes;
                case TEXT -> new String(bytes, StandardCharsets.UTF_8);
                case STREAM -> new UnknownLength(bytes);
                case STREAM_CACHE -> new InputStreamCache(bytes);
                case FILE -> file(bytes).toFile();
                case PATH -> file(bytes);
            };
        }

        private static Path file(byte[] bytes) throws IOException {
            return Files.write(folder.resolve("payload-" + bytes.length), bytes);
        }
    }

    static Stream<Arguments> everyByteArrivesTheRightWay() {
        return IntStream.of(0, 1, LIMIT - 1, LIMIT, LIMIT + 1).boxed().flatMap(size -> Stream.of(BodyType.values())
                .map(type -> Arguments.of(size, type)));
    }

    @ParameterizedTest(name = "{0} bytes as {1}")
    @MethodSource
    void everyByteArrivesTheRightWay(int size, BodyType type) throws Exception {
        route("sagemaker-async:echo?inputLocation=" + INPUTS);
        byte[] bytes = type == BodyType.TEXT ? multiByteText(size) : random(size);
        boolean inline = size > 0 && size <= LIMIT;

        Exchange exchange = sent(type.body(bytes), Map.of(Exchange.CONTENT_TYPE, "text/x-test; charset=utf-8"));

        AcceptedRequest request = processed(exchange);
        assertThat(request.inline()).isEqualTo(inline);
        assertThat(request.bodyLength()).isEqualTo(size);
        assertThat(request.bodySha256()).isEqualTo(sha256(bytes));
        assertThat(request.contentType()).isEqualTo("text/x-test; charset=utf-8");
        assertThat(exchange.getMessage().getHeader(SageMakerAsyncConstants.PAYLOAD_MODE))
                .isEqualTo(inline ? PayloadMode.INLINE : PayloadMode.S3);
        assertThat(header(exchange, SageMakerAsyncConstants.INPUT_LOCATION)).isEqualTo(request.inputLocation());
        assertThat(inputs()).hasSize(inline ? 0 : 1);
    }

    @Test
    void theReceiptNamesWhatTheServiceReturned() throws Exception {
        route("sagemaker-async:echo");

        Exchange exchange = sent("body", Map.of(SageMakerAsyncConstants.REQUEST_INFERENCE_ID, "my id"));

        AcceptedRequest request = processed(exchange);
        assertThat(exchange.getMessage().getHeaders())
                .isEqualTo(Map.of(
                        SageMakerAsyncConstants.INFERENCE_ID,
                        "my id",
                        SageMakerAsyncConstants.OUTPUT_LOCATION,
                        request.outputLocation(),
                        SageMakerAsyncConstants.FAILURE_LOCATION,
                        request.failureLocation(),
                        SageMakerAsyncConstants.PAYLOAD_MODE,
                        PayloadMode.INLINE));
        assertThat(exchange.getMessage().getBody()).isEqualTo("body");
    }

    @Test
    void allRequestHeadersReachTheServiceAndAreRemoved() throws Exception {
        route("sagemaker-async:echo?requestHeaders=*");

        Exchange exchange = sent(
                "body",
                Map.of(
                        SageMakerAsyncConstants.REQUEST_ENDPOINT_NAME, "other",
                        SageMakerAsyncConstants.REQUEST_CONTENT_TYPE, "a/b",
                        SageMakerAsyncConstants.REQUEST_ACCEPT, "c/d",
                        SageMakerAsyncConstants.REQUEST_CUSTOM_ATTRIBUTES, "trace=1; x=\"2\"",
                        SageMakerAsyncConstants.REQUEST_TTL_SECONDS, 60,
                        SageMakerAsyncConstants.REQUEST_INVOCATION_TIMEOUT_SECONDS, "3600",
                        SageMakerAsyncConstants.REQUEST_OUTPUT_PATH_EXTENSION, "tenant/7",
                        SageMakerAsyncConstants.REQUEST_FILENAME, "r.json",
                        SageMakerAsyncConstants.REQUEST_PAYLOAD_MODE, PayloadMode.INLINE));

        AcceptedRequest request = processed(exchange);
        assertThat(request.endpointName()).isEqualTo("other");
        assertThat(request.contentType()).isEqualTo("a/b");
        assertThat(request.accept()).isEqualTo("c/d");
        assertThat(request.customAttributes()).isEqualTo("trace=1; x=\"2\"");
        assertThat(request.requestTtlSeconds()).isEqualTo(60);
        assertThat(request.invocationTimeoutSeconds()).isEqualTo(3600);
        assertThat(request.outputLocation()).isEqualTo("s3://results/other/out/tenant/7/r.json");
        assertThat(exchange.getMessage().getHeaders().keySet())
                .noneMatch(name -> name.startsWith(SageMakerAsyncConstants.REQUEST_PREFIX));
    }

    @Test
    void anObjectThatIsInS3AlreadyIsNamedAndNeitherReadNorDeleted() throws Exception {
        route("sagemaker-async:echo?requestHeaders=InputLocation");
        byte[] bytes = random(200_000);
        s3().putObject(
                        p -> p.bucket("inputs").key("theirs"),
                        software.amazon.awssdk.core.async.AsyncRequestBody.fromBytes(bytes))
                .join();
        UnknownLength body = new UnknownLength(new byte[10]);

        Exchange exchange = sent(body, Map.of(SageMakerAsyncConstants.REQUEST_INPUT_LOCATION, "s3://inputs/theirs"));

        assertThat(processed(exchange).bodySha256()).isEqualTo(sha256(bytes));
        assertThat(header(exchange, SageMakerAsyncConstants.INPUT_LOCATION)).isEqualTo("s3://inputs/theirs");
        assertThat(exchange.getMessage().getHeader(SageMakerAsyncConstants.PAYLOAD_MODE))
                .isEqualTo(PayloadMode.S3);
        assertThat(body.available()).isEqualTo(10);
    }

    @Test
    void anUploadCarriesContentTypeAndInferenceId() throws Exception {
        route("sagemaker-async:echo?payloadMode=S3&contentType=text/plain&inputLocation=" + INPUTS);

        Exchange exchange = sent("small", Map.of(SageMakerAsyncConstants.REQUEST_INFERENCE_ID, "id-7"));

        S3Location input = S3Location.parse(header(exchange, SageMakerAsyncConstants.INPUT_LOCATION));
        HeadObjectResponse head =
                s3().headObject(h -> h.bucket(input.bucket()).key(input.key())).join();
        assertThat(head.contentType()).isEqualTo("text/plain");
        assertThat(head.metadata()).containsEntry("inference-id", "id-7");
        assertThat(processed(exchange).bodySha256()).isEqualTo(sha256("small".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void theThresholdDecidesInModeAuto() throws Exception {
        route("sagemaker-async:echo?inlineThreshold=10&inputLocation=" + INPUTS);

        assertThat(processed(sent(new byte[10], Map.of())).inline()).isTrue();
        assertThat(processed(sent(new byte[11], Map.of())).inline()).isFalse();
        assertThat(processed(sent(new UnknownLength(new byte[10]), Map.of())).inline())
                .isTrue();
        assertThat(processed(sent(new UnknownLength(new byte[11]), Map.of())).inline())
                .isFalse();
    }

    @Test
    void aStreamOfSeveralPartsArrivesWhole() throws Exception {
        route("sagemaker-async:echo?inputLocation=" + INPUTS);
        byte[] bytes = random(12 * 1024 * 1024 + 5);

        Exchange exchange = sent(new UnknownLength(bytes), Map.of());

        assertThat(processed(exchange).bodySha256()).isEqualTo(sha256(bytes));
        assertThat(aws.ledger().calls("UploadPart")).isEqualTo(3);
    }

    @Test
    void textIsSentInTheExchangesCharset() throws Exception {
        route("sagemaker-async:echo");

        Exchange exchange = sent("gr\u00fcn", Map.of(Exchange.CHARSET_NAME, "ISO-8859-1"));

        assertThat(processed(exchange).bodySha256())
                .isEqualTo(sha256("gr\u00fcn".getBytes(StandardCharsets.ISO_8859_1)));
    }

    @Test
    void aStreamIsClosedOnceRead() throws Exception {
        route("sagemaker-async:echo?inputLocation=" + INPUTS);
        UnknownLength small = new UnknownLength(random(10));
        UnknownLength large = new UnknownLength(random(LIMIT + 1));

        sent(small, Map.of());
        sent(large, Map.of());

        assertThat(small.closed).isTrue();
        assertThat(large.closed).isTrue();
    }

    @Test
    void aFileOfTheFileComponentIsSent() throws Exception {
        byte[] bytes = random(LIMIT + 1);
        Path in = Files.createDirectory(folder.resolve("polled"));
        Files.write(in.resolve("doc.bin"), bytes);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("file:" + in + "?noop=true&initialDelay=0")
                        .setHeader(SageMakerAsyncConstants.REQUEST_INFERENCE_ID, constant("of-file"))
                        .to("sagemaker-async:echo?inputLocation=" + INPUTS)
                        .to("mock:sent");
            }
        });

        Exchange exchange = org.awaitility.Awaitility.await()
                .until(
                        () -> camel.getEndpoint("mock:sent", org.apache.camel.component.mock.MockEndpoint.class)
                                .getReceivedExchanges(),
                        list -> !list.isEmpty())
                .get(0);
        assertThat(processed(exchange).bodySha256()).isEqualTo(sha256(bytes));
    }

    /** So many bytes of UTF-8 with characters of up to four bytes. */
    private static byte[] multiByteText(int size) {
        StringBuilder text = new StringBuilder();
        int bytes = 0;
        String[] characters = {"\ud83d\ude80", "\u20ac", "\u00fc", "a"};
        int[] lengths = {4, 3, 2, 1};
        for (int i = 0; bytes < size; i++) {
            int next = i % 4;
            while (bytes + lengths[next] > size) {
                next++;
            }
            text.append(characters[next]);
            bytes += lengths[next];
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Gives at most 1,000 bytes at once. */
    private static final class UnknownLength extends ByteArrayInputStream {

        private volatile boolean closed;

        UnknownLength(byte[] bytes) {
            super(bytes);
        }

        @Override
        public synchronized int read(byte[] b, int off, int len) {
            return super.read(b, off, Math.min(len, 1000));
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
