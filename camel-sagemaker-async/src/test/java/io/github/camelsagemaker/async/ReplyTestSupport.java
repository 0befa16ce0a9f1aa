package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.internal.reply.PendingReplies;
import io.github.camelsagemaker.async.testinfra.LocalAwsExtension;
import io.github.camelsagemaker.async.testinfra.LocalEndpoint;
import io.github.camelsagemaker.async.testinfra.ModelException;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import io.github.camelsagemaker.async.testinfra.notification.NotificationFaults;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequest;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequest;

/** The SageMaker endpoint "echo", which a test creates, and routes that wait for its results. */
abstract class ReplyTestSupport {

    @RegisterExtension
    static final LocalAwsExtension AWS = new LocalAwsExtension();

    final String bucket = "replies-" + UUID.randomUUID().toString().substring(0, 8);
    private final List<CamelContext> contexts = new ArrayList<>();
    final Map<CamelContext, SettledMessages> settled = new ConcurrentHashMap<>();
    volatile CountDownLatch modelGate = new CountDownLatch(0);
    CamelContext context;

    @BeforeEach
    void startContext() {
        AWS.aws().faults().clear();
        AWS.aws().createBucket(bucket);
        AWS.aws().ledger().reset();
        context = context();
    }

    @AfterEach
    void stopContexts() {
        modelGate.countDown();
        AWS.aws().notificationFaults(NotificationFaults.NONE);
        contexts.forEach(CamelContext::stop);
        for (CamelContext each : contexts) {
            await().untilAsserted(() -> assertThat(waiting(each)).isEmpty());
        }
        settled.values().forEach(messages -> messages.client.close());
        assertThat(AWS.aws().faults().pending()).isZero();
        AWS.aws().faults().clear();
    }

    LocalEndpoint.Builder endpoint() {
        return AWS.aws()
                .endpoint("echo")
                .outputPath("s3://" + bucket + "/out/")
                .failurePath("s3://" + bucket + "/failed/")
                .concurrency(16)
                .model(request -> {
                    modelGate.await();
                    if (request.text().startsWith("broken")) {
                        throw new ModelException("cannot read this");
                    }
                    return new ModelResponse(
                            ("echo of " + request.text()).getBytes(StandardCharsets.UTF_8), "text/x-echo");
                });
    }

    CamelContext context() {
        CamelContext started = new DefaultCamelContext();
        SageMakerAsyncConfiguration configuration = component(started).getConfiguration();
        configuration.setS3AsyncClient(AWS.aws().s3Client());
        SettledMessages messages = new SettledMessages();
        configuration.setSqsAsyncClient(messages.client);
        settled.put(started, messages);
        configuration.setSnsAsyncClient(AWS.aws().snsClient());
        configuration.setSageMakerRuntimeAsyncClient(AWS.aws().sageMakerClient());
        started.start();
        contexts.add(started);
        return started;
    }

    /** Counts what becomes of messages that a context received. */
    static final class SettledMessages implements ExecutionInterceptor {

        final SqsAsyncClient client = SqsAsyncClient.builder()
                .endpointOverride(AWS.aws().sqsEndpoint())
                .region(Region.of(AWS.aws().region()))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(
                        AWS.aws().accessKeyId(), AWS.aws().secretAccessKey())))
                .overrideConfiguration(override -> override.addExecutionInterceptor(this))
                .build();
        final AtomicInteger acknowledged = new AtomicInteger();
        final AtomicInteger givenBack = new AtomicInteger();

        @Override
        public void beforeExecution(Context.BeforeExecution call, ExecutionAttributes attributes) {
            if (call.request() instanceof DeleteMessageBatchRequest delete) {
                acknowledged.addAndGet(delete.entries().size());
            } else if (call.request() instanceof ChangeMessageVisibilityBatchRequest change) {
                change.entries().stream()
                        .filter(entry -> entry.visibilityTimeout() == 1)
                        .forEach(entry -> givenBack.incrementAndGet());
            }
        }
    }

    void route(String to) throws Exception {
        route(context, "direct:in", to);
    }

    static void route(CamelContext where, String from, String to) throws Exception {
        where.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(from).routeId(from).to(to);
            }
        });
    }

    void assertRefused(String options, String message) {
        assertThatThrownBy(() -> route(
                        context, "direct:" + options.hashCode(), "sagemaker-async:echo?awaitResult=true&" + options))
                .isInstanceOf(FailedToStartRouteException.class)
                .hasStackTraceContaining(message);
    }

    Exchange send(String body) {
        return send("direct:in", body);
    }

    Exchange send(String from, String body) {
        return context.createProducerTemplate().send(from, exchange -> fill(exchange, body));
    }

    List<CompletableFuture<Exchange>> sendMany(String body, int count) throws Exception {
        return sendMany(context, "direct:in", body, count);
    }

    /** Through the asynchronous API: no thread of the caller waits either. */
    static List<CompletableFuture<Exchange>> sendMany(CamelContext where, String from, String body, int count)
            throws Exception {
        AsyncProducer producer = where.getEndpoint(from).createAsyncProducer();
        producer.start();
        List<CompletableFuture<Exchange>> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Exchange exchange = new DefaultExchange(where);
            fill(exchange, body + i);
            sent.add(producer.processAsync(exchange));
        }
        return sent;
    }

    private static void fill(Exchange exchange, String body) {
        exchange.getMessage().setBody(body);
        exchange.getMessage().setHeader("mine", "kept");
        exchange.getMessage().setHeader(SageMakerAsyncConstants.REQUEST_INFERENCE_ID, "id-of-" + body);
    }

    static SageMakerAsyncComponent component(CamelContext where) {
        return where.getComponent("sagemaker-async", SageMakerAsyncComponent.class);
    }

    static List<PendingReplies> waiting(CamelContext where) {
        return List.copyOf(component(where).replyManager.waiting());
    }

    void awaitWaiting(int count) {
        await().until(() ->
                waiting(context).stream().mapToInt(PendingReplies::size).sum() == count);
    }

    List<String> keys(String below) {
        return AWS.aws().s3Client().listObjectsV2(r -> r.bucket(bucket).prefix(below)).join().contents().stream()
                .map(S3Object::key)
                .toList();
    }
}
