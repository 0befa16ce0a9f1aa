package io.github.camelsagemaker.async;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelsagemaker.async.error.InvalidInferenceRequestException;
import io.github.camelsagemaker.async.testinfra.AcceptedRequest;
import io.github.camelsagemaker.async.testinfra.Fault;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.WrappedFile;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.model.ProcessorDefinition;
import org.apache.camel.support.SimpleTypeConverter;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;

/** A payload goes whole or not at all, whatever a route does with the exchange, and is in S3 once. */
class ProducerWholePayloadTest extends ProducerTestSupport {

    private static final int SIZE = 300_000;
    private static final String ECHO = "sagemaker-async:echo?inputLocation=" + INPUTS;
    private static final String OTHER = "sagemaker-async:other?inputLocation=" + INPUTS;

    @TempDir
    private Path folder;

    private SageMakerRuntimeAsyncClient once;

    /** A client that never tries again, so that each call is one that the route made. */
    @Override
    void configure(SageMakerAsyncComponent component) {
        super.configure(component);
        once = SageMakerRuntimeAsyncClient.builder()
                .region(Region.of(aws.region()))
                .endpointOverride(aws.sageMakerEndpoint())
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(aws.accessKeyId(), aws.secretAccessKey())))
                .overrideConfiguration(o -> o.retryStrategy(r -> r.maxAttempts(1)))
                .build();
        component.getConfiguration().setSageMakerRuntimeAsyncClient(once);
    }

    @AfterEach
    void closeClient() {
        once.close();
    }

    private void routes(UnaryOperator<ProcessorDefinition<?>> steps) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                steps.apply(from("direct:in").noStreamCaching());
            }
        });
    }

    private void redelivering(String uri) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                onException(Exception.class).maximumRedeliveries(5).redeliveryDelay(0);
                from("direct:in").noStreamCaching().to(uri);
            }
        });
    }

    enum Way {
        FAILOVER_OF_AN_OVERSIZE_PAYLOAD,
        FAILOVER_OF_A_REFUSED_REQUEST,
        CATCH,
        MULTICAST,
        PARALLEL_MULTICAST
    }

    @ParameterizedTest
    @EnumSource
    void aStreamIsSentWholeOrRefusedToWhoReadsItSecond(Way way) throws Exception {
        if (way == Way.FAILOVER_OF_A_REFUSED_REQUEST || way == Way.CATCH) {
            aws.faults().forSageMaker(1, Fault.accessDenied403());
        }
        routes(in -> switch (way) {
            case FAILOVER_OF_AN_OVERSIZE_PAYLOAD ->
                in.loadBalance()
                        .failover(1, false, false)
                        .to("sagemaker-async:echo?payloadMode=INLINE")
                        .to(OTHER)
                        .end();
            case FAILOVER_OF_A_REFUSED_REQUEST ->
                in.loadBalance().failover(1, false, false).to(ECHO).to(OTHER).end();
            case CATCH -> in.doTry().to(ECHO).doCatch(Exception.class).to(OTHER).end();
            case MULTICAST -> in.multicast().to(ECHO).to(OTHER).end();
            case PARALLEL_MULTICAST ->
                in.multicast().parallelProcessing().to(ECHO).to(OTHER).end();
        });

        Exchange exchange = send(new ByteArrayInputStream(random(SIZE)));

        assertThat(exchange.getException())
                .satisfiesAnyOf(
                        e -> assertThat(e).isInstanceOf(InvalidInferenceRequestException.class),
                        e -> assertThat(e).hasCauseInstanceOf(InvalidInferenceRequestException.class))
                .hasStackTraceContaining("read before");
        for (AcceptedRequest accepted : aws.ledger().accepted()) {
            Awaitility.await()
                    .until(() -> aws.ledger().accepted(accepted.inferenceId()).bodyLength() == SIZE);
        }
    }

    static Stream<String> readableAgain() {
        return Stream.of(
                "bytes of a remote file", "local copy of a remote file", "JSON node", "buffer", "direct buffer");
    }

    @ParameterizedTest
    @MethodSource("readableAgain")
    void whatCanBeReadAgainIsSentAgain(String kind) throws Exception {
        camel.getTypeConverterRegistry()
                .addTypeConverter(
                        InputStream.class,
                        JsonNode.class,
                        new SimpleTypeConverter(
                                false,
                                (type, exchange, value) -> new ByteArrayInputStream(
                                        value.toString().getBytes(UTF_8))));
        byte[] bytes = "{\"a\":1}".getBytes(UTF_8);
        File copy = Files.write(folder.resolve("copy"), bytes).toFile();
        Object body =
                switch (kind) {
                    case "bytes of a remote file" -> remoteFile(bytes);
                    case "local copy of a remote file" -> remoteFile(copy);
                    case "JSON node" -> new ObjectMapper().readTree(bytes);
                    case "buffer" -> ByteBuffer.wrap(("xx" + "{\"a\":1}" + "y").getBytes(UTF_8), 2, bytes.length);
                    default ->
                        ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
                };
        redelivering(ECHO);
        aws.faults().forSageMaker(1, Fault.throttle429());

        AcceptedRequest accepted = processed(sent(body, Map.of()));

        assertThat(accepted.bodySha256()).isEqualTo(sha256(bytes));
        assertThat(aws.ledger().calls("InvokeEndpointAsync")).isEqualTo(2);
    }

    private static WrappedFile<Object> remoteFile(Object content) {
        return new WrappedFile<>() {
            @Override
            public Object getFile() {
                return "of the FTP client";
            }

            @Override
            public Object getBody() {
                return content;
            }

            @Override
            public long getFileLength() {
                return 0;
            }
        };
    }

    @Test
    void whatCannotBeConvertedIsToldSoAlsoWhenItIsRedelivered() throws Exception {
        redelivering(ECHO);

        Exchange exchange = send(Map.of("a", 1));

        assertThat(exchange.getException())
                .isInstanceOf(InvalidInferenceRequestException.class)
                .hasMessageContaining("cannot be converted");
    }

    @Test
    void redeliveriesOfUnknownOutcomeShareOneObject() throws Exception {
        redelivering(ECHO);
        byte[] bytes = random(6_000_000);
        aws.faults().forSageMaker(5, Fault.unavailable503());

        AcceptedRequest accepted = processed(sent(bytes, Map.of()));

        assertThat(accepted.bodySha256()).isEqualTo(sha256(bytes));
        assertThat(aws.ledger().calls("PutObject")).isEqualTo(1);
        assertThat(inputs()).hasSize(1);
    }

    @Test
    void aFailoverSendsTheObjectThatIsThereAlsoIfTheStreamCannotBeReadAgain() throws Exception {
        byte[] bytes = random(SIZE);
        aws.faults().forSageMaker(1, Fault.unavailable503());
        routes(in ->
                in.loadBalance().failover(1, false, false).to(ECHO).to(OTHER).end());

        AcceptedRequest accepted = processed(sent(new ByteArrayInputStream(bytes), Map.of()));

        assertThat(accepted.endpointName()).isEqualTo("other");
        assertThat(accepted.bodySha256()).isEqualTo(sha256(bytes));
        assertThat(inputs()).hasSize(1);
    }

    @Test
    void anObjectThatMayBeReadIsNotDeletedWhenALaterAttemptIsRefused() throws Exception {
        redelivering(ECHO);
        aws.faults().forSageMaker(1, Fault.resetAfterAccept());
        aws.faults().forSageMaker(5, Fault.accessDenied403());

        assertThat(send(random(SIZE)).getException()).isNotNull();

        assertThat(aws.ledger().acceptedCount()).isEqualTo(1);
        assertThat(inputs()).hasSize(1);
    }

    @Test
    void anotherBodyIsAnotherObject() throws Exception {
        byte[] second = random(SIZE + 1);
        aws.faults().forSageMaker(1, Fault.unavailable503());
        routes(in -> in.doTry()
                .to(ECHO)
                .doCatch(Exception.class)
                .process(e -> e.getMessage().setBody(second))
                .to(ECHO)
                .end());

        AcceptedRequest accepted = processed(sent(random(SIZE), Map.of()));

        assertThat(accepted.bodySha256()).isEqualTo(sha256(second));
    }

    @Test
    void textIsSentInTheCharsetOfItsContentType() throws Exception {
        route(ECHO);

        AcceptedRequest accepted =
                processed(sent("Gr\u00fc\u00dfe", Map.of(Exchange.CONTENT_TYPE, "text/plain; charset=ISO-8859-1")));

        assertThat(accepted.contentType()).isEqualTo("text/plain; charset=ISO-8859-1");
        assertThat(accepted.bodySha256()).isEqualTo(sha256("Gr\u00fc\u00dfe".getBytes(ISO_8859_1)));
    }

    @Test
    void aListOfContentTypesIsRefused() throws Exception {
        route(ECHO);

        assertThat(send("a", Map.of(Exchange.CONTENT_TYPE, List.of("text/csv", "text/plain")))
                        .getException())
                .isInstanceOf(InvalidInferenceRequestException.class)
                .hasMessageContainingAll("Content-Type", "not a list");
    }

    @Test
    void blanksAroundAContentTypeAreNotSent() throws Exception {
        route(ECHO);

        AcceptedRequest accepted = processed(sent("a", Map.of(Exchange.CONTENT_TYPE, " text/csv ")));

        assertThat(accepted.contentType()).isEqualTo("text/csv");
    }
}
