package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.LocalAwsExtension;
import io.github.camelsagemaker.async.testinfra.Model;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import io.github.camelsagemaker.async.tracking.InvocationKey;
import io.github.camelsagemaker.async.tracking.PendingInvocationStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** The SageMaker endpoint "model" with topics and a queue, and nodes that share a store of pending invocations. */
@Timeout(120)
abstract class TrackingTestSupport {

    @RegisterExtension
    static final LocalAwsExtension AWS = new LocalAwsExtension();

    /** Expiry is found at once; a lease holds long enough for a busy machine. */
    static final String QUICK = "&pendingSweepInterval=200&pendingLease=30000";

    final String bucket = "t-" + UUID.randomUUID();
    final String queue = "q-" + UUID.randomUUID();
    final List<Message> emitted = new CopyOnWriteArrayList<>();
    final CountDownLatch modelMayAnswer = new CountDownLatch(1);
    private final List<DefaultCamelContext> nodes = new ArrayList<>();
    private final List<SageMakerRuntimeAsyncClient> clients = new ArrayList<>();
    private String queueUrl;

    @BeforeEach
    void createModel() {
        aws().faults().clear();
        aws().ledger().reset();
        aws().createBucket(bucket);
        queueUrl = aws().sqsClient()
                .createQueue(r -> r.queueName(queue).attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "30")))
                .join()
                .queueUrl();
        model(Model.echo());
    }

    @AfterEach
    void stopNodes() {
        modelMayAnswer.countDown();
        nodes.forEach(DefaultCamelContext::stop);
        clients.forEach(SageMakerRuntimeAsyncClient::close);
        aws().faults().clear();
    }

    static LocalAws aws() {
        return AWS.aws();
    }

    void model(Model model) {
        String topic = aws().snsClient()
                .createTopic(r -> r.name("topic-" + queue))
                .join()
                .topicArn();
        String queueArn = aws().sqsClient()
                .getQueueAttributes(r -> r.queueUrl(queueUrl).attributeNames(QueueAttributeName.QUEUE_ARN))
                .join()
                .attributes()
                .get(QueueAttributeName.QUEUE_ARN);
        aws().snsClient()
                .subscribe(r -> r.topicArn(topic).protocol("sqs").endpoint(queueArn))
                .join();
        aws().endpoint("model")
                .outputPath("s3://" + bucket + "/out/")
                .failurePath("s3://" + bucket + "/failed/")
                .successTopic(topic)
                .errorTopic(topic)
                .concurrency(64)
                .model(model)
                .create();
    }

    /** How long a message stays away that was left to the queue. */
    void visibilityTimeout(int seconds) {
        aws().sqsClient()
                .setQueueAttributes(r -> r.queueUrl(queueUrl)
                        .attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, Integer.toString(seconds))))
                .join();
    }

    /** The model answers nothing before it may. */
    void holdModel() {
        model(request -> {
            modelMayAnswer.await();
            return new ModelResponse(request.body(), "text/plain");
        });
    }

    /** A node of its own: a CamelContext whose registry has the store, as an application's would. */
    DefaultCamelContext node(PendingInvocationStore store) {
        DefaultCamelContext node = new DefaultCamelContext();
        node.getRegistry().bind("sageMaker", aws().sageMakerClient());
        node.getRegistry().bind("s3", aws().s3Client());
        node.getRegistry().bind("sqs", aws().sqsClient());
        if (store != null) {
            node.getRegistry().bind("pending", store);
        }
        node.getShutdownStrategy().setTimeout(20);
        nodes.add(node);
        return node;
    }

    /** Sends from direct:in, without an error handler. */
    DefaultCamelContext sender(PendingInvocationStore store, String options) throws Exception {
        DefaultCamelContext node = node(store);
        route(node, "direct:in", "sagemaker-async:model" + (options.isEmpty() ? "" : "?" + options));
        node.start();
        return node;
    }

    /** As {@link #sender}, with a client that calls SageMaker so many times in all. */
    DefaultCamelContext senderThatTries(int attempts, PendingInvocationStore store, String options) throws Exception {
        DefaultCamelContext node = node(store);
        node.getRegistry().bind("sageMaker", clientThatTries(attempts));
        route(node, "direct:in", "sagemaker-async:model" + (options.isEmpty() ? "" : "?" + options));
        node.start();
        return node;
    }

    SageMakerRuntimeAsyncClient clientThatTries(int attempts) {
        SageMakerRuntimeAsyncClient client = SageMakerRuntimeAsyncClient.builder()
                .region(Region.of(aws().region()))
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(aws().accessKeyId(), aws().secretAccessKey())))
                .endpointOverride(aws().sageMakerEndpoint())
                .overrideConfiguration(
                        override -> override.retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(attempts)
                                .build()))
                .build();
        clients.add(client);
        return client;
    }

    private static void route(DefaultCamelContext node, String from, String to) throws Exception {
        node.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from(from).to(to);
            }
        });
    }

    /** Receives by scan or by queue, and notes what its route got to the end of. */
    DefaultCamelContext receiver(PendingInvocationStore store, String uri, Processor step) throws Exception {
        DefaultCamelContext node = node(store);
        node.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from(uri).routeId("results").process(step).process(exchange -> {
                    exchange.getMessage().getBody(String.class);
                    emitted.add(exchange.getMessage().copy());
                });
            }
        });
        node.start();
        return node;
    }

    DefaultCamelContext receiver(PendingInvocationStore store, String uri) throws Exception {
        return receiver(store, uri, exchange -> {});
    }

    String scan() {
        return "sagemaker-async:model?outputLocation=s3://" + bucket + "/out/&failureLocation=s3://" + bucket
                + "/failed/&initialDelay=0&delay=50" + QUICK;
    }

    String byQueue() {
        return "sagemaker-async:model?outputLocation=s3://" + bucket + "/out/&failureLocation=s3://" + bucket
                + "/failed/&notificationQueue=" + queue + "&waitTimeSeconds=1" + QUICK;
    }

    static Exchange send(DefaultCamelContext node, String body, Map<String, Object> headers) {
        return node.createFluentProducerTemplate()
                .to("direct:in")
                .withBody(body)
                .withHeaders(headers)
                .send();
    }

    static String sent(DefaultCamelContext node, String body, Map<String, Object> headers) {
        Exchange exchange = send(node, body, headers);
        assertThat(exchange.getException()).isNull();
        return exchange.getMessage().getHeader(SageMakerAsyncConstants.INFERENCE_ID, String.class);
    }

    void awaitEmitted(int count) {
        soon().untilAsserted(() -> assertThat(emitted).hasSizeGreaterThanOrEqualTo(count));
        assertThat(emitted).hasSize(count);
    }

    static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50));
    }

    static InferenceStatus status(Message message) {
        return message.getHeader(SageMakerAsyncConstants.INVOCATION_STATUS, InferenceStatus.class);
    }

    static String id(Message message) {
        return message.getHeader(SageMakerAsyncConstants.INFERENCE_ID, String.class);
    }

    static boolean isLate(Message message) {
        return message.getHeader(SageMakerAsyncConstants.LATE, false, Boolean.class);
    }

    /** Messages of the queue altogether. */
    int messages() {
        Map<QueueAttributeName, String> attributes = aws().sqsClient()
                .getQueueAttributes(r -> r.queueUrl(queueUrl)
                        .attributeNames(
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
                .join()
                .attributes();
        return attributes.values().stream().mapToInt(Integer::parseInt).sum();
    }

    static InvocationKey key(String inferenceId) {
        return new InvocationKey("model", inferenceId);
    }
}
