package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.console.SageMakerAsyncDevConsole;
import io.github.camelsagemaker.async.testinfra.Fault;
import io.github.camelsagemaker.async.testinfra.LocalAwsExtension;
import io.github.camelsagemaker.async.testinfra.LocalEndpoint;
import io.github.camelsagemaker.async.testinfra.ModelException;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import java.io.File;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.ConsumerTemplate;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.console.DevConsole;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.apache.camel.util.function.ThrowingRunnable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sagemaker.SageMakerAsyncClient;

/** A consumer that is told its SageMaker endpoint alone finds out where that writes, and which topics it tells. */
@Timeout(180)
@Tag("any-camel")
class DiscoverEndpointTest {

    @RegisterExtension
    static final LocalAwsExtension AWS = new LocalAwsExtension();

    private static final Duration SOON = Duration.ofSeconds(60);

    private final String id = UUID.randomUUID().toString().substring(0, 8);
    private final String name = "e-" + id;
    private final String bucket = "b-" + id;
    private final List<Message> emitted = new CopyOnWriteArrayList<>();
    private final List<Throwable> reported = new CopyOnWriteArrayList<>();
    private final DefaultCamelContext context = new DefaultCamelContext();
    private TcpGate gate;

    @BeforeEach
    void configure() throws Exception {
        AWS.aws().ledger().reset();
        AWS.aws().createBucket(bucket);
        gate = new TcpGate(AWS.aws().sageMakerEndpoint());
        context.getRegistry().bind("s3", AWS.aws().s3Client());
        context.getRegistry().bind("sqs", AWS.aws().sqsClient());
        context.getRegistry().bind("sns", AWS.aws().snsClient());
        context.getRegistry().bind("runtime", AWS.aws().sageMakerClient());
        context.getRegistry().bind("reported", new ExceptionHandler() {
            @Override
            public void handleException(Throwable exception) {
                reported.add(exception);
            }

            @Override
            public void handleException(String message, Throwable exception) {
                reported.add(exception);
            }

            @Override
            public void handleException(String message, Exchange exchange, Throwable exception) {
                reported.add(exception);
            }
        });
        SageMakerAsyncComponent component = context.getComponent("sagemaker-async", SageMakerAsyncComponent.class);
        component.comparedAfter = 100;
        SageMakerAsyncConfiguration options = component.getConfiguration();
        options.setWaitTimeSeconds(1);
        // What is left for these is a client of the control plane.
        options.setRegion(AWS.aws().region());
        options.setAccessKey(AWS.aws().accessKeyId());
        options.setSecretKey(AWS.aws().secretAccessKey());
        options.setOverrideEndpoint(true);
        options.setUriEndpointOverride(gate.uri().toString());
        context.getShutdownStrategy().setTimeout(4);
    }

    @AfterEach
    void stop() {
        gate.silent(false);
        context.stop();
        gate.close();
        AWS.aws().faults().clear();
    }

    private String at(String folder) {
        return "s3://" + bucket + "/" + folder;
    }

    private LocalEndpoint.Builder endpoint() {
        return AWS.aws().endpoint(name).outputPath(at("out/")).model(request -> {
            if (request.text().equals("bad")) {
                throw new ModelException("bad input");
            }
            return ModelResponse.text(request.text().toUpperCase());
        });
    }

    private String topic(String suffix) {
        return AWS.aws()
                .snsClient()
                .createTopic(create -> create.name("t-" + id + suffix))
                .join()
                .topicArn();
    }

    private String scan(String options) {
        return "sagemaker-async:" + name + "?discoverEndpoint=true&delay=100&initialDelay=0&exceptionHandler=#reported"
                + options;
    }

    private String queue(String options) {
        return "sagemaker-async:" + name + "?discoverEndpoint=true&autoCreateQueue=true&exceptionHandler=#reported"
                + "&notificationQueue=q-" + id + options;
    }

    private void route(String routeId, String uri) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(uri)
                        .routeId(routeId)
                        .process(exchange -> emitted.add(exchange.getMessage().copy()));
            }
        });
    }

    private void start(String uri) throws Exception {
        context.start();
        route("results", uri);
    }

    private void send(String... bodies) {
        for (String body : bodies) {
            context.createProducerTemplate().sendBody("sagemaker-async:" + name, body);
        }
    }

    private void awaitBodies(String... bodies) {
        await().atMost(SOON).untilAsserted(() -> assertThat(emitted)
                .map(message -> message.getBody(String.class))
                .containsExactlyInAnyOrder(bodies));
    }

    private HealthCheck.Result readiness(String routeId) {
        HealthCheck check = ((DefaultConsumer) context.getRoute(routeId).getConsumer()).getHealthCheck();
        return check.call(Map.of(HealthCheck.CHECK_KIND, HealthCheck.Kind.READINESS));
    }

    private void awaitReady(String routeId) {
        await().atMost(SOON).until(() -> readiness(routeId).getState() == HealthCheck.State.UP);
    }

    private List<String> keys() {
        return AWS.aws().keys(bucket, "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://%s/out", "https://s3.us-east-1.amazonaws.com/%s/out"})
    void aScanNeedsNothingButTheEndpoint(String output) throws Exception {
        endpoint()
                .outputPath(String.format(output, bucket))
                .failurePath(at("out/failed"))
                .create();
        start(scan(""));
        send("good", "bad");

        awaitBodies("GOOD", "bad input");
        assertThat(emitted)
                .map(message -> message.getHeader(SageMakerAsyncConstants.INVOCATION_STATUS))
                .containsExactlyInAnyOrder(InferenceStatus.COMPLETED, InferenceStatus.FAILED);
        await().until(() -> keys().isEmpty());
    }

    @Test
    void anEndpointWithoutAFailurePathBringsItsResults() throws Exception {
        endpoint().create();
        start(scan(""));
        send("good");

        awaitBodies("GOOD");
    }

    @Test
    void aMissingQueueIsMadeAndToldOfByTheEndpointsOwnTopics() throws Exception {
        endpoint()
                .failurePath(at("failed/"))
                .successTopic(topic("-done"))
                .errorTopic(topic("-failed"))
                .create();
        start(queue(""));
        send("good", "bad");

        await().atMost(SOON).until(() -> emitted.size() == 2);
        assertThat(emitted)
                .map(message -> message.getHeader(SageMakerAsyncConstants.INVOCATION_STATUS))
                .containsExactlyInAnyOrder(InferenceStatus.COMPLETED, InferenceStatus.FAILED);
        assertThat(AWS.aws().ledger().calls("ListObjectsV2")).isZero();
    }

    @Test
    void oneTopicForBothIsSubscribedToOnce() throws Exception {
        String topic = topic("");
        endpoint().successTopic(topic).errorTopic(topic).create();
        start(queue(""));

        assertThat(AWS.aws().ledger().calls("Subscribe")).isEqualTo(1);
    }

    @Test
    void aTopicThatIsGivenIsTheOneThatIsSubscribedTo() throws Exception {
        String given = topic("-given");
        endpoint().successTopic(topic("-own")).create();
        start(queue("&topicArn=" + given));

        assertThat(AWS.aws()
                        .snsClient()
                        .listSubscriptionsByTopic(list -> list.topicArn(given))
                        .join()
                        .subscriptions())
                .hasSize(1);
        assertThat(AWS.aws().ledger().calls("Subscribe")).isEqualTo(1);
    }

    @Test
    void aQueueThatIsThereIsNotSubscribed() throws Exception {
        String topic = topic("");
        endpoint().successTopic(topic).create();
        AWS.aws().subscribe("q-" + id, topic, true);
        AWS.aws().ledger().reset();
        start(queue("").replace("&autoCreateQueue=true", ""));
        send("good");

        awaitBodies("GOOD");
        assertThat(AWS.aws().ledger().calls("Subscribe")).isZero();
    }

    @Test
    void aPlaceBelowTheEndpointsOwnIsKept() throws Exception {
        endpoint().create();
        AWS.aws().putObject(bucket, "out/other", "other".getBytes(), "text/plain");
        AWS.aws().putObject(bucket, "out/part/mine", "mine".getBytes(), "text/plain");
        start(scan("&outputLocation=" + at("out/part")));

        awaitBodies("mine");
        await().until(() -> keys().equals(List.of("out/other")));
    }

    @ParameterizedTest
    @CsvSource({
        "outputLocation, outside/, S3OutputPath",
        "outputLocation, '', S3OutputPath",
        "outputLocation, ou, S3OutputPath",
        "failureLocation, out/failed/, S3FailurePath"
    })
    void aPlaceThatDoesNotFitIsRefusedNamingBoth(String option, String given, String member) {
        endpoint().create();

        assertThatThrownBy(() -> start(scan("&" + option + "=" + at(given))))
                .hasStackTraceContaining("Option " + option + " is '" + at(given))
                .hasStackTraceContaining(member)
                .hasStackTraceContaining(name)
                .hasStackTraceContaining("discoverEndpoint");
    }

    @Test
    void twoRoutesOfOneEndpointAreRefusedAsWithGivenPlaces() throws Exception {
        endpoint().create();
        start(scan(""));

        assertThatThrownBy(() -> route("second", scan("&maxInFlight=2")))
                .hasStackTraceContaining("route 'results'")
                .hasStackTraceContaining("route 'second'")
                .hasStackTraceContaining(at("out/"));
    }

    @Test
    void aQueueThatNoTopicWouldTellIsRefused() {
        endpoint().create();

        assertThatThrownBy(() -> start(queue("")))
                .hasStackTraceContaining("SuccessTopic")
                .hasStackTraceContaining(name);
        assertThat(AWS.aws().ledger().calls("CreateQueue")).isZero();
    }

    @Test
    void aQueueWithoutANameIsRefused() {
        endpoint().successTopic(topic("")).create();

        assertThatThrownBy(() -> start(scan("&autoCreateQueue=true"))).hasStackTraceContaining("notificationQueue");
    }

    @Test
    void anOptionThatIsWrongIsRefusedBeforeSageMakerIsAsked() throws Exception {
        gate.shut();

        assertThatThrownBy(() -> start(scan("&maxInFlight=0"))).hasStackTraceContaining("Option maxInFlight is 0");
    }

    @Test
    void anEndpointThatDoesNotExistIsRefusedUntilItDoes() throws Exception {
        context.start();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(scan(""))
                        .routeId("results")
                        .autoStartup(false)
                        .process(exchange -> emitted.add(exchange.getMessage().copy()));
            }
        });
        assertThatThrownBy(() -> context.getRouteController().startRoute("results"))
                .hasStackTraceContaining("Could not find endpoint")
                .hasStackTraceContaining(name)
                .hasStackTraceContaining("discoverEndpoint");

        endpoint().create();
        context.getRouteController().startRoute("results");
        send("good");
        awaitBodies("GOOD");
    }

    @Test
    void anEndpointThatFailedIsRefusedWithItsReason() {
        endpoint().status("Failed").create();

        assertThatThrownBy(() -> start(scan("")))
                .hasStackTraceContaining("status Failed (No capacity in the Region.). Create it again");
    }

    @Test
    void anEndpointThatIsBeingDeletedIsRefusedWithoutAReason() {
        endpoint().status("Deleting").create();

        assertThatThrownBy(() -> start(scan(""))).hasStackTraceContaining("status Deleting. Create it again");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rubbish", "s3://", "https://example.com/out"})
    void anOddPlaceOfTheEndpointIsRefusedNamingBoth(String path) {
        endpoint().outputPath(path).create();

        assertThatThrownBy(() -> start(scan("")))
                .hasStackTraceContaining("The S3OutputPath of endpoint '" + name + "'")
                .hasStackTraceContaining("is '" + path + "', which is no place in S3");
    }

    @Test
    void aPlaceThatTheEndpointDoesNotHaveIsNotNull() {
        endpoint().create();

        assertThatThrownBy(() -> start(scan("&failureLocation=" + at("failed/"))))
                .hasStackTraceContaining("endpoint '" + name + "' (option discoverEndpoint) has no S3FailurePath");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Creating", "OutOfService"})
    void anEndpointThatIsNotThereYetIsAwaited(String status) throws Exception {
        endpoint().status(status).create();
        start(scan(""));
        AWS.aws().putObject(bucket, "out/a", "early".getBytes(), "text/plain");

        awaitBodies("early");
    }

    @Test
    void anEndpointThatIsNotAsynchronousIsRefused() {
        AWS.aws().endpoint(name).realTime().create();

        assertThatThrownBy(() -> start(scan("")))
                .hasStackTraceContaining("not asynchronous")
                .hasStackTraceContaining(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DescribeEndpoint", "DescribeEndpointConfig"})
    void aMissingPermissionIsNamed(String operation) {
        endpoint().create();
        AWS.aws().faults().forCalls(operation, 1, Fault.accessDenied403());

        assertThatThrownBy(() -> start(scan(""))).hasStackTraceContaining("permission sagemaker:" + operation);
    }

    @Test
    void anAnswerOfSomethingOnTheWayIsNone() throws Exception {
        endpoint().create();
        Fault portal = new Fault.ForeignAnswer(200, "text/html", "<html>Welcome</html>");
        AWS.aws().faults().forCalls("DescribeEndpoint", 5, portal);
        start(scan(""));
        send("good");

        awaitBodies("GOOD");
    }

    private void routesOfASilentSageMaker(boolean byQueue) throws Exception {
        String topic = topic("");
        endpoint().successTopic(topic).errorTopic(topic).create();
        for (int i = 0; i < 3; i++) {
            String own = name + i;
            AWS.aws().endpoint(own).outputPath(at(i + "/")).successTopic(topic).create();
            route("route-" + i, (byQueue ? queue("-" + i) : scan("")).replace(name, own));
        }
        gate.silent(true);
        long begin = System.nanoTime();
        context.start();

        String another = name + "-another";
        AWS.aws()
                .endpoint(another)
                .outputPath(at("another/"))
                .successTopic(topic)
                .create();
        route("another", (byQueue ? queue("-another") : scan("")).replace(name, another));

        // Less than two of them would take one after the other.
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(18));
        assertThat(readiness("route-2")).satisfies(result -> {
            assertThat(result.getState()).isEqualTo(HealthCheck.State.DOWN);
            assertThat(result.getMessage().orElseThrow()).contains("discoverEndpoint");
        });
        gate.silent(false);
        awaitReady("route-0");
        awaitReady("route-2");
    }

    @Test
    void scansOfASilentSageMakerStartTogetherUnreadyAndListWhenItAnswers() throws Exception {
        routesOfASilentSageMaker(false);
        AWS.aws().putObject(bucket, "2/a", "late".getBytes(), "text/plain");

        awaitBodies("late");
    }

    @Test
    void queuesOfASilentSageMakerAreMadeWhenItAnswers() throws Exception {
        routesOfASilentSageMaker(true);

        await().atMost(SOON).until(() -> AWS.aws().ledger().calls("Subscribe") == 4);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRouteOfASageMakerThatRefusesConnectionsStartsAndWorksWhenItIsBack(boolean byQueue) throws Exception {
        String topic = topic("");
        endpoint().successTopic(topic).errorTopic(topic).create();
        gate.shut();
        start(byQueue ? queue("") : scan(""));
        assertThat(readiness("results").getState()).isEqualTo(HealthCheck.State.DOWN);

        gate.open();
        awaitReady("results");
        send("good");
        awaitBodies("GOOD");
        assertThat(reported).isEmpty();
    }

    @Test
    void whatIsWrongWhenSageMakerAnswersLateIsAskedForAgain() throws Exception {
        gate.shut();
        start(scan("&outputLocation=" + at("new/")));
        endpoint().create();
        gate.open();
        await().atMost(SOON).until(() -> AWS.aws().ledger().calls("DescribeEndpointConfig") > 0);
        assertThat(readiness("results").getState()).isEqualTo(HealthCheck.State.DOWN);

        endpoint().outputPath(at("new/")).create();
        send("good");
        awaitBodies("GOOD");
        awaitReady("results");
    }

    @Test
    void aBucketThatIsMissingWhenSageMakerAnswersLateIsReportedOnceAndMayBeMadeLater() throws Exception {
        String later = "later-" + id;
        endpoint().outputPath("s3://" + later + "/out/").create();
        gate.shut();
        start(scan(""));
        gate.open();
        await().atMost(SOON).until(() -> !reported.isEmpty());
        assertThat(reported.get(0)).hasMessageContaining("there is no bucket '" + later + "'");
        assertThat(readiness("results").getState()).isEqualTo(HealthCheck.State.DOWN);

        AWS.aws().createBucket(later);
        awaitReady("results");
        send("good");
        awaitBodies("GOOD");
        assertThat(reported).hasSize(1);
    }

    @Test
    void theConsoleNamesAnEndpointThatIsNotReadYetWithoutTheSecretsOfItsUri() throws Exception {
        gate.shut();
        start(scan("&accessKey=a&secretKey=private"));
        SageMakerAsyncDevConsole console = new SageMakerAsyncDevConsole();
        console.setCamelContext(context);

        assertThat((String) console.call(DevConsole.MediaType.TEXT, Map.of()))
                .startsWith("SageMaker endpoint " + name + "\n    consumer results\n")
                .doesNotContain("private");
        assertThat((String)
                        console.call(DevConsole.MediaType.TEXT, Map.of(SageMakerAsyncDevConsole.ENDPOINT_NAME, name)))
                .contains("consumer results");
    }

    @Test
    void aConsumerThatIsPolledIsNamedByItsUri() throws Exception {
        gate.shut();
        context.start();

        String log = logOf(() -> {
            try (ConsumerTemplate template = context.createConsumerTemplate()) {
                template.receive(scan(""), 1);
            }
        });

        assertThat(log)
                .contains("The polled consumer of sagemaker-async://" + name)
                .doesNotContain("Route null");
    }

    @Test
    void whatOnlyTheRouteCanMendIsReported() throws Exception {
        endpoint().create();
        gate.shut();
        start(scan(""));
        route("second", scan("&maxInFlight=2"));
        gate.open();

        await().atMost(SOON).until(() -> !reported.isEmpty());
        assertThat(reported.get(0))
                .hasMessageContaining("route 'results'")
                .hasMessageContaining("route 'second'")
                .hasMessageContaining(at("out/"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aStopBeforeSageMakerAnswersEndsAndAStartAgainWorks(boolean silent) throws Exception {
        endpoint().create();
        if (silent) {
            gate.silent(true);
        } else {
            gate.shut();
        }
        start(scan(""));
        context.getRouteController().stopRoute("results");
        if (silent) {
            gate.silent(false);
        } else {
            gate.open();
        }
        AWS.aws().putObject(bucket, "out/a", "early".getBytes(), "text/plain");
        await().during(Duration.ofSeconds(1)).atMost(SOON).until(emitted::isEmpty);

        context.getRouteController().startRoute("results");
        awaitBodies("early");
    }

    @Test
    void aStopEndsThoughARepositoryIsSilentWhenSageMakerHasAnsweredLate() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        context.getRegistry().bind("silent", new MemoryIdempotentRepository() {
            @Override
            protected void doStart() throws Exception {
                asked.countDown();
                answer.await();
                super.doStart();
            }
        });
        endpoint().create();
        gate.shut();
        start(scan("&idempotentRepository=#silent"));
        gate.open();
        try {
            assertThat(asked.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();

            CompletableFuture<Void> stopped = CompletableFuture.runAsync(() -> {
                try {
                    context.getRouteController().stopRoute("results");
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            assertThat(stopped).succeedsWithin(SOON);
        } finally {
            answer.countDown();
        }

        context.getRouteController().startRoute("results");
        send("good");
        awaitBodies("GOOD");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRouteThatIsSuspendedBeforeSageMakerAnswersTakesNothingUntilItIsResumed(boolean byQueue) throws Exception {
        String topic = topic("");
        endpoint().successTopic(topic).errorTopic(topic).create();
        gate.shut();
        start(byQueue ? queue("") : scan(""));
        context.getRouteController().suspendRoute("results");
        gate.open();
        awaitReady("results");
        send("good");
        await().during(Duration.ofSeconds(1)).atMost(SOON).until(emitted::isEmpty);

        context.getRouteController().resumeRoute("results");
        awaitBodies("GOOD");
    }

    @Test
    void theEndpointIsReadAgainAtEachStart() throws Exception {
        endpoint().create();
        start(scan(""));
        context.getRouteController().stopRoute("results");
        endpoint().outputPath(at("new/")).create();

        context.getRouteController().startRoute("results");
        send("good");
        awaitBodies("GOOD");
    }

    @Test
    void aBucketAloneIsAPlaceToo() throws Exception {
        endpoint()
                .outputPath("https://" + bucket + ".s3.amazonaws.com")
                .failurePath(at("failed"))
                .create();
        start(scan(""));
        send("good", "bad");

        awaitBodies("GOOD", "bad input");
    }

    private SageMakerAsyncClient control() {
        return SageMakerAsyncClient.builder()
                .region(Region.of(AWS.aws().region()))
                .endpointOverride(AWS.aws().sageMakerEndpoint())
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(
                        AWS.aws().accessKeyId(), AWS.aws().secretAccessKey())))
                .build();
    }

    @Test
    void aClientInTheRegistryIsTakenAndStaysOpen() throws Exception {
        endpoint().create();
        gate.shut();
        try (SageMakerAsyncClient client = control()) {
            context.getRegistry().bind("control", client);
            start(scan(""));
            send("good");
            awaitBodies("GOOD");

            context.stop();
            assertThat(client.describeEndpoint(ask -> ask.endpointName(name))
                            .join()
                            .endpointName())
                    .isEqualTo(name);
        }
    }

    @Test
    void aClientInTheRegistryGivesWayToAnAddressInTheUri() throws Exception {
        endpoint().create();
        gate.shut();
        try (SageMakerAsyncClient client = control()) {
            context.getRegistry().bind("control", client);
            start(scan("&checkBucketsAtStart=false&overrideEndpoint=true&uriEndpointOverride=" + gate.uri()));

            assertThat(readiness("results").getState()).isEqualTo(HealthCheck.State.DOWN);
            assertThat(AWS.aws().ledger().calls("DescribeEndpoint")).isZero();
        }
    }

    @Test
    void twoClientsInTheRegistryAreRefusedNamingBoth() {
        endpoint().create();
        try (SageMakerAsyncClient client = control()) {
            context.getRegistry().bind("control-a", client);
            context.getRegistry().bind("control-b", client);
            context.getRegistry().bind("control-c", control());

            assertThatThrownBy(() -> start(scan("")))
                    .hasStackTraceContaining("Which of the beans [control-a, control-b, control-c] is meant")
                    .hasStackTraceContaining("make one of them primary");
        }
    }

    /** A route with places of its own. */
    private void given(String routeId, String options) throws Exception {
        route(
                routeId,
                "sagemaker-async:" + name + routeId + "?initialDelay=3600000&exceptionHandler=#reported&outputLocation="
                        + at(routeId + "/") + options);
    }

    private LocalEndpoint.Builder endpoint(String routeId) {
        return AWS.aws().endpoint(name + routeId).outputPath(at(routeId + "/"));
    }

    private String logOf(ThrowingRunnable<Exception> task) throws Exception {
        return CapturedLog.of(task).stream()
                .filter(line -> line.contains("WARN") && line.contains(name))
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    @Test
    void routesThatWouldBeSilentForEverAreWarnedOfOnce() throws Exception {
        endpoint("-a").outputPath(at("elsewhere/")).create();
        endpoint("-b").failurePath(at("failed/")).create();
        AWS.aws().endpoint(name + "-d").realTime().create();
        endpoint("-e").status("Failed").create();
        endpoint("-f").create();
        AWS.aws().subscribe("q-" + id, topic(""), true);
        try (SageMakerAsyncClient client = control()) {
            context.getRegistry().bind("control", client);

            String log = logOf(() -> {
                given("-a", "&notificationQueue=q-" + id);
                given("-b", "");
                given("-c", "");
                given("-d", "");
                given("-e", "");
                given("-f", "&failureLocation=" + at("-f-failed/"));
                context.start();
                context.getRouteController().stopRoute("-a");
                context.getRouteController().startRoute("-a");
                await().atMost(SOON)
                        .until(() -> AWS.aws().ledger().calls("DescribeEndpoint") >= 6
                                && AWS.aws().ledger().calls("DescribeEndpointConfig") >= 4);
                await().during(Duration.ofSeconds(2)).until(() -> true);
            });

            assertThat(log.lines().toList())
                    .anySatisfy(line -> assertThat(line)
                            .contains(
                                    "Route -a may", "outputLocation", at("-a/"), at("elsewhere/"), "discoverEndpoint"))
                    .anySatisfy(line ->
                            assertThat(line).contains("Route -b gets no failed", "failureLocation", at("failed/")))
                    .anySatisfy(line -> assertThat(line).contains("Route -c may", "Could not find endpoint"))
                    .anySatisfy(line -> assertThat(line).contains("Route -d may", "not asynchronous"))
                    .anySatisfy(line -> assertThat(line).contains("Route -e may", "status Failed", "No capacity"))
                    .anySatisfy(line -> assertThat(line).contains("Route -f may", "failureLocation", at("-f-failed/")));
            assertThat(log.lines().filter(line -> line.contains("Route "))).hasSize(6);
            assertThat(reported).isEmpty();
        }
    }

    @Test
    void routesThatFitAreNotWarnedOf() throws Exception {
        endpoint("-a").failurePath(at("-a/failed/")).create();
        endpoint("-b").outputPath(at("-b/deep/")).failurePath(at("-b/failed/")).create();
        endpoint("-c").outputPath(at("elsewhere/")).failurePath(at("failed/")).create();
        try (SageMakerAsyncClient client = control()) {
            context.getRegistry().bind("control", client);

            String log = logOf(() -> {
                given("-a", "&failureLocation=" + at("-a/failed/"));
                given("-b", "&failureLocation=" + at("-b/failed/"));
                route("-c", scan("").replace(name, name + "-c"));
                context.start();
                await().atMost(SOON).until(() -> AWS.aws().ledger().calls("DescribeEndpointConfig") == 3);
                await().during(Duration.ofMillis(500)).until(() -> true);
            });

            assertThat(log).isEmpty();
            assertThat(AWS.aws().ledger().calls("DescribeEndpoint")).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"DescribeEndpoint", "DescribeEndpointConfig"})
    void whoMayNotAskIsNotWarned(String operation) throws Exception {
        endpoint("-a").outputPath(at("elsewhere/")).create();
        AWS.aws().faults().forCalls(operation, 1, Fault.accessDenied403());
        try (SageMakerAsyncClient client = control()) {
            context.getRegistry().bind("control", client);

            String log = logOf(() -> {
                given("-a", "");
                context.start();
                await().atMost(SOON).until(() -> AWS.aws().ledger().calls(operation) == 1);
                await().during(Duration.ofMillis(500)).until(() -> true);
            });

            assertThat(log).isEmpty();
        }
    }

    @Test
    void whereClientsOfOtherServicesWereGivenAloneSageMakerIsNotAsked() throws Exception {
        endpoint("-a").outputPath(at("elsewhere/")).create();
        given("-a", "");
        context.start();

        await().during(Duration.ofSeconds(1))
                .atMost(SOON)
                .until(() -> AWS.aws().ledger().calls("DescribeEndpoint") == 0);
    }

    @Test
    void withoutTheModuleTheStartNamesItAndOtherRoutesStart() throws Exception {
        List<URL> path = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (!new File(entry).getName().matches("sagemaker-\\d.*\\.jar")) {
                path.add(new File(entry).toURI().toURL());
            }
        }
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader without =
                new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Thread.currentThread().setContextClassLoader(without);
            Object run = Class.forName(WithoutModule.class.getName(), true, without)
                    .getDeclaredConstructor()
                    .newInstance();

            assertThat(((Supplier<?>) run).get().toString())
                    .startsWith("started ")
                    .contains("discoverEndpoint", "software.amazon.awssdk:sagemaker");
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    /** Is loaded where there is no such module. */
    public static final class WithoutModule implements Supplier<String> {

        @Override
        public String get() {
            return started("&initialDelay=3600000&checkBucketsAtStart=false&outputLocation=s3://bucket/out/") + " "
                    + started("&discoverEndpoint=true");
        }

        private static String started(String options) {
            try (DefaultCamelContext context = new DefaultCamelContext()) {
                context.addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        from("sagemaker-async:e?region=eu-west-1" + options).to("log:never");
                    }
                });
                context.start();
                return "started";
            } catch (Exception e) {
                return Stream.iterate((Throwable) e, Objects::nonNull, Throwable::getCause)
                        .map(Throwable::toString)
                        .collect(Collectors.joining(" "));
            }
        }
    }
}
