package io.github.camelsagemaker.async.it.dsl;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.SageMakerAsyncComponent;
import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.github.camelsagemaker.async.SageMakerAsyncEndpoint;
import io.github.camelsagemaker.async.error.InferenceFailedException;
import io.github.camelsagemaker.async.testinfra.LocalAws;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.ConsumerTemplate;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sagemaker.SageMakerAsyncClient;

/** The same pair of routes, there and back, in each of Camel's DSLs. */
@Timeout(180)
class DslRoutesTest {

    /** One for each test: whatever one leaves behind, another would receive. */
    private final LocalAws aws = LocalAws.start();

    private final CamelContext context = new DefaultCamelContext();

    @BeforeEach
    void createEndpoint() throws Exception {
        Reader.createIn(aws);
        context.getRegistry().bind("s3", aws.s3Client());
        context.getRegistry().bind("sageMaker", aws.sageMakerClient());
        context.getRegistry().bind("sqs", aws.sqsClient());
        context.getRegistry()
                .bind(
                        "control",
                        SageMakerAsyncClient.builder()
                                .region(Region.of(aws.region()))
                                .endpointOverride(aws.sageMakerEndpoint())
                                .credentialsProvider(StaticCredentialsProvider.create(
                                        AwsBasicCredentials.create(aws.accessKeyId(), aws.secretAccessKey())))
                                .build());
        // A stop waits as long as a receive waits for messages.
        context.getComponent("sagemaker-async", SageMakerAsyncComponent.class)
                .getConfiguration()
                .setWaitTimeSeconds(1);
    }

    @AfterEach
    void stop() {
        context.stop();
        aws.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "routes.xml",
                "routes.yaml",
                "kamelets.yaml",
                "kamelets-with-queue.yaml",
                "kamelets-that-discover.yaml"
            })
    void aFileOfRoutesDoesTheWholeJob(String file) throws Exception {
        load(file);

        assertDoesTheWholeJob();
    }

    @Test
    void resultsThatStayComeOnceAndAsCloudEvents() throws Exception {
        context.getRegistry().bind("results", MemoryIdempotentRepository.memoryIdempotentRepository());
        load("kamelets-with-repository.yaml");
        context.start();

        context.createProducerTemplate().sendBody("direct:documents", "small");

        try (ConsumerTemplate template = context.createConsumerTemplate()) {
            Exchange result = template.receive("seda:results", 60_000);
            assertThat(result).isNotNull();
            assertThat(result.getMessage().getHeaders())
                    .containsEntry("CamelCloudEventType", "io.github.camelsagemaker.inference.completed")
                    .containsEntry("CamelCloudEventSource", "aws.sagemaker.endpoint.reader")
                    .containsEntry(
                            "CamelCloudEventSubject",
                            result.getMessage().getHeader(SageMakerAsyncConstants.OUTPUT_LOCATION));
            template.doneUoW(result);
            assertThat(aws.keys("dsl", "out/")).hasSize(1);
            assertThat(template.receive("seda:results", 500)).isNull();
        }
    }

    /** AWS's keys have characters that mean something in a URI. */
    @Test
    void credentialsReachTheComponentAsTheyAre() throws Exception {
        load("kamelet-with-credentials.yaml");
        context.start();

        assertThat(context.getEndpoints())
                .filteredOn(SageMakerAsyncEndpoint.class::isInstance)
                .singleElement()
                .extracting(endpoint -> ((SageMakerAsyncEndpoint) endpoint).getConfiguration())
                .satisfies(options -> {
                    assertThat(options.getSecretKey()).isEqualTo("a+b/c=");
                    assertThat(options.getSessionToken()).isEqualTo("t+u/v==");
                });
    }

    @Test
    void theKameletThatWaitsGoesOnWithTheResult() throws Exception {
        load("kamelet-that-waits.yaml");
        context.start();
        ProducerTemplate template = context.createProducerTemplate();

        assertThat(template.requestBody("direct:documents", "small", String.class))
                .isEqualTo("5 bytes");
        assertThat(template.send("direct:documents", exchange -> exchange.getMessage()
                                .setBody("broken"))
                        .getException())
                .isInstanceOf(InferenceFailedException.class);
    }

    @Test
    void routesInJavaDoTheWholeJob() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:documents")
                        .setHeader(SageMakerAsyncConstants.REQUEST_CONTENT_TYPE, constant("text/plain"))
                        .to("sagemaker-async:reader?inputLocation=s3://dsl/in/");
                from("sagemaker-async:reader?outputLocation=s3://dsl/out/&failureLocation=s3://dsl/failed/&delay=100")
                        .to("seda:results");
            }
        });

        assertDoesTheWholeJob();
    }

    @Test
    void routesOfTheEndpointDslDoTheWholeJob() throws Exception {
        RoutesBuilder routes = new EndpointDslRoutes();
        context.addRoutes(routes);

        assertDoesTheWholeJob();
    }

    private void load(String file) throws Exception {
        var resource = PluginHelper.getResourceLoader(context).resolveResource("classpath:routes/" + file);
        PluginHelper.getRoutesLoader(context).loadRoutes(resource);
    }

    private void assertDoesTheWholeJob() throws Exception {
        context.start();
        List<String> modes = new ArrayList<>();
        for (String document : Reader.documents()) {
            Exchange sent = context.createProducerTemplate()
                    .send("direct:documents", exchange -> exchange.getMessage().setBody(document));
            assertThat(sent.getException()).isNull();
            modes.add(sent.getMessage().getHeader(SageMakerAsyncConstants.PAYLOAD_MODE, String.class));
        }
        List<String> results = new ArrayList<>();
        try (ConsumerTemplate template = context.createConsumerTemplate()) {
            for (int i = 0; i < 3; i++) {
                Exchange result = template.receive("seda:results", 60_000);
                assertThat(result).as("a third of " + results).isNotNull();
                results.add(result(result.getMessage()));
                // Whoever takes an exchange from seda settles its result.
                template.doneUoW(result);
            }
        }

        assertThat(modes).containsExactly("INLINE", "S3", "INLINE");
        assertThat(results)
                .contains("COMPLETED: 5 bytes", "COMPLETED: 300000 bytes")
                .anyMatch(result -> result.matches("FAILED: .*cannot read this document.*"));
    }

    /** A failure that a notification tells of has its reason in a header, and may have no body. */
    private static String result(Message message) {
        String reason = message.getHeader(SageMakerAsyncConstants.FAILURE_REASON, String.class);
        return message.getHeader(SageMakerAsyncConstants.INVOCATION_STATUS, InferenceStatus.class) + ": "
                + (reason == null ? message.getBody(String.class) : reason);
    }
}
