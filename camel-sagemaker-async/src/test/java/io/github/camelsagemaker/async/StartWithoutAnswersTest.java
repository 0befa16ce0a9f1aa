package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.testinfra.Fault;
import io.github.camelsagemaker.async.testinfra.LocalAwsExtension;
import io.github.camelsagemaker.async.testinfra.Model;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** Routes start while AWS is away or silent, all within one deadline, and work when it is back. What is wrong refuses the start. */
@Timeout(180)
class StartWithoutAnswersTest {

    @RegisterExtension
    static final LocalAwsExtension AWS = new LocalAwsExtension();

    private static final int ROUTES = 4;

    private final String bucket = "b-" + UUID.randomUUID();
    private final DefaultCamelContext context = new DefaultCamelContext();
    private TcpGate queues;
    private TcpGate objects;
    private SqsAsyncClient sqs;
    private S3AsyncClient s3;

    @BeforeEach
    void clients() throws Exception {
        queues = new TcpGate(AWS.aws().sqsEndpoint());
        objects = new TcpGate(AWS.aws().s3Endpoint());
        sqs = ClientsAt.sqs(queues.uri(), AWS.aws());
        s3 = ClientsAt.s3(objects.uri(), AWS.aws());
        context.getRegistry().bind("sqs", sqs);
        context.getRegistry().bind("s3", s3);
        context.getRegistry().bind("sageMaker", AWS.aws().sageMakerClient());
        context.getShutdownStrategy().setTimeout(4);
        AWS.aws().createBucket(bucket);
    }

    @AfterEach
    void stop() {
        queues.silent(false);
        objects.silent(false);
        context.stop();
        sqs.close();
        s3.close();
        queues.close();
        objects.close();
        AWS.aws().faults().clear();
    }

    private static Duration time(Runnable step) {
        long start = System.nanoTime();
        step.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    /** Less than two routes would take one after the other. */
    private static Duration oneDeadline() {
        return Duration.ofSeconds(18);
    }

    private void route(String id, String uri) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(uri).routeId(id).to("mock:done");
            }
        });
    }

    private void queueRoutes(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            String queue = "q-" + i + "-" + bucket;
            AWS.aws().sqsClient().createQueue(create -> create.queueName(queue)).join();
            route(
                    "route-" + i,
                    "sagemaker-async:e?waitTimeSeconds=1&outputLocation=s3://" + bucket + "/out/&notificationQueue="
                            + queue);
        }
    }

    private HealthCheck.Result readiness(String route) {
        HealthCheck check = ((DefaultConsumer) context.getRoute(route).getConsumer()).getHealthCheck();
        return check.call(Map.of(HealthCheck.CHECK_KIND, HealthCheck.Kind.READINESS));
    }

    private void awaitReady(String route) {
        await().atMost(Duration.ofSeconds(60)).until(() -> readiness(route).getState() == HealthCheck.State.UP);
    }

    @Test
    void routesOfASilentSqsStartTogetherUnreadyAndReceiveWhenItAnswers() throws Exception {
        queueRoutes(ROUTES);
        queues.silent(true);

        assertThat(time(context::start)).isLessThan(oneDeadline());

        assertThat(context.getRoutes()).hasSize(ROUTES);
        assertThat(readiness("route-3")).satisfies(result -> {
            assertThat(result.getState()).isEqualTo(HealthCheck.State.DOWN);
            assertThat(result.getMessage().orElseThrow()).contains("notificationQueue");
        });
        queues.silent(false);
        awaitReady("route-3");
        await().until(() -> AWS.aws().ledger().calls("ReceiveMessage") > 0);
    }

    @Test
    void aRouteOfAnSqsThatRefusesConnectionsStartsAndReceivesWhenItIsBack() throws Exception {
        queueRoutes(1);
        queues.shut();

        context.start();

        assertThat(readiness("route-0").getState()).isEqualTo(HealthCheck.State.DOWN);
        queues.open();
        awaitReady("route-0");
    }

    @Test
    void aStopWhileTheQueueIsNotFoundYetEndsAndAStartAgainWorks() throws Exception {
        queueRoutes(1);
        queues.shut();
        context.start();
        context.getRouteController().stopRoute("route-0");
        queues.open();

        context.getRouteController().startRoute("route-0");

        awaitReady("route-0");
    }

    private void awaitingRoutes(int count) throws Exception {
        String topic = AWS.aws()
                .snsClient()
                .createTopic(create -> create.name("t-" + bucket))
                .join()
                .topicArn();
        AWS.aws()
                .endpoint("echo-" + bucket)
                .outputPath("s3://" + bucket + "/out/")
                .successTopic(topic)
                .errorTopic(topic)
                .model(Model.echo())
                .create();
        context.getRegistry().bind("sns", AWS.aws().snsClient());
        for (int i = 0; i < count; i++) {
            String uri =
                    "sagemaker-async:echo-" + bucket + "?awaitResult=true&autoCreateQueue=true&notificationQueue=own-"
                            + i + "-" + bucket + "&resultReconcileInterval=1000&waitTimeSeconds=1&topicArn=" + topic;
            String id = "awaiting-" + i;
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:" + id).routeId(id).to(uri);
                }
            });
        }
    }

    private List<String> ownQueues() {
        return AWS.aws().sqsClient().listQueues().join().queueUrls().stream()
                .filter(url -> url.contains("/own-") && url.contains(bucket))
                .toList();
    }

    private String replyTo(String route) {
        return context.createProducerTemplate().requestBody("direct:" + route, "hello", String.class);
    }

    @Test
    void routesThatAwaitResultsStartTogetherWithoutTheirQueuesAndFindResultsInS3UntilSqsAnswers() throws Exception {
        awaitingRoutes(ROUTES);
        queues.silent(true);

        assertThat(time(context::start)).isLessThan(oneDeadline());

        assertThat(replyTo("awaiting-3")).isEqualTo("hello");
        queues.silent(false);
        await().atMost(Duration.ofSeconds(60)).until(() -> ownQueues().size() == ROUTES);
        await().until(() -> AWS.aws().ledger().calls("ReceiveMessage") > 0);
        assertThat(replyTo("awaiting-0")).isEqualTo("hello");
        context.stop();
        await().until(() -> ownQueues().isEmpty());
    }

    @Test
    void aRouteThatAwaitsResultsAndIsStoppedBeforeItsQueueWasMadeLeavesNone() throws Exception {
        awaitingRoutes(1);
        queues.shut();
        context.start();
        assertThat(replyTo("awaiting-0")).isEqualTo("hello");
        queues.open();
        context.stop();

        await().until(() -> ownQueues().isEmpty());
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.isAlive() && thread.getName().contains("SageMakerAsyncReplyVisibility"));
    }

    @Test
    void aQueueThatDoesNotExistOrIsDeniedRefusesTheStartNamingOptionAndQueue() throws Exception {
        context.start();
        String uri = "sagemaker-async:e?outputLocation=s3://" + bucket + "/out/&notificationQueue=missing";
        assertThatThrownBy(() -> route("missing", uri))
                .hasStackTraceContaining("option notificationQueue")
                .hasStackTraceContaining("missing");

        AWS.aws().faults().forCalls("GetQueueUrl", 1, Fault.accessDenied403());
        assertThatThrownBy(() -> route("denied", uri + "2"))
                .hasStackTraceContaining("option notificationQueue")
                .hasStackTraceContaining("missing2");
    }

    @Test
    void routesOfASilentS3StartTogether() throws Exception {
        objects.silent(true);
        for (int i = 0; i < ROUTES; i++) {
            route("route-" + i, "sagemaker-async:e" + i + "?outputLocation=s3://silent-" + i + "/out/");
        }

        assertThat(time(context::start)).isLessThan(oneDeadline());

        assertThat(readiness("route-0").getState()).isEqualTo(HealthCheck.State.DOWN);
    }

    @Test
    void aScanIsReadyBeforeItsFirstPollOnceItsBucketWasFound() throws Exception {
        route("scan", "sagemaker-async:e?initialDelay=3600000&outputLocation=s3://" + bucket + "/out/");
        context.start();

        assertThat(readiness("scan").getState()).isEqualTo(HealthCheck.State.UP);
    }
}
