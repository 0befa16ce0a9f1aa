package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.testinfra.LocalAwsExtension;
import java.time.Duration;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many routes whose AWS is far away start as soon as one, but for the work that each is: nobody waits for another's answers. */
@Tag("soak")
@Timeout(1200)
class ManyRoutesFarAwayTest {

    @RegisterExtension
    static final LocalAwsExtension AWS = new LocalAwsExtension();

    private static final Duration FAR_AWAY = Duration.ofSeconds(1);

    @Test
    void manyRoutesStartWithinThreeTimesOfOneWhereAnswersTakeLong() throws Exception {
        start(1); // classes are loaded
        Duration one = start(1);

        assertThat(start(SoakSize.of(200, 40))).isLessThan(one.multipliedBy(3));
    }

    private static Duration start(int routes) throws Exception {
        for (int i = 0; i < routes; i++) {
            AWS.aws().createBucket(name(routes, i));
            String queue = name(routes, i);
            AWS.aws().sqsClient().createQueue(create -> create.queueName(queue)).join();
        }
        try (TcpGate queues = new TcpGate(AWS.aws().sqsEndpoint());
                TcpGate objects = new TcpGate(AWS.aws().s3Endpoint())) {
            queues.latency(FAR_AWAY);
            objects.latency(FAR_AWAY);
            Main main = new Main();
            main.configure().addRoutesBuilder(routes(routes));
            main.bind("s3", ClientsAt.s3(objects.uri(), AWS.aws()));
            main.bind("sqs", ClientsAt.sqs(queues.uri(), AWS.aws()));
            main.bind("sageMaker", AWS.aws().sageMakerClient());
            long begun = System.nanoTime();
            main.start();
            Duration start = Duration.ofNanos(System.nanoTime() - begun);
            assertThat(main.getCamelContext().getRoutesSize()).isEqualTo(routes);
            main.stop();
            return start;
        }
    }

    private static String name(int routes, int i) {
        return "times-" + routes + "-" + i;
    }

    /** Half of them scan, half have a queue; each has a bucket of its own. */
    private static RouteBuilder routes(int routes) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                for (int i = 0; i < routes; i++) {
                    String name = name(routes, i);
                    from("sagemaker-async:e" + i + "?outputLocation=s3://" + name + "/out/"
                                    + (i % 2 == 0 ? "&waitTimeSeconds=1&notificationQueue=" + name : ""))
                            .to("mock:done");
                }
            }
        };
    }
}
