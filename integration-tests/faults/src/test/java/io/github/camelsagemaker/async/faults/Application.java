package io.github.camelsagemaker.async.faults;

import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.tracking.MemoryPendingInvocationStore;
import java.io.Closeable;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsAsyncClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** A user's application: sends documents, and handles results with a route that fails now and then. */
final class Application implements Closeable {

    private static final Duration ATTEMPT = Duration.ofMillis(4_000);

    private final Seeded seeded;
    private final Place place;
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final List<SdkAutoCloseable> clients;
    private final Map<String, Caller> callers = new ConcurrentHashMap<>();
    private final Emissions emissions = new Emissions();
    private final Map<String, AtomicInteger> attempts = new ConcurrentHashMap<>();
    private AsyncProducer producer;

    Application(LocalAws aws, Seeded seeded, Place place) {
        this.seeded = seeded;
        this.place = place;
        SageMakerRuntimeAsyncClient sageMaker =
                client(SageMakerRuntimeAsyncClient.builder(), aws, aws.sageMakerEndpoint());
        S3AsyncClient s3 = client(S3AsyncClient.builder().forcePathStyle(true), aws, aws.s3Endpoint());
        SqsAsyncClient sqs = client(SqsAsyncClient.builder(), aws, aws.sqsEndpoint());
        clients = List.of(sageMaker, s3, sqs);
        context.setNameStrategy(new org.apache.camel.impl.engine.ExplicitCamelContextNameStrategy(place.name()));
        context.getRegistry().bind("sageMaker", sageMaker);
        context.getRegistry().bind("s3", s3);
        context.getRegistry().bind("sqs", sqs);
        context.getRegistry().bind("pending", new MemoryPendingInvocationStore());
        context.getShutdownStrategy().setTimeout(60);
    }

    /** As the SDK makes them, but impatient: back-off in milliseconds, attempts of a few seconds. */
    private static <B extends AwsClientBuilder<B, C> & AwsAsyncClientBuilder<B, C>, C> C client(
            B builder, LocalAws aws, URI endpoint) {
        return builder.region(Region.of(aws.region()))
                .endpointOverride(endpoint)
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(aws.accessKeyId(), aws.secretAccessKey())))
                .httpClientBuilder(NettyNioAsyncHttpClient.builder())
                .overrideConfiguration(options -> options.apiCallAttemptTimeout(ATTEMPT)
                        .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(3)
                                .backoffStrategy(BackoffStrategy.fixedDelay(Duration.ofMillis(20)))
                                .throttlingBackoffStrategy(BackoffStrategy.fixedDelay(Duration.ofMillis(40)))
                                .circuitBreakerEnabled(false)
                                .build()))
                .build();
    }

    void start() throws Exception {
        if (place.way() != Way.AWAIT) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    errorHandler(noErrorHandler());
                    from(place.consumer()).routeId("results").process(Application.this::handle);
                }
            });
        }
        context.start();
        producer = context.getEndpoint(place.producer()).createAsyncProducer();
        producer.start();
    }

    void send(Document document) {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(document.payload());
        exchange.getMessage().setHeader(SageMakerAsyncConstants.REQUEST_INFERENCE_ID, document.inferenceId());
        exchange.getMessage().setHeader("original", document.inferenceId());
        Caller caller = new Caller(document, exchange);
        callers.put(document.inferenceId(), caller);
        producer.process(exchange, doneSync -> caller.calledBack());
    }

    private void handle(Exchange exchange) {
        String key = Emissions.keyOf(exchange.getMessage());
        int attempt = attempts.computeIfAbsent(key, name -> new AtomicInteger()).incrementAndGet();
        // The key of a result is random, so this is not reproducible to the letter, and need not be.
        if (attempt == 1 && seeded.unit("route " + key, 0) < 0.2) {
            throw new IllegalStateException("The route fails, as it does now and then");
        }
        emissions.add(exchange.getMessage());
    }

    Map<String, Caller> callers() {
        return callers;
    }

    Emissions emissions() {
        return emissions;
    }

    DefaultCamelContext context() {
        return context;
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.stop();
        }
        context.stop();
        clients.forEach(SdkAutoCloseable::close);
    }
}
