package io.github.camelsagemaker.async.faults;

import static io.github.camelsagemaker.async.faults.Expect.SHORTLY;

import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.github.camelsagemaker.async.SageMakerAsyncProducer;
import io.github.camelsagemaker.async.SageMakerAsyncQueueConsumer;
import io.github.camelsagemaker.async.SageMakerAsyncScanConsumer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.StatefulService;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.ExplicitCamelContextNameStrategy;
import org.apache.camel.model.MulticastDefinition;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.RouteController;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.util.ObjectHelper;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsAsyncClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/** A user's application: sends documents, and handles results with a route that fails now and then. */
final class Application implements Running {

    /** How long an answer may take, after which the SDK tries again. */
    static final Duration ATTEMPT = Duration.ofMillis(3_000);

    private final Seeded seeded;
    private final Place place;
    private final int node;
    private final Journal.Part journal;
    private final Repositories repositories;
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final List<SdkAutoCloseable> clients;
    private final Leases leases;
    private final Map<String, AtomicInteger> attempts = new ConcurrentHashMap<>();
    private final AtomicInteger attempted = new AtomicInteger();
    private SageMakerAsyncProducer producer;

    /**
     * @param servers the settings with which an SDK finds the servers, see LocalAws
     * @param node its number, from 0
     */
    Application(Map<String, String> servers, Place place, int node, Journal.Part journal, Repositories repositories) {
        this.seeded = place.plan().seeded();
        this.place = place;
        this.node = node;
        this.journal = journal;
        this.repositories = repositories;
        SageMakerRuntimeAsyncClient sageMaker =
                client(SageMakerRuntimeAsyncClient.builder(), servers, "aws.endpointUrlSageMakerRuntime");
        S3AsyncClient s3 = client(S3AsyncClient.builder().forcePathStyle(true), servers, "aws.endpointUrlS3");
        SqsAsyncClient sqs = client(SqsAsyncClient.builder(), servers, "aws.endpointUrlSqs");
        clients = List.of(sageMaker, s3, sqs);
        leases = new Leases(place.name(), sageMaker, s3, sqs);
        context.setNameStrategy(new ExplicitCamelContextNameStrategy(place.name() + "-" + node));
        // The name has no effect on the threads: they were named before.
        context.getExecutorServiceManager().setThreadNamePattern("Camel (" + context.getName() + ") ##counter# #name#");
        context.getRegistry().bind("sageMaker", sageMaker);
        context.getRegistry().bind("s3", s3);
        context.getRegistry().bind("sqs", sqs);
        repositories.bind(context.getRegistry(), node, journal);
        context.getShutdownStrategy().setTimeout(60);
        Warnings.listen(place.name(), journal::warned);
    }

    /** As the SDK makes them, but impatient: back-off in milliseconds, attempts of a few seconds. */
    static <B extends AwsClientBuilder<B, C> & AwsAsyncClientBuilder<B, C>, C> C client(
            B builder, Map<String, String> servers, String endpoint) {
        return builder.region(Region.of(servers.get("aws.region")))
                .endpointOverride(URI.create(servers.get(endpoint)))
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(servers.get("aws.accessKeyId"), servers.get("aws.secretAccessKey"))))
                // The answer has the time-out, not the attempt: on a busy machine that one ends attempts that wait for
                // a connection, and two of some 520 trials then had one in use that belonged to no call.
                // A connection that is left must not close itself before it is looked for.
                .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                        .readTimeout(ATTEMPT)
                        .connectionMaxIdleTime(SHORTLY.multipliedBy(3)))
                .overrideConfiguration(options -> options.apiCallAttemptTimeout(SHORTLY)
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
                    handOver(from(place.consumer(node)).routeId("results"), place.plan());
                    if (place.plan().handover() != Handover.NONE) {
                        from("seda:handed?concurrentConsumers=2").to("direct:handle");
                        from("direct:look").process(Application.this::look);
                    }
                    from("direct:handle").process(Application.this::handle);
                }
            });
        }
        context.start();
        producer =
                (SageMakerAsyncProducer) context.getEndpoint(place.producer()).createAsyncProducer();
        producer.start();
    }

    private static void handOver(RouteDefinition results, Plan plan) {
        switch (plan.handover()) {
            case NONE -> results.to("direct:handle");
            case SEDA -> results.to("seda:handed");
            case WIRE_TAP -> results.wireTap("direct:look").to("direct:handle");
            case MULTICAST -> {
                MulticastDefinition branches = results.multicast().stopOnException();
                // A stream that breaks off fails its branch: the other must not have handled the result by then.
                (plan.streamed() ? branches : branches.parallelProcessing()).to("direct:look", "direct:handle");
            }
        }
    }

    @Override
    public void send(List<Document> documents) {
        documents.forEach(this::send);
    }

    private void send(Document document) {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(document.body());
        exchange.getMessage().setHeader(SageMakerAsyncConstants.REQUEST_INFERENCE_ID, document.inferenceId());
        if (place.plan().namesAgain()) {
            exchange.getMessage().setHeader(SageMakerAsyncConstants.REQUEST_FILENAME, document.filename());
        }
        journal.sent(document.inferenceId());
        producer.process(
                exchange,
                doneSync -> journal.told(document.inferenceId(), Told.of(exchange, place.way() == Way.AWAIT)));
    }

    private void handle(Exchange exchange) {
        Emission emission = Emission.of(exchange.getMessage());
        if (emission.place() == null) {
            // Of a failure that names no place there may be two: the SDK sent the request twice.
            handle(emission);
        } else if (repositories.take(emission.key())) {
            try {
                handle(emission);
            } finally {
                repositories.giveBack(emission.key());
            }
        } else {
            journal.wrong(emission.key() + " is in the route twice at once");
        }
    }

    private void handle(Emission emission) {
        int number = attempted.incrementAndGet();
        place.plan().restarts().stream()
                .filter(restart -> restart.attempt() == number)
                .forEach(this::restart);
        int attempt = attempts.computeIfAbsent(emission.key(), name -> new AtomicInteger())
                .incrementAndGet();
        // The key of a result is random, so this is not reproducible to the letter, and need not be.
        if (attempt == 1 && seeded.unit("route " + emission.key(), 0) < 0.2) {
            throw new IllegalStateException("The route fails, as it does now and then");
        }
        journal.handled(emission);
    }

    /** A copy of a result can be read as long as whoever has it wants. */
    private void look(Exchange exchange) {
        try {
            if (exchange.getMessage().getBody(String.class) == null) {
                journal.wrong("a copy has no body: " + exchange.getMessage().getHeaders());
            }
        } catch (RuntimeException e) {
            if (ObjectHelper.getException(NoSuchKeyException.class, e) != null) {
                journal.wrong("the result is gone before its copy was read: " + e);
            }
            throw e;
        }
    }

    /** While this thread has a result in hand. */
    private void restart(Restart restart) {
        try {
            CompletableFuture.runAsync(() -> {
                        try {
                            RouteController routes = context.getRouteController();
                            // Of a shorter time, on a busy machine, Camel stops the consumer when the route was
                            // started
                            // again.
                            routes.stopRoute("results", 1, TimeUnit.SECONDS, restart.givesUp());
                            routes.startRoute("results");
                        } catch (Exception e) {
                            throw new CompletionException(e);
                        }
                    })
                    .get(SHORTLY.toSeconds(), TimeUnit.SECONDS);
        } catch (Exception e) {
            journal.wrong("it was not started again: " + e);
        }
    }

    @Override
    public String state() {
        Route route = context.getRoute("results");
        return place.way() == Way.AWAIT
                ? "waits for " + producer.getAwaited()
                : "route " + context.getRouteController().getRouteStatus("results") + ", consumer "
                        + ((StatefulService) route.getConsumer()).getStatus() + ", in flight "
                        + inFlight(route.getConsumer());
    }

    /** A suspended consumer has nothing in flight, an idle client no connection in use, a closed context no thread. */
    @Override
    public void end() throws Exception {
        if (place.way() != Way.AWAIT) {
            // Until its message is deleted, and its object.
            Expect.none("claims are left", Trial.DEADLINE, repositories::claims, journal::wrong);
            context.getRouteController().suspendRoute("results");
            Consumer consumer = context.getRoute("results").getConsumer();
            expectNone("permits of the consumer were not given back", () -> inFlight(consumer));
        }
        expectNone("requests of the producer have no end", producer::getInFlight);
        expectNone("exchanges still wait", producer::getAwaited);
        expectNone("connections are still in use", leases::more);
        close();
        expectNone("threads are left", () -> threads(context));
    }

    private void expectNone(String otherwise, Callable<?> what) throws Exception {
        Expect.none(otherwise, SHORTLY, what, journal::wrong);
    }

    static int inFlight(Consumer consumer) {
        return consumer instanceof SageMakerAsyncQueueConsumer queue
                ? queue.getInFlight()
                : ((SageMakerAsyncScanConsumer) consumer).getPendingExchangesSize();
    }

    static List<String> threads(CamelContext context) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.contains("(" + context.getName() + ")"))
                .toList();
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.stop();
        }
        context.stop();
        clients.forEach(SdkAutoCloseable::close);
        Warnings.stopListening(place.name());
    }
}
