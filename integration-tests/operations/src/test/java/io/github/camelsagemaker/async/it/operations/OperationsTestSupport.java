package io.github.camelsagemaker.async.it.operations;

import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.SageMakerAsyncComponent;
import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.LocalAwsExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The whole way, over real sockets: direct:in to SageMaker, and the results by a queue. */
abstract class OperationsTestSupport {

    static final Duration SOON = Duration.ofSeconds(40);
    static final String SECRET_KEY = "s3cr3t/Key+OfNobody";
    static final String SESSION_TOKEN = "t0ken+OfNobody";

    @RegisterExtension
    static final LocalAwsExtension AWS = new LocalAwsExtension();

    final List<Message> results = new CopyOnWriteArrayList<>();
    final String bucket = "b-" + UUID.randomUUID();
    final String queue = "q-" + UUID.randomUUID();
    DefaultCamelContext context;

    @BeforeEach
    void create() {
        aws().faults().clear();
        aws().ledger().reset();
        aws().createBucket(bucket);
        String topic = aws().snsClient()
                .createTopic(t -> t.name("t-" + UUID.randomUUID()))
                .join()
                .topicArn();
        aws().subscribe(queue, topic, true);
        aws().endpoint("model")
                .outputPath("s3://" + bucket + "/out")
                .failurePath("s3://" + bucket + "/failed")
                .successTopic(topic)
                .errorTopic(topic)
                .create();
        context = new DefaultCamelContext();
        SageMakerAsyncConfiguration configuration = context.getComponent(
                        "sagemaker-async", SageMakerAsyncComponent.class)
                .getConfiguration();
        configuration.setS3AsyncClient(aws().s3Client());
        configuration.setSqsAsyncClient(aws().sqsClient());
        configuration.setSnsAsyncClient(aws().snsClient());
        configuration.setSageMakerRuntimeAsyncClient(aws().sageMakerClient());
    }

    @AfterEach
    void stop() {
        context.stop();
        aws().faults().clear();
    }

    static LocalAws aws() {
        return AWS.aws();
    }

    String producer(String options) {
        return "sagemaker-async:model?inputLocation=s3://" + bucket + "/in/" + options;
    }

    String consumer(String options) {
        return "sagemaker-async:model?outputLocation=s3://" + bucket + "/out/&failureLocation=s3://" + bucket
                + "/failed/&waitTimeSeconds=1&notificationQueue=" + queue + options;
    }

    /** Routes "requests" and "results". */
    void routes(String options) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:in").routeId("requests").to(producer(options)).log("sent");
                from(consumer(options)).routeId("results").log("got ${body}").process(exchange -> {
                    exchange.getMessage().getBody(String.class);
                    results.add(exchange.getMessage().copy());
                });
            }
        });
        context.start();
    }

    Exchange send(Object body, Map<String, Object> headers) {
        return context.createProducerTemplate().request("direct:in", exchange -> {
            exchange.getMessage().setBody(body);
            headers.forEach(exchange.getMessage()::setHeader);
        });
    }

    Message result() {
        await().atMost(SOON).until(() -> !results.isEmpty());
        return results.get(0);
    }
}
