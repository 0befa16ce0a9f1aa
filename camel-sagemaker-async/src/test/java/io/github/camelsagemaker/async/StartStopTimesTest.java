package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.testinfra.LocalAwsExtension;
import java.time.Duration;
import java.util.Locale;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Times of starts and stops of camel-main with many routes, printed as the table of the operations guide: scans and queues, while AWS
 * answers, refuses connections, or takes them and is silent.
 */
@Tag("soak")
@Timeout(1200)
class StartStopTimesTest {

    @RegisterExtension
    static final LocalAwsExtension AWS = new LocalAwsExtension();

    private static final int SHUTDOWN_SECONDS = 10;
    private static final Duration FAR_AWAY = Duration.ofMillis(40);

    private enum Aws {
        ANSWERS("healthy"),
        FAR("healthy, 40 ms away"),
        REFUSES("refuses connections"),
        SILENT("black hole");

        private final String text;

        Aws(String text) {
            this.text = text;
        }
    }

    @Test
    void startsAndStopsHaveOneDeadlineHoweverManyRoutesThereAre() throws Exception {
        StringBuilder table = new StringBuilder("| AWS | routes | start | stop |\n|---|---|---|---|\n");
        time(Aws.ANSWERS, 1); // classes are loaded
        for (Aws aws : Aws.values()) {
            for (int routes : new int[] {1, 20, SoakSize.of(200, 60)}) {
                Times times = time(aws, routes);
                table.append(String.format(
                        Locale.ROOT,
                        "| %s | %d | %.1f s | %.1f s |%n",
                        aws.text,
                        routes,
                        times.start.toMillis() / 1000.0,
                        times.stop.toMillis() / 1000.0));
                assertThat(times.start).isLessThan(Duration.ofSeconds(30));
                assertThat(times.stop).isLessThan(Duration.ofSeconds(SHUTDOWN_SECONDS + 5));
            }
        }
        System.out.println("MEASURED\n" + table);
    }

    private record Times(Duration start, Duration stop) {}

    private static Times time(Aws aws, int routes) throws Exception {
        for (int i = 0; i < routes; i++) {
            AWS.aws().createBucket(name(aws, routes, i));
            String queue = name(aws, routes, i);
            AWS.aws().sqsClient().createQueue(create -> create.queueName(queue)).join();
        }
        try (TcpGate queues = new TcpGate(AWS.aws().sqsEndpoint());
                TcpGate objects = new TcpGate(AWS.aws().s3Endpoint())) {
            if (aws == Aws.REFUSES) {
                queues.shut();
                objects.shut();
            }
            if (aws == Aws.FAR) {
                queues.latency(FAR_AWAY);
                objects.latency(FAR_AWAY);
            }
            queues.silent(aws == Aws.SILENT);
            objects.silent(aws == Aws.SILENT);
            Main main = new Main();
            main.configure().setShutdownTimeout(SHUTDOWN_SECONDS);
            main.configure().addRoutesBuilder(routes(aws, routes));
            main.bind("s3", ClientsAt.s3(objects.uri(), AWS.aws()));
            main.bind("sqs", ClientsAt.sqs(queues.uri(), AWS.aws()));
            main.bind("sageMaker", AWS.aws().sageMakerClient());
            long begun = System.nanoTime();
            main.start();
            Duration start = Duration.ofNanos(System.nanoTime() - begun);
            assertThat(main.getCamelContext().getRoutesSize()).isEqualTo(routes);
            begun = System.nanoTime();
            main.stop();
            return new Times(start, Duration.ofNanos(System.nanoTime() - begun));
        }
    }

    private static String name(Aws aws, int routes, int i) {
        return "times-" + aws.name().toLowerCase(Locale.ROOT) + "-" + routes + "-" + i;
    }

    /** Half of them scan, half have a queue; each has a bucket of its own. */
    private static RouteBuilder routes(Aws aws, int routes) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                for (int i = 0; i < routes; i++) {
                    String name = name(aws, routes, i);
                    from("sagemaker-async:e" + i + "?outputLocation=s3://" + name + "/out/"
                                    + (i % 2 == 0 ? "&waitTimeSeconds=1&notificationQueue=" + name : ""))
                            .to("mock:done");
                }
            }
        };
    }
}
