package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.error.InferenceFailedException;
import io.github.camelsagemaker.async.error.ReplyCancelledException;
import io.github.camelsagemaker.async.error.ResultTimedOutException;
import io.github.camelsagemaker.async.internal.reply.ReplyQueue;
import io.github.camelsagemaker.async.testinfra.Fault;
import io.github.camelsagemaker.async.testinfra.LocalEndpoint;
import io.github.camelsagemaker.async.testinfra.notification.FinishedInvocation;
import io.github.camelsagemaker.async.testinfra.notification.NotificationFaults;
import io.github.camelsagemaker.async.testinfra.notification.NotificationJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.support.DefaultThreadPoolFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** A route that waits for its result, and finds out about it by a queue, through real sockets. */
class ReplyQueueTest extends ReplyTestSupport {

    private final String prefix = bucket;
    private String success;
    private String error;

    @BeforeEach
    void createTopics() {
        success = topic("success-" + bucket);
        error = topic("error-" + bucket);
        endpoint(true);
    }

    private static String topic(String name) {
        return AWS.aws().snsClient().createTopic(r -> r.name(name)).join().topicArn();
    }

    private void endpoint(boolean responseInNotification) {
        LocalEndpoint.Builder endpoint = endpoint().successTopic(success).errorTopic(error);
        (responseInNotification ? endpoint.responseInNotification() : endpoint).create();
    }

    @Nested
    class Results {

        @Test
        void theExchangeGoesOnWithTheResultInTheNotificationAndS3IsNotRead() throws Exception {
            route(own(""));

            Exchange exchange = send("hello");

            assertThat(exchange.getException()).isNull();
            assertThat(exchange.getMessage().getBody()).isEqualTo("echo of hello".getBytes(StandardCharsets.UTF_8));
            assertThat(exchange.getMessage().getHeaders())
                    .containsEntry(SageMakerAsyncConstants.INVOCATION_STATUS, InferenceStatus.COMPLETED)
                    .containsEntry(SageMakerAsyncConstants.INFERENCE_ID, "id-of-hello")
                    .containsEntry(SageMakerAsyncConstants.ENDPOINT_NAME, "echo")
                    .containsEntry(SageMakerAsyncConstants.CONTENT_TYPE, "text/x-echo")
                    .containsEntry(SageMakerAsyncConstants.CONTENT_LENGTH, 13L)
                    .containsKeys(
                            SageMakerAsyncConstants.OUTPUT_LOCATION,
                            SageMakerAsyncConstants.FAILURE_LOCATION,
                            SageMakerAsyncConstants.RECEIVED_TIME);
            await().untilAsserted(() -> assertThat(keys("out/")).isEmpty());
            assertThat(calls("GetObject")).isZero();
        }

        @Test
        void aResultThatIsNotInTheNotificationIsReadOnce() throws Exception {
            endpoint(false);
            route(own(""));

            Exchange exchange = send("hello");

            assertThat(exchange.getMessage().getBody(String.class)).isEqualTo("echo of hello");
            assertThat(calls("GetObject")).isOne();
            assertThat(calls("ListObjectsV2")).isZero();
        }

        @Test
        void theResultStaysIfAsked() throws Exception {
            route(own("&deleteResultAfterAwait=false"));

            send("hello");

            context.stop();
            assertThat(keys("out/")).hasSize(1);
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void aFailedInferenceIsAnExceptionWithTheReasonAndTheFailuresBeginning(boolean responseInNotification)
                throws Exception {
            endpoint(responseInNotification);
            route(own(""));

            Exchange exchange = send("broken");

            assertThat(exchange.getException()).isInstanceOfSatisfying(InferenceFailedException.class, e -> {
                assertThat(e.getInferenceId()).isEqualTo("id-of-broken");
                assertThat(e.getFailureReason()).contains("cannot read this");
                assertThat(e.getFailureBody()).contains("cannot read this");
                assertThat(e.getFailureLocation()).startsWith("s3://" + bucket + "/failed/");
                assertThat(e.getOutputLocation()).startsWith("s3://" + bucket + "/out/camel-await/");
            });
            assertThat(exchange.getMessage().getBody()).isEqualTo("broken");
        }
    }

    @Nested
    @Tag("any-camel")
    class LostDoubledAndQuickNotifications {

        @Test
        void aNotificationThatIsQuickerThanTheAnswerOfTheCallIsKeptForIt() throws Exception {
            route(own(""));
            AWS.aws().faults().next(1, Fault.slow(Duration.ofSeconds(2)));

            Exchange exchange = send("hello");

            assertThat(exchange.getMessage().getBody(String.class)).isEqualTo("echo of hello");
            assertThat(calls("GetObject")).isZero();
        }

        @Test
        void aFailureThatIsQuickerThanTheAnswerOfTheCallIsKeptForIt() throws Exception {
            route(own(""));
            AWS.aws().faults().next(1, Fault.slow(Duration.ofSeconds(2)));

            assertThat(send("broken").getException())
                    .isInstanceOfSatisfying(InferenceFailedException.class, e -> assertThat(e.getFailureReason())
                            .contains("cannot read this"));
        }

        @Test
        void aResultWhoseNotificationIsLostIsFoundByTheSlowLook() throws Exception {
            AWS.aws().notificationFaults(new NotificationFaults(1, 1, 0, 0, Duration.ZERO));
            route(own("&resultReconcileInterval=1000"));

            assertEchoes("lost", sendMany("lost", 20));

            assertThat(calls("GetObject")).isGreaterThanOrEqualTo(20);
        }

        @ParameterizedTest
        @ValueSource(strings = {"hello", "broken"})
        void aResultWhoseNotificationIsLostIsFoundByTheLookBeforeTheTimeOut(String body) throws Exception {
            AWS.aws().notificationFaults(new NotificationFaults(1, 1, 0, 0, Duration.ZERO));
            route(own("&resultTimeout=2000"));

            Exchange exchange = send(body);

            assertThat(exchange.getException() instanceof InferenceFailedException)
                    .isEqualTo(body.equals("broken"));
            assertThat(exchange.getException() instanceof ResultTimedOutException)
                    .isFalse();
        }

        @Test
        void notificationsThatComeTwiceAndInAnotherOrderEndEachExchangeOnce() throws Exception {
            AWS.aws().notificationFaults(new NotificationFaults(1, 0, 1, 1, Duration.ofMillis(500)));
            route(own(""));

            assertEchoes("twice", sendMany("twice", 20));

            await().untilAsserted(() -> {
                assertThat(messages(ownQueues().get(0))).isZero();
                assertThat(settled.get(context).acknowledged.get()).isEqualTo(40);
            });
        }

        @Test
        void aResultAfterTheTimeOutIsAcknowledgedAndStays() throws Exception {
            modelGate = new CountDownLatch(1);
            route(own("&resultTimeout=300"));
            assertThat(send("hello").getException()).isInstanceOf(ResultTimedOutException.class);

            modelGate.countDown();

            await().untilAsserted(() ->
                    assertThat(settled.get(context).acknowledged.get()).isOne());
            await().untilAsserted(() -> assertThat(messages(ownQueues().get(0))).isZero());
            assertThat(keys("out/")).hasSize(1);
        }

        @Test
        void ofSuccessAndFailureOfOneRequestTheFirstSeenWins() throws Exception {
            modelGate = new CountDownLatch(1);
            route(own(""));
            CompletableFuture<Exchange> sent = sendMany("both", 1).get(0);
            awaitWaiting(1);
            publish(error, failed("id-of-both0"));
            Exchange exchange = sent.get(20, TimeUnit.SECONDS);
            modelGate.countDown();

            assertThat(exchange.getException()).isInstanceOf(InferenceFailedException.class);
            await().untilAsserted(() ->
                    assertThat(settled.get(context).acknowledged.get()).isEqualTo(2));
        }

        @Test
        void whichOfSeveralRequestsWithOneInferenceIdFailedTheirFailureObjectsTell() throws Exception {
            modelGate = new CountDownLatch(1);
            route(own(""));
            List<CompletableFuture<Exchange>> sent = new ArrayList<>();
            for (String body : List.of("fine", "broken")) {
                sent.add(context.createProducerTemplate().asyncSend("direct:in", e -> {
                    e.getMessage().setBody(body);
                    e.getMessage().setHeader(SageMakerAsyncConstants.REQUEST_INFERENCE_ID, "same");
                }));
            }
            awaitWaiting(2);

            modelGate.countDown();

            assertThat(sent.get(0).get(20, TimeUnit.SECONDS).getMessage().getBody(String.class))
                    .isEqualTo("echo of fine");
            assertThat(sent.get(1).get(20, TimeUnit.SECONDS).getException())
                    .isInstanceOf(InferenceFailedException.class);
        }
    }

    @Nested
    class OwnQueue {

        @Test
        void anOwnQueueIsMadeAtStartMarkedAsInUseAndRemovedAtStop() throws Exception {
            route(own(""));

            String url = ownQueues().get(0);
            assertThat(url).matches(".*/" + prefix + "-[0-9a-z]{12}");
            assertThat(Instant.parse(tags(url).get(ReplyQueue.TAG)))
                    .isBetween(
                            Instant.now().plus(50, ChronoUnit.MINUTES),
                            Instant.now().plus(61, ChronoUnit.MINUTES));
            assertThat(subscriptions()).isEqualTo(2);

            context.stop();

            assertThat(ownQueues()).isEmpty();
            assertThat(subscriptions()).isZero();
        }

        @Test
        void severalInstancesGetEachTheirOwnReplies() throws Exception {
            CamelContext second = context();
            route(own(""));
            route(second, "direct:in", own(""));
            assertThat(ownQueues()).hasSize(2);

            List<CompletableFuture<Exchange>> first = sendMany("first", 10);
            List<CompletableFuture<Exchange>> other = sendMany(second, "direct:in", "second", 10);

            assertEchoes("first", first);
            assertEchoes("second", other);
            assertThat(calls("GetObject")).isZero();
            await().untilAsserted(() ->
                    ownQueues().forEach(url -> assertThat(messages(url)).isZero()));
        }

        @Test
        void whatAnOwnQueueDoesNotNeedIsDropped() throws Exception {
            route(own(""));
            publish(success, "this is no notification");
            publish(success, completed("s3://" + bucket + "/out/of-a-consumer.out", "x"));
            publish(error, failed("of-a-consumer"));

            await().untilAsserted(() -> {
                assertThat(settled.get(context).acknowledged.get()).isEqualTo(3);
                assertThat(messages(ownQueues().get(0))).isZero();
            });
            assertThat(send("hello").getException()).isNull();
        }

        @Test
        void queuesThatDeadProcessesLeftBehindAreRemovedAtStartAndOthersAreNot() throws Exception {
            Instant now = Instant.now();
            String stale = leftBehind(prefix + "-000000000001", now.minus(1, ChronoUnit.MINUTES));
            String inUse = leftBehind(prefix + "-000000000002", now.plus(1, ChronoUnit.MINUTES));
            String foreign = AWS.aws()
                    .sqsClient()
                    .createQueue(r -> r.queueName(prefix + "-000000000003"))
                    .join()
                    .queueUrl();
            String longer = leftBehind(prefix + "-more-000000000004", now.minus(1, ChronoUnit.MINUTES));
            assertThat(subscriptions()).isEqualTo(6);

            route(own(""));

            await().untilAsserted(() -> assertThat(ownQueues()).doesNotContain(stale));
            await().untilAsserted(() -> assertThat(subscriptions()).isEqualTo(6));
            assertThat(ownQueues()).contains(inUse, foreign, longer);
        }

        @Test
        void stoppingEndsWaitsAndLeavesNoQueueBehind() throws Exception {
            modelGate = new CountDownLatch(1);
            route(own(""));
            List<CompletableFuture<Exchange>> sent = sendMany("stopped", 50);
            awaitWaiting(50);

            context.stop();

            for (CompletableFuture<Exchange> exchange : sent) {
                assertThat(exchange.get(30, TimeUnit.SECONDS).getException())
                        .isInstanceOf(ReplyCancelledException.class);
            }
            assertThat(ownQueues()).isEmpty();
        }

        @Test
        void aStartThatFailsLeavesNoQueueBehind() {
            String missing = success + "-that-there-is-not";

            assertThatThrownBy(() -> route(own("").replace(success, missing))).isNotNull();

            assertThat(ownQueues()).isEmpty();
            assertThat(subscriptions()).isZero();
        }

        @Test
        void aStartThatSnsDeniesLeavesNoQueueBehind() {
            AWS.aws().faults().forCalls("Sns", Integer.MAX_VALUE, Fault.accessDenied403());

            assertThatThrownBy(() -> route(own(""))).hasStackTraceContaining("topicArn");
            AWS.aws().faults().clear();

            assertThat(ownQueues()).isEmpty();
        }

        @Test
        void aStartThatGetsNoThreadLeavesNeitherQueueNorLeaseBehind() {
            List<ScheduledExecutorService> timers = refuseThreads();

            assertThatThrownBy(() -> route(own(""))).hasStackTraceContaining("no thread");

            assertThat(ownQueues()).isEmpty();
            assertThat(subscriptions()).isZero();
            // A lease that went on would make the queue again.
            assertThat(timers).hasSize(2).allSatisfy(timer -> assertThat(timer.shutdownNow())
                    .isEmpty());
        }

        @Test
        void theSubscriptionsOfAQueueThatSomebodyDeletedAreRemovedAtStop() throws Exception {
            route(own(""));
            String url = ownQueues().get(0);
            AWS.aws().sqsClient().deleteQueue(r -> r.queueUrl(url)).join();

            context.stop();

            assertThat(subscriptions()).isZero();
        }

        @Test
        void badOptionsStopTheRouteAtStart() {
            assertRefused("autoCreateQueue=true&notificationQueue=replies", "topicArn");
            assertRefused(
                    "autoCreateQueue=true&topicArn=" + success + "&notificationQueue=replies.fifo", "replies.fifo");
            assertRefused(
                    "autoCreateQueue=true&topicArn=" + success + "&notificationQueue=" + "x".repeat(68), "1 to 67");
            assertRefused(
                    "autoCreateQueue=true&topicArn=" + success
                            + "&notificationQueue=arn:aws:sqs:us-east-1:000000000000:replies",
                    "beginning of a name");
            assertRefused("notificationQueue=there-is-none-" + bucket, "GetQueueUrl");
            assertRefused("resultReconcileInterval=999&notificationQueue=replies", "resultReconcileInterval is 999");
            assertRefused("waitTimeSeconds=21&notificationQueue=replies", "waitTimeSeconds is 21");
            assertThat(waiting(context)).isEmpty();
        }
    }

    @Nested
    @Tag("any-camel")
    class SharedQueue {

        @Test
        void aSharedQueueWorksForSeveralInstancesBecauseEachLeavesTheOthersReplies() throws Exception {
            String url = sharedQueue();
            CamelContext second = context();
            route(shared(""));
            route(second, "direct:in", shared(""));

            List<CompletableFuture<Exchange>> first = sendMany("first", 5);
            List<CompletableFuture<Exchange>> other = sendMany(second, "direct:in", "second", 5);

            assertEchoes("first", first);
            assertEchoes("second", other);
            await().untilAsserted(() -> assertThat(messages(url)).isZero());
            assertThat(settled.get(context).givenBack.get()
                            + settled.get(second).givenBack.get())
                    .as("it was a shared queue")
                    .isPositive();
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void aQueueThatAConsumerReceivesFromIsRefusedNamingBoth(boolean consumerFirst) throws Exception {
            sharedQueue();
            // As an option of the component, which each producer and consumer has unless its URI says otherwise.
            component(context).getConfiguration().setNotificationQueue(prefix + "-shared");
            RouteBuilder consumer = new RouteBuilder() {
                @Override
                public void configure() {
                    from("sagemaker-async:echo?waitTimeSeconds=1&outputLocation=s3://" + bucket + "/out/")
                            .routeId("results")
                            .to("log:results");
                }
            };
            String producer = "sagemaker-async:echo?awaitResult=true&waitTimeSeconds=1";
            if (consumerFirst) {
                context.addRoutes(consumer);
            } else {
                route(producer);
            }

            assertThatThrownBy(() -> {
                        if (consumerFirst) {
                            route(producer);
                        } else {
                            context.addRoutes(consumer);
                        }
                    })
                    .hasStackTraceContaining("Option notificationQueue of ")
                    .hasStackTraceContaining("a producer (sagemaker-async:echo)")
                    .hasStackTraceContaining("route 'results' (sagemaker-async:echo)")
                    .hasStackTraceContaining("autoCreateQueue=true");
        }

        @Test
        void aStartThatGetsNoThreadLeavesTheQueueToOthers() throws Exception {
            sharedQueue();
            refuseThreads();
            assertThatThrownBy(() -> route(shared(""))).hasStackTraceContaining("no thread");
            context.getExecutorServiceManager().setThreadPoolFactory(new DefaultThreadPoolFactory());

            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("sagemaker-async:echo?waitTimeSeconds=1&outputLocation=s3://" + bucket
                                    + "/out/&notificationQueue=" + prefix + "-shared")
                            .routeId("results")
                            .to("log:results");
                }
            });

            assertThat(context.getRouteController().getRouteStatus("results").isStarted())
                    .isTrue();
        }

        @Test
        void aSharedQueueKeepsWhatNobodyHereAwaits() throws Exception {
            String url = sharedQueue();
            route(shared(""));
            publish(success, completed("s3://" + bucket + "/out/of-a-consumer.out", "x"));

            await().until(() -> settled.get(context).givenBack.get() >= 2);
            context.stop();

            await().untilAsserted(() -> assertThat(messages(url)).isOne());
        }

        @Test
        void whatIsNotAwaitedCanBeLeftToTheQueuesRedrivePolicy() throws Exception {
            String url = sharedQueue();
            String dead = AWS.aws()
                    .sqsClient()
                    .createQueue(r -> r.queueName(prefix + "-dead"))
                    .join()
                    .queueUrl();
            AWS.aws()
                    .sqsClient()
                    .setQueueAttributes(r -> r.queueUrl(url)
                            .attributes(Map.of(
                                    QueueAttributeName.REDRIVE_POLICY,
                                    "{\"maxReceiveCount\":\"1\",\"deadLetterTargetArn\":\""
                                            + attribute(dead, QueueAttributeName.QUEUE_ARN) + "\"}")))
                    .join();
            route(shared("&foreignReplies=REJECT&visibilityTimeout=1"));
            publish(success, completed("s3://" + bucket + "/out/of-a-consumer.out", "x"));

            await().untilAsserted(() -> assertThat(messages(dead)).isOne());
            assertThat(settled.get(context).givenBack).hasValue(0);
        }

        @Test
        void aQueueThatNobodyElseReceivesFromCanBeEmptied() throws Exception {
            String url = sharedQueue();
            route(shared("&foreignReplies=ACKNOWLEDGE"));
            publish(success, completed("s3://" + bucket + "/out/of-a-consumer.out", "x"));

            await().until(() -> settled.get(context).acknowledged.get() == 1);
            await().untilAsserted(() -> assertThat(messages(url)).isZero());
        }

        @ParameterizedTest
        @ValueSource(strings = {"out/", ""})
        void aConsumerOfTheEndpointsNotificationsStealsNoReply(String outputs) throws Exception {
            String url = sharedQueue();
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("sagemaker-async:echo?outputLocation=s3://" + bucket + "/" + outputs
                                    + "&waitTimeSeconds=1&notificationQueue=" + prefix + "-shared")
                            .to("mock:consumed");
                    from("direct:fire").to("sagemaker-async:echo");
                }
            });
            route(own("&deleteResultAfterAwait=false"));
            MockEndpoint consumed = context.getEndpoint("mock:consumed", MockEndpoint.class);
            consumed.expectedBodiesReceived("echo of forgotten".getBytes(StandardCharsets.UTF_8));

            assertEchoes("awaited", sendMany("awaited", 10));
            context.createProducerTemplate().sendBody("direct:fire", "forgotten");

            consumed.assertIsSatisfied();
            await().untilAsserted(() -> assertThat(messages(url)).isZero());
            assertThat(keys("out/camel-await/")).hasSize(10);
        }
    }

    /** S3 is not looked at but for a last time, so that what arrives came by the queue. */
    private String own(String options) {
        return to(options) + "&autoCreateQueue=true&topicArn=" + success + "," + error + "&notificationQueue=" + prefix;
    }

    /** Those that keep messages of reply queues invisible. The answer has all timers. */
    private List<ScheduledExecutorService> refuseThreads() {
        List<ScheduledExecutorService> timers = new CopyOnWriteArrayList<>();
        context.getExecutorServiceManager().setThreadPoolFactory(new DefaultThreadPoolFactory() {
            @Override
            public ScheduledExecutorService newScheduledThreadPool(ThreadPoolProfile profile, ThreadFactory factory) {
                ScheduledExecutorService timer = super.newScheduledThreadPool(profile, task -> {
                    Thread thread = factory.newThread(task);
                    if (thread.getName().contains("SageMakerAsyncReplyVisibility")) {
                        throw new IllegalStateException("no thread");
                    }
                    return thread;
                });
                timers.add(timer);
                return timer;
            }
        });
        return timers;
    }

    private String shared(String options) {
        return to(options) + "&notificationQueue=" + prefix + "-shared";
    }

    private static String to(String options) {
        return "sagemaker-async:echo?awaitResult=true&waitTimeSeconds=1" + options
                + (options.contains("resultReconcileInterval") ? "" : "&resultReconcileInterval=600000");
    }

    private String sharedQueue() {
        String url = AWS.aws()
                .sqsClient()
                .createQueue(r -> r.queueName(prefix + "-shared"))
                .join()
                .queueUrl();
        subscribe(url);
        return url;
    }

    private String leftBehind(String name, Instant until) {
        String url = AWS.aws()
                .sqsClient()
                .createQueue(r -> r.queueName(name).tags(Map.of(ReplyQueue.TAG, until.toString())))
                .join()
                .queueUrl();
        subscribe(url);
        return url;
    }

    private void subscribe(String url) {
        String arn = attribute(url, QueueAttributeName.QUEUE_ARN);
        for (String topic : List.of(success, error)) {
            AWS.aws()
                    .snsClient()
                    .subscribe(r -> r.topicArn(topic)
                            .protocol("sqs")
                            .endpoint(arn)
                            .attributes(Map.of("RawMessageDelivery", "true")))
                    .join();
        }
    }

    private static void publish(String topic, String message) {
        AWS.aws().snsClient().publish(r -> r.topicArn(topic).message(message)).join();
    }

    private static String completed(String output, String inferenceId) {
        return NotificationJson.of(FinishedInvocation.completed("echo", inferenceId, output), "us-east-1", false);
    }

    private static String failed(String inferenceId) {
        return NotificationJson.of(FinishedInvocation.failed("echo", inferenceId, "made up"), "us-east-1", false);
    }

    private static void assertEchoes(String body, List<CompletableFuture<Exchange>> sent) throws Exception {
        for (int i = 0; i < sent.size(); i++) {
            Exchange exchange = sent.get(i).get(30, TimeUnit.SECONDS);
            assertThat(exchange.getException()).isNull();
            assertThat(exchange.getMessage().getBody(String.class)).isEqualTo("echo of " + body + i);
        }
    }

    private List<String> ownQueues() {
        return AWS.aws()
                .sqsClient()
                .listQueues(r -> r.queueNamePrefix(prefix + "-"))
                .join()
                .queueUrls();
    }

    private long subscriptions() {
        return List.of(success, error).stream()
                .mapToLong(topic -> AWS.aws()
                        .snsClient()
                        .listSubscriptionsByTopic(r -> r.topicArn(topic))
                        .join()
                        .subscriptions()
                        .size())
                .sum();
    }

    private static Map<String, String> tags(String url) {
        return AWS.aws().sqsClient().listQueueTags(r -> r.queueUrl(url)).join().tags();
    }

    private static String attribute(String url, QueueAttributeName name) {
        return AWS.aws()
                .sqsClient()
                .getQueueAttributes(r -> r.queueUrl(url).attributeNames(name))
                .join()
                .attributes()
                .get(name);
    }

    private static int messages(String url) {
        return Integer.parseInt(attribute(url, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES))
                + Integer.parseInt(attribute(url, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE));
    }

    private static long calls(String operation) {
        return AWS.aws().ledger().calls(operation);
    }
}
