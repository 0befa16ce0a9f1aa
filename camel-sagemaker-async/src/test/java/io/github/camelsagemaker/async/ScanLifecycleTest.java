package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelsagemaker.async.testinfra.Fault;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.processor.idempotent.FileIdempotentRepository;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Start, suspend, resume, stop and restart of a scanning consumer. */
class ScanLifecycleTest extends ScanTestSupport {

    private final List<String> received = new CopyOnWriteArrayList<>();
    private final Semaphore mayEnd = new Semaphore(0);
    private final AtomicInteger inRoute = new AtomicInteger();

    @Test
    void keptResultsAreNotEmittedAgainAfterARestart(@TempDir Path folder) throws Exception {
        File store = folder.resolve("handled.txt").toFile();
        aws().putObjects(bucket, "out/", 25, "result".getBytes());
        start(keeping(store));
        eventually(() -> received.size() == 25 && lines(store) == 25);
        context.stop();

        put("out/new", "result");
        try (CamelContext again = new DefaultCamelContext()) {
            again.getRegistry().bind("s3", aws().s3Client());
            again.addRoutes(keeping(store, again));
            long listed = aws().ledger().calls("ListObjectsV2");
            again.start();

            eventually(() -> received.contains(at("out/new")));
            eventually(() -> aws().ledger().calls("ListObjectsV2") > listed + 5);
        }
        assertThat(received).hasSize(26).doesNotHaveDuplicates();
        assertThat(keys()).hasSize(26);
    }

    @Test
    void keptResultsAreAllReachedThoughEachPollEmitsFew() throws Exception {
        aws().putObjects(bucket, "out/", 25, "result".getBytes());
        context.getRegistry().bind("handled", MemoryIdempotentRepository.memoryIdempotentRepository(1000));
        start(collecting(scan("deleteAfterRead=false", "idempotentRepository=#handled", "maxMessagesPerPoll=4")));

        eventually(() -> received.size() == 25);
        long listed = aws().ledger().calls("ListObjectsV2");
        eventually(() -> aws().ledger().calls("ListObjectsV2") > listed + 10);
        assertThat(received).hasSize(25).doesNotHaveDuplicates();
        assertThat(aws().ledger().calls("GetObject")).isEqualTo(25);
    }

    @Test
    void keepingResultsWithoutARepositoryDoesNotStart() {
        assertThatThrownBy(() -> start(collecting(scan("deleteAfterRead=false"))))
                .hasMessageContaining("idempotentRepository");
    }

    @Test
    void aMoveIntoAScannedPrefixDoesNotStart() {
        assertThatThrownBy(() -> start(collecting(scan("moveAfterRead=true", "moveLocation=" + at("out/moved")))))
                .hasMessageContaining("moveLocation")
                .hasMessageContaining("inside outputLocation");
    }

    @Test
    void aConsumerWithoutAnOutputLocationDoesNotStart() {
        assertThatThrownBy(() -> start(collecting("sagemaker-async:e"))).hasMessageContaining("outputLocation");
    }

    @Test
    void aPrefixOfAnotherEndpointDoesNotStart() throws Exception {
        start(collecting(scan()));

        assertThatThrownBy(() -> context.addRoutes(collecting(scanOf("other"))))
                .hasMessageContaining("(sagemaker-async:e)")
                .hasMessageContaining("give each a place of its own");
    }

    @Test
    void aStopLetsWhatIsInTheRouteFinishAndSettlesIt() throws Exception {
        aws().putObjects(bucket, "out/", 20, "result".getBytes());
        start(holding("maxInFlight=4"));
        eventually(() -> inRoute.get() == 4);

        CompletableFuture<Void> stopped = CompletableFuture.runAsync(context::stop);
        eventually(() -> context.isStopping() && !isPolling());
        mayEnd.release(1000);

        assertThat(stopped).succeedsWithin(Duration.ofSeconds(30));
        assertThat(received).hasSize(4);
        assertThat(keys()).hasSize(16);
    }

    @Test
    void aSuspendedRouteTakesNothingNewAndGoesOnWhenResumed() throws Exception {
        aws().putObjects(bucket, "out/", 20, "result".getBytes());
        start(holding("maxInFlight=4"));
        eventually(() -> inRoute.get() == 4);

        CompletableFuture<Void> suspended = CompletableFuture.runAsync(this::suspend);
        eventually(() -> !isPolling());
        mayEnd.release(1000);
        assertThat(suspended).succeedsWithin(Duration.ofSeconds(30));
        assertThat(received).hasSize(4);
        put("out/new", "result");
        long listed = aws().ledger().calls("ListObjectsV2");
        assertThat(keys()).hasSize(17);

        context.getRouteController().resumeRoute("results");

        eventually(() -> keys().isEmpty());
        assertThat(received).hasSize(21).doesNotHaveDuplicates();
        assertThat(aws().ledger().calls("ListObjectsV2")).isGreaterThan(listed);
    }

    @Test
    void aRouteWhoseStopGaveUpGoesOnAsBefore() throws Exception {
        put("out/a", "result");
        start(holding("maxInFlight=4"));
        eventually(() -> inRoute.get() == 1);

        boolean stopped = context.getRouteController().stopRoute("results", 50, TimeUnit.MILLISECONDS, true);
        assertThat(stopped).isFalse();
        mayEnd.release(1000);
        put("out/b", "result");

        eventually(() -> keys().isEmpty());
        assertThat(received).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void howeverShortTheTimeOutOfStopsThatGiveUpTheRouteGoesOnAsBefore() throws Exception {
        put("out/a", "result");
        start(holding("maxInFlight=4"));
        eventually(() -> inRoute.get() == 1);

        for (int micros = 1; micros < 4000; micros += 131) {
            assertThat(context.getRouteController().stopRoute("results", micros, TimeUnit.MICROSECONDS, true))
                    .isFalse();
        }
        mayEnd.release(1000);
        put("out/b", "result");

        eventually(() -> keys().isEmpty());
        assertThat(received).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void aStoppedRouteCanBeStartedAgain() throws Exception {
        start(collecting(scan()));
        put("out/a", "result");
        eventually(() -> keys().isEmpty());
        context.getRouteController().stopRoute("results");
        put("out/b", "result");

        context.getRouteController().startRoute("results");

        eventually(() -> keys().isEmpty());
        assertThat(received).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void aComponentThatIsStoppedAndStartedUnderItsRouteGoesOn() throws Exception {
        start(collecting(scan()));
        put("out/a", "result");
        eventually(() -> keys().isEmpty());
        SageMakerAsyncComponent component = context.getComponent("sagemaker-async", SageMakerAsyncComponent.class);
        component.stop();
        put("out/b", "result");

        component.start();

        eventually(() -> keys().isEmpty());
        assertThat(received).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void aStopInterruptsAListingThatDoesNotAnswer() throws Exception {
        aws().faults().forS3("ListObjectsV2", 1, Fault.slow(Duration.ofSeconds(60)));
        start(collecting(scan()));
        eventually(() -> aws().faults().pending() == 0);

        CompletableFuture<Void> stopped = CompletableFuture.runAsync(context::stop);

        assertThat(stopped).succeedsWithin(Duration.ofSeconds(30));
    }

    @Test
    void noThreadAndNoPermitIsLeftAfterAStop() throws Exception {
        Set<Thread> before = threads();
        aws().putObjects(bucket, "out/", 20, "result".getBytes());
        try (CamelContext own = new DefaultCamelContext()) {
            own.addRoutes(collecting(scan(
                    "region=" + aws().region(),
                    "accessKey=" + aws().accessKeyId(),
                    "secretKey=" + aws().secretAccessKey(),
                    "overrideEndpoint=true",
                    "uriEndpointOverride=" + aws().s3Endpoint(),
                    "forcePathStyle=true")));
            own.start();
            eventually(() -> received.size() == 20 && keys().isEmpty());
            SageMakerAsyncScanConsumer consumer =
                    (SageMakerAsyncScanConsumer) own.getRoute("results").getConsumer();
            eventually(() -> consumer.getInFlight() == 0);
        }

        // Idle threads of a pool end after 30 seconds by themselves: that is too late.
        eventually().atMost(Duration.ofSeconds(15)).untilAsserted(() -> assertThat(threads().stream()
                        .filter(thread -> !before.contains(thread))
                        .filter(thread ->
                                thread.getName().matches("(?s).*(Camel|sagemaker|SageMaker|aws-java-sdk-Netty).*"))
                        .map(Thread::getName))
                .isEmpty());
    }

    @Test
    void aRouteThatCallsBackTwiceSettlesOnceAndGivesOnePermitBack() throws Exception {
        aws().putObjects(bucket, "out/", 10, "result".getBytes());
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(scan("maxInFlight=1")).routeId("results").process(new CallsBackTwice());
            }
        });

        eventually(() -> keys().isEmpty());
        eventually(() -> consumer().getInFlight() == 0);
        assertThat(consumer().getSettled()).isEqualTo(10);
    }

    /** Breaks the contract of asynchronous processors. */
    private static final class CallsBackTwice extends AsyncProcessorSupport {
        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            callback.done(true);
            callback.done(true);
            return true;
        }
    }

    private RouteBuilder keeping(File store) {
        return keeping(store, context);
    }

    private RouteBuilder keeping(File store, CamelContext owner) {
        FileIdempotentRepository repository = new FileIdempotentRepository();
        repository.setFileStore(store);
        owner.getRegistry().bind("handled", repository);
        return collecting(scan("deleteAfterRead=false", "idempotentRepository=#handled"));
    }

    private static int lines(File store) throws Exception {
        return store.exists() ? Files.readAllLines(store.toPath()).size() : 0;
    }

    private RouteBuilder collecting(String uri) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(uri)
                        .routeId(uri.contains("async:e") ? "results" : "other")
                        .process(exchange -> received.add(
                                exchange.getMessage().getHeader("CamelAwsSageMakerAsyncOutputLocation", String.class)));
            }
        };
    }

    private RouteBuilder holding(String options) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(scan(options)).routeId("results").process(exchange -> {
                    inRoute.incrementAndGet();
                    if (!mayEnd.tryAcquire(60, TimeUnit.SECONDS)) {
                        throw new IllegalStateException("was not let go");
                    }
                    received.add(exchange.getExchangeId());
                });
            }
        };
    }

    private void suspend() {
        try {
            context.getRouteController().suspendRoute("results");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean isPolling() {
        return consumer().isPolling();
    }

    private SageMakerAsyncScanConsumer consumer() {
        return (SageMakerAsyncScanConsumer) context.getRoute("results").getConsumer();
    }

    private static Set<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .collect(Collectors.toSet());
    }
}
