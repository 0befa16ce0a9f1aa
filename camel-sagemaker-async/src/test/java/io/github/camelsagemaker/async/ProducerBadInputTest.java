package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelsagemaker.async.error.InvalidInferenceRequestException;
import io.github.camelsagemaker.async.error.RequestRefusedException;
import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.internal.EndpointContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.SequenceInputStream;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A clear error that names value, limit and remedy; nothing was sent to SageMaker, and nothing stays in S3. */
class ProducerBadInputTest extends ProducerTestSupport {

    @TempDir
    private Path folder;

    @AfterEach
    void nothingIsLeft() {
        assertThat(aws.ledger().acceptedCount()).isZero();
        assertNothingLeftInS3();
    }

    private void assertRefusedBeforeSending(Exchange exchange, String... parts) {
        assertThat(exchange.getException())
                .isInstanceOf(InvalidInferenceRequestException.class)
                .hasMessageContainingAll(parts);
        assertThat(aws.ledger().calls("InvokeEndpointAsync")).isZero();
        assertThat(aws.ledger().calls("PutObject")).isZero();
        assertThat(aws.ledger().calls("CreateMultipartUpload")).isZero();
    }

    @Test
    void aLargePayloadWithoutInputLocation() throws Exception {
        route("sagemaker-async:echo");

        assertRefusedBeforeSending(send(random(128_001)), "128001 bytes", "at most 128000", "option inputLocation");
    }

    @Test
    void aLargeStreamWithoutInputLocation() throws Exception {
        route("sagemaker-async:echo");

        assertRefusedBeforeSending(
                send(new ByteArrayInputStream(random(500_000))),
                "more than 128000 bytes",
                "at most 128000",
                "option inputLocation");
    }

    @Test
    void anInlinePayloadOneByteTooLarge() throws Exception {
        route("sagemaker-async:echo?payloadMode=INLINE&inputLocation=" + INPUTS);

        assertRefusedBeforeSending(send(random(128_001)), "128001 bytes", "at most 128000", "AUTO or S3");
    }

    @Test
    void anEmptyPayloadInline() throws Exception {
        route("sagemaker-async:echo");

        assertRefusedBeforeSending(send(new byte[0]), "0 bytes", "cannot travel inline", "option inputLocation");
    }

    @Test
    void aMissingBody() throws Exception {
        route("sagemaker-async:echo");

        assertRefusedBeforeSending(send(null), "null", "CamelAwsSageMakerAsyncRequestInputLocation");
    }

    @Test
    void aFileAboveTheServicesLimit() throws Exception {
        route("sagemaker-async:echo?inputLocation=" + INPUTS);
        Path file = folder.resolve("sparse");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(1L << 30);
        }

        assertRefusedBeforeSending(send(file.toFile()), "1073741824 bytes", "at most 1000000000", "1 GB");
    }

    @ParameterizedTest
    @CsvSource({
        "CustomAttributes, 'a\r\nX-Amzn-SageMaker-Filename: b', '\\u000d\\u000a', 1024 visible ASCII",
        "Filename, ../evil, '../evil', 1 to 32",
        "TtlSeconds, 59, '59', 60 to 21600",
        "PayloadMode, FTP, 'FTP', AUTO",
        "EndpointName, a/b, 'a/b', 1 to 63",
        "InferenceId, ' x', ' x', 1 to 64",
        "InvocationTimeoutSeconds, 0, '0', 1 to 3600",
        "OutputPathExtension, s3:x, 's3:x', 1 to 512",
        "InputLocation, /tmp/x, '/tmp/x', s3://"
    })
    void aBadHeader(String name, String value, String shown, String limit) throws Exception {
        route("sagemaker-async:echo?requestHeaders=*&inputLocation=" + INPUTS);
        String header = SageMakerAsyncConstants.REQUEST_PREFIX + name;

        assertRefusedBeforeSending(send("body", Map.of(header, value)), "Header " + header, shown, limit);
    }

    @ParameterizedTest
    @CsvSource({"EndpointName, other", "InputLocation, s3://theirs/secret"})
    void aHeaderThatIsNotHonoured(String name, String value) throws Exception {
        route("sagemaker-async:echo?inputLocation=" + INPUTS);
        String header = SageMakerAsyncConstants.REQUEST_PREFIX + name;

        assertRefusedBeforeSending(send("body", Map.of(header, value)), "Header " + header, "option requestHeaders");
    }

    @ParameterizedTest
    @CsvSource({
        "requestHeaders=Endpoint, requestHeaders, 'Endpoint', EndpointName",
        "payloadMode=FTP, payloadMode, FTP, AUTO",
        "payloadMode=S3, payloadMode, S3, inputLocation",
        "requestTtlSeconds=59, requestTtlSeconds, '59', 60 to 21600",
        "customAttributes=a%0D%0Ab, customAttributes, 'a\\u000d\\u000ab', 1024",
        "inlineThreshold=128001, inlineThreshold, '128001', 0 to 128000",
        "inputLocation=http://x, inputLocation, http://x, s3://bucket/prefix/",
        "maxInFlight=0, maxInFlight, 0, 1 to 10000",
        "awaitResult=true&streamBody=true&includeBody=false, streamBody=true, includeBody=false, no body to stream"
    })
    void aBadOptionKeepsTheRouteFromStarting(String option, String name, String value, String limit) {
        assertThatThrownBy(() -> route("sagemaker-async:echo?" + option))
                .hasStackTraceContaining(name)
                .hasStackTraceContaining(value)
                .hasStackTraceContaining(limit);
    }

    @Test
    void aBucketThatDoesNotExist() throws Exception {
        route("sagemaker-async:echo?inputLocation=s3://no-such-bucket/in/&checkBucketsAtStart=false");

        Exchange exchange = send(random(128_001));

        assertThat(exchange.getException())
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContainingAll("PutObject", "NoSuchBucket", "'no-such-bucket'", "option inputLocation");
        assertThat(aws.ledger().calls("InvokeEndpointAsync")).isZero();
    }

    @Test
    void aBucketThatDoesNotExistForAStreamOfSeveralParts() throws Exception {
        route("sagemaker-async:echo?inputLocation=s3://no-such-bucket/in/&checkBucketsAtStart=false");

        assertThat(send(new ByteArrayInputStream(random(6_000_000))).getException())
                .isInstanceOf(RequestRefusedException.class)
                .hasMessageContainingAll("CreateMultipartUpload", "NoSuchBucket", "'no-such-bucket'");
    }

    @Test
    void anUnknownEndpoint() throws Exception {
        route("sagemaker-async:nowhere?inputLocation=" + INPUTS);

        for (int size : new int[] {10, 128_001}) {
            Exchange exchange = send(random(size));

            assertThat(exchange.getException()).isInstanceOfSatisfying(RequestRefusedException.class, e -> {
                assertThat(e).hasMessageContainingAll("InvokeEndpointAsync", "'nowhere'", "ValidationError");
                assertThat(e.getStatusCode()).isEqualTo(400);
                assertThat(e.getRequestId()).isNotBlank();
                assertThat(e.getCause()).isNotNull();
            });
            assertNothingLeftInS3();
        }
    }

    @Test
    void aStreamThatBreaksHalfWay() throws Exception {
        route("sagemaker-async:echo?inputLocation=" + INPUTS);
        IOException broken = new IOException("disk on fire");
        InputStream breaking = new InputStream() {
            @Override
            public int read() throws IOException {
                throw broken;
            }

            @Override
            public int read(byte[] b, int off, int len) throws IOException {
                throw broken;
            }
        };

        Exchange exchange = send(new SequenceInputStream(new ByteArrayInputStream(random(6 * 1024 * 1024)), breaking));

        assertThat(exchange.getException()).isSameAs(broken);
        assertThat(aws.ledger().calls("UploadPart")).isEqualTo(1);
    }

    @Test
    void anUploadThatBreaksHalfWay() throws Exception {
        route("sagemaker-async:echo?inputLocation=" + INPUTS);
        aws.faults().forS3Part(2, 10, io.github.camelsagemaker.async.testinfra.Fault.resetBeforeAccept());

        Exchange exchange = send(new ByteArrayInputStream(random(11 * 1024 * 1024)));

        assertThat(exchange.getException())
                .isInstanceOf(SageMakerAsyncException.class)
                .hasMessageContaining("UploadPart");
        assertThat(aws.ledger().calls("InvokeEndpointAsync")).isZero();
    }

    @Test
    void aBodyThatIsNoBytes() throws Exception {
        route("sagemaker-async:echo");

        assertRefusedBeforeSending(send(new Thread()), "java.lang.Thread", "marshal");
    }

    /** As for a text whose bytes find no memory. */
    @Test
    void anErrorOfABodyEndsItsExchangeAndHoldsNoClients() throws Exception {
        SageMakerAsyncEndpoint endpoint = camel.getEndpoint("sagemaker-async:echo", SageMakerAsyncEndpoint.class);
        SageMakerAsyncProducer producer = (SageMakerAsyncProducer) endpoint.createProducer();
        EndpointContext held = endpoint.context();
        producer.start();
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage().setBody(new CharSequence() {
            @Override
            public int length() {
                return 1;
            }

            @Override
            public char charAt(int index) {
                return 'x';
            }

            @Override
            public CharSequence subSequence(int start, int end) {
                return "x".subSequence(start, end);
            }

            @Override
            public String toString() {
                throw new OutOfMemoryError("for the test");
            }
        });

        assertThat(producer.process(exchange, sync -> {})).isTrue();

        assertThat(exchange.getException(OutOfMemoryError.class)).hasMessage("for the test");
        assertThat(producer.getInFlight()).isZero();
        producer.stop();
        held.close();
        assertThat(held.clients().isHeld()).isFalse();
    }

    @Test
    void everyOtherExchangeGoesOn() throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                onException(InvalidInferenceRequestException.class)
                        .handled(true)
                        .to("mock:refused");
                from("direct:in").to("sagemaker-async:echo");
            }
        });

        assertThat(send(null).getException()).isNull();
        assertThat(aws.ledger().calls("InvokeEndpointAsync")).isZero();
    }
}
