package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.error.CallNotSentException;
import io.github.camelsagemaker.async.testinfra.Fault;
import java.io.InputStream;
import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.DefaultExchange;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;

/** Whatever routes and streams do on the component's threads, other exchanges go on. */
class ProducerStallTest extends ProducerTestSupport {

    private final CountDownLatch streamsGoOn = new CountDownLatch(1);
    private final AtomicInteger reading = new AtomicInteger();
    private final Queue<Exchange> ended = new ConcurrentLinkedQueue<>();
    private SageMakerRuntimeAsyncClient narrow;

    @Override
    void configure(SageMakerAsyncComponent component) {
        super.configure(component);
        narrow = SageMakerRuntimeAsyncClient.builder()
                .region(Region.of(aws.region()))
                .endpointOverride(aws.sageMakerEndpoint())
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(aws.accessKeyId(), aws.secretAccessKey())))
                .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                        .maxConcurrency(2)
                        .connectionAcquisitionTimeout(Duration.ofMillis(300)))
                .overrideConfiguration(o -> o.retryStrategy(r -> r.maxAttempts(1)))
                .build();
        camel.getRegistry().bind("narrow", narrow);
    }

    @AfterEach
    void letGo() {
        streamsGoOn.countDown();
        narrow.close();
    }

    /** Until it is let go, its first byte does not come. */
    private final class Stalled extends InputStream {

        @Override
        public int read() {
            reading.incrementAndGet();
            try {
                streamsGoOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            return read();
        }
    }

    private void dispatch(AsyncProducer producer, Object body) {
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage().setBody(body);
        producer.process(exchange, sync -> ended.add(exchange));
    }

    private AsyncProducer producer(String uri) throws Exception {
        AsyncProducer producer = camel.getEndpoint(uri).createAsyncProducer();
        camel.addService(producer);
        return producer;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?awaitResult=true&resultPollDelay=100"})
    void exchangesThatAskTheSameEndpointAgainOnTheirWayAllEnd(String options) throws Exception {
        int count = 100; // more than there are threads
        AtomicInteger done = new AtomicInteger();
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:ask").to("sagemaker-async:echo" + options);
                from("direct:n")
                        .to("direct:ask")
                        .process(e -> template.requestBody("direct:ask", "again"))
                        .process(e -> done.incrementAndGet());
            }
        });
        AsyncProducer producer = producer("direct:n");

        for (int i = 0; i < count; i++) {
            dispatch(producer, "first");
        }

        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> ended.size() == count);
        assertThat(done).hasValue(count);
        Awaitility.await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(
                        threads("SageMakerAsyncProducer"))
                .isEmpty());
    }

    @Test
    void callsWaitForTheirTurnHoweverSlowTheAnswersAre() throws Exception {
        aws.faults().forSageMaker(8, Fault.slow(Duration.ofMillis(400)));
        AsyncProducer producer =
                producer("sagemaker-async:echo?sageMakerRuntimeAsyncClient=#narrow&maxConcurrentCalls=2");

        for (int i = 0; i < 8; i++) {
            dispatch(producer, "body");
        }

        Awaitility.await().until(() -> ended.size() == 8);
        assertThat(ended).extracting(Exchange::getException).containsOnlyNulls();
    }

    @Test
    void moreCallsThanMayWaitAreRefusedNamingTheOption() throws Exception {
        aws.faults().forSageMaker(4, Fault.slow(Duration.ofMillis(500)));
        AsyncProducer producer = producer(
                "sagemaker-async:echo?sageMakerRuntimeAsyncClient=#narrow&maxConcurrentCalls=2&maxWaitingCalls=2");

        for (int i = 0; i < 5; i++) {
            dispatch(producer, "body");
        }

        Awaitility.await().until(() -> ended.size() == 5);
        assertThat(ended)
                .extracting(Exchange::getException)
                .filteredOn(e -> e != null)
                .singleElement()
                .satisfies(e -> assertThat(e)
                        .isInstanceOf(CallNotSentException.class)
                        .hasMessageContainingAll("maxWaitingCalls", "2"));
    }

    @Test
    void aTextPassesStreamsThatStall() throws Exception {
        AsyncProducer producer = producer("sagemaker-async:echo?maxInFlight=4&inputLocation=" + INPUTS);
        for (int i = 0; i < 6; i++) {
            dispatch(producer, new Stalled());
        }
        Awaitility.await().until(() -> reading.get() == 4);

        dispatch(producer, "text");

        Awaitility.await().until(() -> ended.size() == 1);
        assertThat(ended.element().getException()).isNull();
        assertThat(reading).hasValue(4);
    }

    @Test
    void manyEndpointsShareTheirThreads() throws Exception {
        AsyncProducer[] producers = new AsyncProducer[40];
        for (int i = 0; i < producers.length; i++) {
            endpoint("many-" + i);
            producers[i] = producer("sagemaker-async:many-" + i);
        }

        for (int i = 0; i < 400; i++) {
            dispatch(producers[i % producers.length], "body");
        }

        Awaitility.await().until(() -> ended.size() == 400);
        // 64 unless cores are starved; each endpoint with threads of its own would have a thread for each exchange.
        assertThat(threads("SageMakerAsync")).hasSizeLessThan(200);
    }

    private static Set<String> threads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(thread -> thread.contains(name))
                .collect(Collectors.toSet());
    }
}
