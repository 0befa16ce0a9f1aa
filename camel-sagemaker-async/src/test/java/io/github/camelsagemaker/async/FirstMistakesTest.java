package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.camelsagemaker.async.testinfra.LocalAwsExtension;
import io.github.camelsagemaker.async.tracking.JdbcPendingInvocationStore;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.ConsumerTemplate;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import software.amazon.awssdk.auth.credentials.SystemPropertyCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * What a new user does wrong, and the first words about it: what is wrong, the value, and what to change; at the start, or with
 * the first message, and before anything is sent. What SageMaker tells of a started route is in {@link DiscoverEndpointTest}.
 */
@Timeout(120)
@Tag("any-camel")
class FirstMistakesTest {

    @RegisterExtension
    static final LocalAwsExtension AWS = new LocalAwsExtension();

    private final String id = UUID.randomUUID().toString();
    private final String bucket = "b-" + id;
    private final DefaultCamelContext context = new DefaultCamelContext();

    @BeforeEach
    void createEndpointAndClients() {
        AWS.aws().createBucket(bucket);
        AWS.aws()
                .endpoint("summarizer")
                .outputPath(at("out/"))
                .failurePath(at("failed/"))
                .create();
        AWS.aws().ledger().reset();
        context.getRegistry().bind("s3", AWS.aws().s3Client());
        context.getRegistry().bind("sqs", AWS.aws().sqsClient());
        context.getRegistry().bind("sns", AWS.aws().snsClient());
        context.getRegistry().bind("sageMaker", AWS.aws().sageMakerClient());
        context.getShutdownStrategy().setTimeout(1);
    }

    @AfterEach
    void stop() {
        context.stop();
    }

    private String at(String folder) {
        return "s3://" + bucket + "/" + folder;
    }

    private String results(String... options) {
        return "sagemaker-async:summarizer?outputLocation=" + at("out/")
                + (options.length == 0 ? "" : "&" + String.join("&", options));
    }

    private void route(String id, String from, String to) throws Exception {
        route(context, id, from, to);
    }

    private static void route(DefaultCamelContext camel, String id, String from, String to) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(from).routeId(id).to(to);
            }
        });
    }

    private Exchange send(Object body, Map<String, Object> headers) {
        return context.createProducerTemplate().send("direct:in", exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().getHeaders().putAll(headers);
        });
    }

    private static void assertTells(Throwable refusal, String... words) {
        assertThat(refusal).isNotNull();
        for (String word : words) {
            assertThat(refusal).hasStackTraceContaining(word);
        }
        assertThat(AWS.aws().ledger().calls("InvokeEndpointAsync")).isZero();
    }

    private static String option(String value) {
        return "Option " + value;
    }

    @Nested
    class InAConsumersUri {

        private void assertRefused(String uri, String... words) {
            Throwable refusal = catchThrowable(() -> {
                route("results", uri, "log:results");
                context.start();
            });

            assertTells(refusal, words);
            assertThat(context.isStarted()).isFalse();
        }

        @Test
        void noPlace() {
            assertRefused(
                    "sagemaker-async:summarizer",
                    "A consumer needs the option outputLocation",
                    "s3://bucket/prefix/",
                    "discoverEndpoint=true");
        }

        @Test
        void aPlaceThatIsNone() {
            assertRefused(
                    "sagemaker-async:summarizer?outputLocation=my-bucket/out",
                    option("outputLocation is 'my-bucket/out', but must be of the form s3://bucket/prefix/"));
        }

        @Test
        void aMisspeltOption() {
            assertRefused(
                    "sagemaker-async:summarizer?outputLoction=" + at("out/"), "outputLoction", "Unknown parameters");
        }

        @Test
        void aBucketThatDoesNotExist() {
            assertRefused(
                    "sagemaker-async:summarizer?outputLocation=s3://no-such-" + id + "/out/",
                    option("outputLocation is 's3://no-such-" + id + "/out/', but there is no bucket"),
                    "Create it, or correct the option");
        }

        @Test
        void anEndpointsArnForItsName() {
            assertRefused(
                    "sagemaker-async:arn:aws:sagemaker:us-east-1:000000000000:endpoint/summarizer?outputLocation="
                            + at("out/"),
                    "The SageMaker endpoint name in the URI is 'arn:aws:sagemaker:",
                    "must be 1 to 63 letters, digits and inner hyphens, as in my-endpoint");
        }

        @Test
        void halfOfTheCredentials() {
            assertRefused(
                    results("accessKey=AKIA"),
                    "Options accessKey and secretKey go together, but only accessKey is set");
        }

        @Test
        void keptResultsThatNothingRemembers() {
            assertRefused(
                    results("deleteAfterRead=false"),
                    "need the option idempotentRepository",
                    "idempotentRepository=#bean:myRepository");
        }

        @Test
        void aMisspeltQueue() {
            assertRefused(
                    results("notificationQueue=no-such-" + id),
                    "queue 'no-such-" + id + "' (option notificationQueue), which is not there in Region "
                            + AWS.aws().region() + " of the credentials' account",
                    "options region and queueOwnerAWSAccountId",
                    "autoCreateQueue=true makes a queue");
        }

        @Test
        void aQueueOfANamedAccountThatIsToBeMade() {
            String arn = "arn:aws:sqs:us-east-1:000000000000:no-such-" + id;

            assertRefused(
                    results("notificationQueue=" + arn, "autoCreateQueue=true"),
                    "autoCreateQueue=true makes a queue that is named without an account");
        }

        @Test
        void aQueueToCreateWithoutAName() {
            assertRefused(
                    results("autoCreateQueue=true"),
                    option("autoCreateQueue=true needs the option notificationQueue: the name of the queue"));
        }

        @Test
        void aQueuesArnForATopics() {
            String arn = "arn:aws:sqs:us-east-1:000000000000:results";

            assertRefused(
                    results("notificationQueue=q-" + id, "topicArn=" + arn),
                    option("topicArn has '" + arn + "', but must hold ARNs of SNS topics"));
        }

        @Test
        void aSecondRouteOnAPlace() throws Exception {
            route("first", results(), "log:results");

            assertRefused(
                    results("maxInFlight=2"),
                    "of route 'first' (sagemaker-async:summarizer) is '" + at("out/"),
                    "of route 'results' (sagemaker-async:summarizer) is '" + at("out/"),
                    "or let one route take the results for both");
        }

        @Test
        void payloadsWhereResultsAreLookedFor() throws Exception {
            route("requests", "direct:in", "sagemaker-async:summarizer?inputLocation=" + at("out/in/"));

            assertRefused(
                    results(),
                    "nputLocation of a producer (sagemaker-async:summarizer) is '" + at("out/in/"),
                    "utputLocation of route 'results' (sagemaker-async:summarizer) is '" + at("out/"),
                    "give each a place of its own");
        }

        @Test
        void theComponentsQueueForAProducerThatAwaits() throws Exception {
            AWS.aws().sqsClient().createQueue(q -> q.queueName("q-" + id)).join();
            SageMakerAsyncConfiguration all = context.getComponent("sagemaker-async", SageMakerAsyncComponent.class)
                    .getConfiguration();
            all.setNotificationQueue("q-" + id);
            all.setWaitTimeSeconds(1);
            route("requests", "direct:in", "sagemaker-async:summarizer?awaitResult=true");

            assertRefused(
                    results(),
                    "notificationQueue of ",
                    "a producer (sagemaker-async:summarizer)",
                    "route 'results' (sagemaker-async:summarizer)",
                    "give the producer a queue of its own by autoCreateQueue=true and topicArn");
        }

        @Test
        void noFailureLocation() throws Exception {
            route("results", results(), "log:results");

            assertThat(CapturedLog.of(context::start))
                    .filteredOn(line -> line.contains("failureLocation"))
                    .singleElement()
                    .asString()
                    .contains(
                            "sagemaker-async://summarizer", "looks for no failed inferences", "discoverEndpoint=true");
        }

        @Test
        void notIfThereIsOne() throws Exception {
            route("results", results("failureLocation=" + at("failed/")), "log:results");

            assertThat(CapturedLog.of(context::start)).noneMatch(line -> line.contains("failed inferences"));
        }

        @Test
        void secondsWhereMillisecondsAreMeant() throws Exception {
            route("results", results("delay=5", "startScheduler=false"), "log:results");

            assertThat(CapturedLog.of(context::start))
                    .anyMatch(line -> line.contains("WARN")
                            && line.contains("lists S3 every 5 ms, and each listing costs. Seconds of the option delay"
                                    + " are written as 5s"));
        }

        @Test
        void noCredentials() throws Exception {
            try (S3AsyncClient poor = S3AsyncClient.builder()
                    .region(Region.of(AWS.aws().region()))
                    .endpointOverride(AWS.aws().s3Endpoint())
                    .credentialsProvider(SystemPropertyCredentialsProvider.create())
                    .build()) {
                context.getRegistry().bind("poor", poor);
                route("results", results("s3AsyncClient=#poor", "initialDelay=3600000"), "log:results");

                assertThat(String.join("\n", CapturedLog.of(context::start)))
                        .contains(
                                "Whether bucket '" + bucket + "' of option outputLocation exists is not known",
                                "was not sent: there are no credentials. Set the options accessKey and secretKey",
                                "useProfileCredentialsProvider=true",
                                "AWS_PROFILE");
            }
        }

        @Test
        void noRegion() throws Exception {
            assumeThat(System.getenv("AWS_REGION")).isNull();
            System.setProperty("aws.configFile", "/no/such/file");
            System.setProperty("aws.disableEc2Metadata", "true");
            try (DefaultCamelContext bare = new DefaultCamelContext()) {
                assertThatThrownBy(() -> {
                            route(bare, "results", results(), "log:results");
                            bare.start();
                        })
                        .hasStackTraceContaining("client cannot be built")
                        .hasStackTraceContaining("a Region is set by the option region or by AWS_REGION");
            } finally {
                System.clearProperty("aws.configFile");
                System.clearProperty("aws.disableEc2Metadata");
            }
        }
    }

    @Nested
    class InAProducersUri {

        private void assertRefused(String options, String... words) {
            Throwable refusal = catchThrowable(() -> {
                route("requests", "direct:in", "sagemaker-async:summarizer?" + options);
                context.start();
            });

            assertTells(refusal, words);
            assertThat(context.isStarted()).isFalse();
        }

        @Test
        void aBeanThatIsNotThere() {
            assertRefused(
                    "pendingStore=#bean:orders",
                    option("pendingStore cannot be set: "),
                    "orders",
                    "Bind a bean of this name and type in the registry");
        }

        @Test
        void aStoreWhoseJdbcDriverIsNotThere() {
            context.getRegistry()
                    .bind(
                            "orders",
                            new JdbcPendingInvocationStore(new DriverManagerDataSource("jdbc:nosuchdb:orders")));

            assertRefused(
                    "pendingStore=#bean:orders",
                    "No suitable driver found for jdbc:nosuchdb:orders. Put the database's JDBC driver on the class path");
        }

        @Test
        void headersToKeepWithoutAStore() {
            assertRefused(
                    "pendingHeaders=customer",
                    option("pendingHeaders needs the option pendingStore"),
                    "set pendingStore=#bean:myStore, a JdbcPendingInvocationStore for example");
        }

        @Test
        void payloadsInS3WithoutAPlace() {
            assertRefused(
                    "payloadMode=S3",
                    option("payloadMode=S3 needs the option inputLocation, of the form s3://bucket/"));
        }

        @Test
        void aMisspeltNameInAList() {
            assertRefused(
                    "requestHeaders=InferenceIdd",
                    option("requestHeaders names 'InferenceIdd', but no request header matches it"),
                    "InferenceId, ");
        }

        @Test
        void aTimeThatIsNone() {
            assertRefused(
                    "awaitResult=true&resultTimeout=30sec",
                    option(
                            "resultTimeout is '30sec', but must be a whole number of milliseconds, or a duration such as"));
        }

        @Test
        void secondsWhereMillisecondsAreMeant() throws Exception {
            route("requests", "direct:in", "sagemaker-async:summarizer?awaitResult=true&resultTimeout=30");

            assertThat(CapturedLog.of(context::start))
                    .anyMatch(line -> line.contains("WARN")
                            && line.contains("Option resultTimeout is 30 ms, less than SageMaker needs for any result."
                                    + " Seconds are written as 30s"));
        }
    }

    @Nested
    class InTheFirstRequest {

        private Exchange first(Object body, Map<String, Object> headers) throws Exception {
            route("requests", "direct:in", "sagemaker-async:summarizer");
            context.start();
            return send(body, headers);
        }

        @Test
        void anEndpointThatDoesNotExist() throws Exception {
            route("requests", "direct:in", "sagemaker-async:summariser");
            context.start();

            assertThat(send("hello", Map.of()).getException())
                    .hasMessageContaining("endpoint 'summariser' (of the URI")
                    .hasMessageContaining("not found");
        }

        @Test
        void aHeaderThatTheRouteDidNotAllow() throws Exception {
            Map<String, Object> headers = Map.of(SageMakerAsyncConstants.REQUEST_INPUT_LOCATION, at("in/a"));

            assertTells(
                    first("hello", headers).getException(),
                    "Header " + SageMakerAsyncConstants.REQUEST_INPUT_LOCATION
                            + " is not honoured by the option requestHeaders",
                    "add InputLocation to the option");
        }

        @Test
        void aHeaderThatDoesNotExist() throws Exception {
            String header = SageMakerAsyncConstants.REQUEST_PREFIX + "Ttl";

            assertThat(CapturedLog.of(() -> first("hello", Map.of(header, 60))))
                    .filteredOn(line -> line.contains("WARN") && line.contains(header))
                    .singleElement()
                    .asString()
                    .contains("There is no request header " + header + ", so it has no effect", "TtlSeconds");
        }

        @Test
        void aHeaderOutsideOfItsLimits() throws Exception {
            Map<String, Object> headers = Map.of(SageMakerAsyncConstants.REQUEST_TTL_SECONDS, 30);

            assertTells(
                    first("hello", headers).getException(),
                    SageMakerAsyncConstants.REQUEST_TTL_SECONDS + " is '30', but must be 60 to 21600 seconds");
        }

        @Test
        void anObjectForABody() throws Exception {
            assertTells(
                    first(new Object(), Map.of()).getException(),
                    "The message body is a java.lang.Object, which cannot be converted to a stream of bytes",
                    "marshal or convertBodyTo");
        }

        @Test
        void aPayloadTooLargeForTheCall() throws Exception {
            assertTells(
                    first(new byte[128_001], Map.of()).getException(),
                    "The payload has 128001 bytes",
                    "has to go through S3. Set the option inputLocation to s3://bucket/prefix/");
        }
    }

    @Nested
    class InAPoll {

        private static final String POLLED = "a consumer that is polled (pollEnrich, ConsumerTemplate)";

        private void enriching(String id, String from, String polled) throws Exception {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from(from).routeId(id).pollEnrich(polled); // waits for ever
                }
            });
        }

        private void put(String bucket) {
            AWS.aws().putObject(bucket, "out/a", "result".getBytes(), "text/plain");
        }

        @Test
        void aPlaceThatAnotherStepPolls() throws Exception {
            enriching("first", "direct:first", results());
            enriching("second", "direct:in", results());
            context.start();
            put(bucket);
            assertThat(context.createProducerTemplate().requestBody("direct:first", "", String.class))
                    .isEqualTo("result");

            for (int poll = 1; poll <= 2; poll++) {
                assertTells(
                        send("hello", Map.of()).getException(),
                        option("outputLocation of " + POLLED + " (sagemaker-async:summarizer) is '" + at("out/")),
                        "but option outputLocation of " + POLLED,
                        "or let one route take the results for both");
            }
        }

        @Test
        void aBucketThatDoesNotExistUntilItDoes() throws Exception {
            String missing = "no-such-" + id;
            enriching("enriching", "direct:in", results().replace(bucket, missing));
            context.start();

            for (int poll = 1; poll <= 2; poll++) {
                assertTells(
                        send("hello", Map.of()).getException(),
                        option("outputLocation is 's3://" + missing + "/out/', but there is no bucket '" + missing),
                        "Create it, or correct the option");
            }

            AWS.aws().createBucket(missing);
            put(missing);
            assertThat(send("hello", Map.of()).getMessage().getBody(String.class))
                    .isEqualTo("result");
        }

        @Test
        void aPlaceThatARouteTakesUntilItIsStopped() throws Exception {
            route("results", results(), "log:results");
            context.start();
            try (ConsumerTemplate template = context.createConsumerTemplate()) {
                String polled = results("maxInFlight=2");

                assertTells(
                        catchThrowable(() -> template.receive(polled)),
                        "of " + POLLED + " (sagemaker-async:summarizer)",
                        "of route 'results' (sagemaker-async:summarizer)");

                context.getRouteController().stopRoute("results");
                put(bucket);
                Exchange received = template.receive(polled);
                assertThat(received.getMessage().getBody(String.class)).isEqualTo("result");
                template.doneUoW(received);
            }
        }
    }

    @Nested
    class Elsewhere {

        @Test
        void aMisspeltOptionOfCamelMain() {
            Main main = new Main();
            main.addInitialProperty("camel.component.sagemaker-async.regoin", "eu-west-1");
            try {
                assertThatThrownBy(main::start).hasStackTraceContaining("regoin");
            } finally {
                main.stop();
            }
        }

        @Test
        void aCamelThatIsTooOld() throws Exception {
            try (DefaultCamelContext old = new DefaultCamelContext() {
                @Override
                public String getVersion() {
                    return "4.13.0";
                }
            }) {
                assertThatThrownBy(() -> {
                            route(old, "results", results(), "log:results");
                            old.start();
                        })
                        .hasStackTraceContaining(
                                "Camel 4.13.0 is too old for camel-sagemaker-async, which needs 4.14 or newer");
            }
        }
    }
}
