package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.error.CallNotSentException;
import io.github.camelsagemaker.async.error.ServiceUnavailableException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;

/** What becomes of requests that SageMaker has not answered when their route, the context or the component stops. */
@Timeout(120)
class ProducerStopTest extends ProducerTestSupport {

    private static final String HELD = "sagemaker-async:echo?sageMakerRuntimeAsyncClient=#hole";

    private final BlackHole hole = new BlackHole();
    private final SageMakerRuntimeAsyncClient client = SageMakerRuntimeAsyncClient.builder()
            .region(Region.of("eu-west-1"))
            .endpointOverride(hole.uri())
            .credentialsProvider(AnonymousCredentialsProvider.create())
            .build();
    private final CountDownLatch gate = new CountDownLatch(1);

    @Override
    void configure(SageMakerAsyncComponent component) {
        super.configure(component);
        camel.getRegistry().bind("hole", client);
        camel.getShutdownStrategy().setTimeout(20);
    }

    @AfterEach
    void closeAll() {
        gate.countDown();
        camel.stop();
        client.close();
        hole.close();
    }

    /** An exchange that ended, and on which thread. */
    private record Ended(Exchange exchange, String thread) {}

    private List<CompletableFuture<Ended>> sendMany(String to, int count) throws Exception {
        AsyncProducer producer = camel.getEndpoint(to).createAsyncProducer();
        producer.start();
        List<CompletableFuture<Ended>> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Exchange exchange = new DefaultExchange(camel);
            exchange.getMessage().setBody("body " + i);
            CompletableFuture<Ended> ended = new CompletableFuture<>();
            producer.process(
                    exchange,
                    sync -> ended.complete(
                            new Ended(exchange, Thread.currentThread().getName())));
            sent.add(ended);
        }
        return sent;
    }

    /** The exchanges' failures, in the order in which these were sent. */
    private static List<Exception> failures(List<CompletableFuture<Ended>> sent) throws Exception {
        List<Exception> failures = new ArrayList<>();
        for (CompletableFuture<Ended> each : sent) {
            Ended ended = each.get(30, TimeUnit.SECONDS);
            assertThat(ended.thread()).contains("SageMakerAsync");
            failures.add(ended.exchange().getException());
        }
        return failures;
    }

    private static Duration time(Step step) throws Exception {
        long start = System.nanoTime();
        step.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private interface Step {
        void run() throws Exception;
    }

    private void gatedRoute(String uri) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:in")
                        .routeId("in")
                        .process(exchange -> gate.await())
                        .to(uri);
            }
        });
    }

    @Test
    void callsThatAreNotAnsweredEndSoonOnOurThreadsAndWhatWaitsBehindThemIsNotSent() throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:in").routeId("in").to(HELD + "&maxConcurrentCalls=10");
            }
        });
        List<CompletableFuture<Ended>> sent = sendMany("direct:in", 300);
        await().until(() -> hole.connections() == 10);

        Duration took = time(() -> camel.getRouteController().stopRoute("in"));

        assertThat(took).isLessThan(Duration.ofSeconds(10));
        List<Exception> failures = failures(sent);
        assertThat(failures).allSatisfy(e -> assertThat(e)
                .hasMessageContaining("Route in is being stopped")
                .hasMessageContaining("endpoint 'echo'"));
        assertThat(failures.subList(0, 10)).hasOnlyElementsOfType(ServiceUnavailableException.class);
        assertThat(failures.subList(10, 300)).hasOnlyElementsOfType(CallNotSentException.class);
        assertThat(hole.connections()).isEqualTo(10);
    }

    @Test
    void callsOfNoRouteEndWithTheContext() throws Exception {
        List<CompletableFuture<Ended>> sent = sendMany(HELD, 20);
        await().until(() -> hole.connections() == 20);

        assertThat(time(camel::stop)).isLessThan(Duration.ofSeconds(10));

        assertThat(failures(sent)).allSatisfy(e -> assertThat(e)
                .isInstanceOf(ServiceUnavailableException.class)
                .hasMessageContaining("is being stopped"));
    }

    @Test
    void anExchangeThatComesWhileItsRouteStopsIsSent() throws Exception {
        gatedRoute("sagemaker-async:echo");
        CompletableFuture<Exchange> sent = CompletableFuture.supplyAsync(() -> send("hello"));
        await().until(() -> camel.getInflightRepository().size("in") == 1);
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(camel::stop);
        await().until(camel::isStopping);
        gate.countDown();

        assertThat(sent.get(30, TimeUnit.SECONDS).getException()).isNull();
        stopped.get(30, TimeUnit.SECONDS);
    }

    @Test
    void nothingIsSentAfterAStopByForce() throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:in").routeId("in").noStreamCaching().to("sagemaker-async:echo");
            }
        });
        CompletableFuture<Exchange> sent = CompletableFuture.supplyAsync(() -> send(new InputStream() {
            private boolean ended;

            @Override
            public int read() throws IOException {
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                int next = ended ? -1 : 'x';
                ended = true;
                return next;
            }
        }));
        await().until(() -> camel.getInflightRepository().size("in") == 1);
        camel.getRouteController().stopRoute("in", 1, TimeUnit.SECONDS);
        gate.countDown();

        assertThat(sent.get(30, TimeUnit.SECONDS).getException())
                .isInstanceOf(CallNotSentException.class)
                .hasMessageContaining("Route in is being stopped");
        assertThat(aws.ledger().calls("InvokeEndpointAsync")).isZero();
    }

    /** One of them has SageMaker's attention when the route stops, which does not answer. */
    private List<CompletableFuture<Ended>> stopWithFiveUploaded(int redeliveries) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(
                        defaultErrorHandler().maximumRedeliveries(redeliveries).redeliveryDelay(100));
                from("direct:in")
                        .routeId("in")
                        .to(HELD + "&maxConcurrentCalls=1&payloadMode=S3&inputLocation=" + INPUTS);
            }
        });
        List<CompletableFuture<Ended>> sent = sendMany("direct:in", 5);
        await().until(() -> inputs().size() == 5 && hole.connections() == 1);
        camel.getRouteController().stopRoute("in");
        return sent;
    }

    @Test
    void payloadsOfRequestsThatWereNotSentAreDeletedAndThoseOfUnknownOutcomeKept() throws Exception {
        List<CompletableFuture<Ended>> sent = stopWithFiveUploaded(0);

        assertThat(failures(sent)).doesNotContainNull();
        assertThat(inputs()).hasSize(1);
    }

    @Test
    void whatComesAgainDuringAStopIsNotUploadedForACallThatWouldNotBeMade() throws Exception {
        List<CompletableFuture<Ended>> sent = stopWithFiveUploaded(5);

        for (CompletableFuture<Ended> each : sent) {
            assertThat(each.get(30, TimeUnit.SECONDS).exchange().getException())
                    .hasMessageContaining("Route in is being stopped");
        }
        assertThat(aws.ledger().calls("PutObject")).isEqualTo(5);
        assertThat(inputs()).hasSize(1);
    }

    @Test
    void anUploadThatIsNotAnsweredEndsLongBeforeTheShutdownTimeOut() throws Exception {
        camel.getRegistry().bind("s3", holeOfS3());
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:in")
                        .routeId("in")
                        .to(
                                "sagemaker-async:echo?s3AsyncClient=#s3&checkBucketsAtStart=false&payloadMode=S3&inputLocation="
                                        + INPUTS);
            }
        });
        List<CompletableFuture<Ended>> sent = sendMany("direct:in", 5);
        await().until(() -> hole.connections() == 5);

        assertThat(time(() -> camel.getRouteController().stopRoute("in"))).isLessThan(Duration.ofSeconds(18));

        assertThat(failures(sent)).allSatisfy(e -> assertThat(e).hasMessageContaining("Route in is being stopped"));
        assertThat(aws.ledger().calls("InvokeEndpointAsync")).isZero();
    }

    private S3AsyncClient holeOfS3() {
        return S3AsyncClient.builder()
                .region(Region.of("eu-west-1"))
                .endpointOverride(hole.uri())
                .forcePathStyle(true)
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .build();
    }

    @Test
    void afterAStopThatGaveUpRequestsAreSentAsBefore() throws Exception {
        gatedRoute("sagemaker-async:echo");
        CompletableFuture<Exchange> held = CompletableFuture.supplyAsync(() -> send("hello"));
        await().until(() -> camel.getInflightRepository().size("in") == 1);

        assertThat(camel.getRouteController().stopRoute("in", 1, TimeUnit.SECONDS, true))
                .isFalse();
        gate.countDown();

        assertThat(held.get(30, TimeUnit.SECONDS).getException()).isNull();
        assertThat(send("hello").getException()).isNull();
    }

    @Test
    void aComponentThatIsStoppedRefusesAndOneThatIsStartedAgainUnderItsRoutesSendsAndAwaits() throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:in").to("sagemaker-async:echo");
                from("direct:await").to("sagemaker-async:echo?awaitResult=true&resultPollDelay=50&resultTimeout=20s");
            }
        });
        SageMakerAsyncComponent component = camel.getComponent("sagemaker-async", SageMakerAsyncComponent.class);
        for (int round = 0; round < 2; round++) {
            component.stop();
            assertThat(send("hello").getException()).hasMessageContaining("The component is stopped");

            component.start();
            assertThat(send("hello").getException()).isNull();
            assertThat(template.send("direct:await", exchange -> exchange.getMessage()
                                    .setBody("hello"))
                            .getException())
                    .isNull();
        }
    }
}
