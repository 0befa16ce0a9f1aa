package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.testinfra.LocalAwsExtension;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** How long a stop of many routes takes while SQS takes calls and never answers. */
@Timeout(120)
class StopDeadlineTest {

    @RegisterExtension
    static final LocalAwsExtension AWS = new LocalAwsExtension();

    private static final int ROUTES = 8;

    private final DefaultCamelContext context = new DefaultCamelContext();
    private TcpGate gate;
    private SqsAsyncClient sqs;

    @BeforeEach
    void start() throws Exception {
        gate = new TcpGate(AWS.aws().sqsEndpoint());
        sqs = ClientsAt.sqs(gate.uri(), AWS.aws());
        context.getRegistry().bind("sqs", sqs);
        context.getRegistry().bind("s3", AWS.aws().s3Client());
        context.getRegistry().bind("sns", AWS.aws().snsClient());
        context.getRegistry().bind("sageMaker", AWS.aws().sageMakerClient());
        context.getShutdownStrategy().setTimeout(4);
        AWS.aws().createBucket("stops");
    }

    @AfterEach
    void stop() {
        context.stop();
        sqs.close();
        gate.close();
    }

    private Duration stopTimes() {
        long start = System.nanoTime();
        context.stop();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static Duration atMost() {
        return Duration.ofSeconds(4 + 5);
    }

    @Test
    void consumersShareOneDeadline() throws Exception {
        AWS.aws().sqsClient().createQueue(queue -> queue.queueName("stops")).join();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                for (int i = 0; i < ROUTES; i++) {
                    from("sagemaker-async:e?outputLocation=s3://stops/out/&notificationQueue=stops&maxInFlight="
                                    + (i + 10))
                            .to("mock:done");
                }
            }
        });
        context.start();
        gate.silent(true);

        assertThat(stopTimes()).isLessThan(atMost());
    }

    @Test
    void producersWithQueuesOfTheirOwnShareOneDeadlineToo() throws Exception {
        String topic = AWS.aws()
                .snsClient()
                .createTopic(create -> create.name("stops"))
                .get(30, TimeUnit.SECONDS)
                .topicArn();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                for (int i = 0; i < ROUTES; i++) {
                    from("direct:" + i)
                            .to(
                                    "sagemaker-async:e?awaitResult=true&autoCreateQueue=true&notificationQueue=stops&topicArn="
                                            + topic + "&resultTimeout=" + (10_000 + i));
                }
            }
        });
        context.start();
        gate.silent(true);

        assertThat(stopTimes()).isLessThan(atMost());
    }
}
