package io.github.camelsagemaker.async.docs.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.LocalAwsExtension;
import io.github.camelsagemaker.async.testinfra.ModelException;
import io.github.camelsagemaker.async.testinfra.ModelRequest;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import io.github.camelsagemaker.async.tracking.MemoryPendingInvocationStore;
import java.time.Duration;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SummariesTest {

    @RegisterExtension
    static final LocalAwsExtension AWS = new LocalAwsExtension();

    private final CamelContext context = new DefaultCamelContext();

    @BeforeEach
    void start() throws Exception {
        LocalAws aws = AWS.aws();
        aws.createBucket("my-bucket");
        aws.endpoint("summarizer")
                .outputPath("s3://my-bucket/out/")
                .failurePath("s3://my-bucket/failed/")
                .model(SummariesTest::answer)
                .create();
        aws.ledger().reset();
        context.getRegistry().bind("sageMaker", aws.sageMakerClient());
        context.getRegistry().bind("s3", aws.s3Client());
        context.getRegistry().bind("pending", new MemoryPendingInvocationStore());
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:documents").to("sagemaker-async:summarizer?pendingDeadline=5000");

                from("sagemaker-async:summarizer?outputLocation=s3://my-bucket/out/"
                                + "&failureLocation=s3://my-bucket/failed/&pendingSweepInterval=1000")
                        .convertBodyTo(String.class)
                        .toD("mock:${header.CamelAwsSageMakerAsyncInvocationStatus}");
            }
        });
        context.start();
    }

    /** The model: answers, fails, or is silent. */
    private static ModelResponse answer(ModelRequest request) throws Exception {
        switch (request.text()) {
            case "broken" -> throw new ModelException("cannot read this");
            case "endless" -> Thread.sleep(Duration.ofHours(1).toMillis());
            default -> {}
        }
        return ModelResponse.text("in short");
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void aDocumentHasASummary() throws Exception {
        mock("COMPLETED").expectedBodiesReceived("in short");
        context.createProducerTemplate().sendBody("direct:documents", "a document");
        mock("COMPLETED").assertIsSatisfied(60_000);
        assertThat(AWS.aws().ledger().calls("InvokeEndpointAsync")).isEqualTo(1);
    }

    @Test
    void aDocumentThatTheModelCannotReadIsAFailure() throws Exception {
        mock("FAILED").expectedMessageCount(1);
        context.createProducerTemplate().sendBody("direct:documents", "broken");
        mock("FAILED").assertIsSatisfied(60_000);
    }

    @Test
    void aDocumentWithoutAnAnswerExpires() throws Exception {
        mock("EXPIRED").expectedMessageCount(1);
        context.createProducerTemplate().sendBody("direct:documents", "endless");
        mock("EXPIRED").assertIsSatisfied(60_000);
    }

    private MockEndpoint mock(String name) {
        return context.getEndpoint("mock:" + name, MockEndpoint.class);
    }
}
