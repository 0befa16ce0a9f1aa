package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.testinfra.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;

/** No thread waits for AWS, and none is left behind. */
class ProducerThreadsTest extends ProducerTestSupport {

    @Test
    void processReturnsBeforeTheServerAnswersAndTheExchangeGoesOnOnAThreadOfTheComponent() throws Exception {
        aws.faults().forSageMaker(1, Fault.slow(Duration.ofSeconds(1)));
        AsyncProducer producer = producer("sagemaker-async:echo");
        Exchange exchange = exchange("body");
        CountDownLatch done = new CountDownLatch(1);
        AtomicReference<String> thread = new AtomicReference<>();
        AtomicBoolean synchronous = new AtomicBoolean(true);

        boolean returned = producer.process(exchange, doneSync -> {
            thread.set(Thread.currentThread().getName());
            synchronous.set(doneSync);
            done.countDown();
        });

        assertThat(done.getCount()).isEqualTo(1);
        assertThat(returned).isFalse();
        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(synchronous).isFalse();
        assertThat(thread.get()).contains("SageMakerAsyncProducer");
        assertThat(exchange.getException()).isNull();
    }

    @Test
    void aBadRequestEndsSynchronously() throws Exception {
        AsyncProducer producer = producer("sagemaker-async:echo");
        Exchange exchange = exchange(null);
        AtomicBoolean synchronous = new AtomicBoolean();

        assertThat(producer.process(exchange, synchronous::set)).isTrue();
        assertThat(synchronous).isTrue();
        assertThat(exchange.getException()).isNotNull();
    }

    @Test
    void requestsOneAfterTheOtherTakeFewThreads() throws Exception {
        AsyncProducer producer = producer("sagemaker-async:echo");

        for (int i = 0; i < 70; i++) {
            CountDownLatch done = new CountDownLatch(1);
            producer.process(exchange("body"), sync -> done.countDown());
            assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(componentThreads())
                .filteredOn(name -> name.contains("SageMakerAsyncProducer"))
                .hasSizeLessThan(16);
    }

    @Test
    void twoHundredSlowRequestsNeedNoThreadEach() throws Exception {
        int requests = 200;
        try (TcpGate gate = new TcpGate(aws.sageMakerEndpoint());
                SageMakerRuntimeAsyncClient client = ClientsAt.sageMaker(gate.uri(), aws)) {
            camel.getRegistry().bind("gated", client);
            AsyncProducer producer = producer(
                    "sagemaker-async:echo?sageMakerRuntimeAsyncClient=#gated&maxInFlight=4&inputLocation=" + INPUTS);
            CountDownLatch warm = new CountDownLatch(1);
            producer.process(exchange("warm up"), sync -> warm.countDown());
            assertThat(warm.await(30, TimeUnit.SECONDS)).isTrue();
            gate.silent(true);
            CountDownLatch done = new CountDownLatch(requests);

            for (int i = 0; i < requests; i++) {
                producer.process(exchange("body " + i), sync -> done.countDown());
            }

            assertThat(done.getCount()).isEqualTo(requests);
            assertThat(componentThreads())
                    .filteredOn(name -> name.contains("SageMakerAsyncProducer"))
                    .hasSizeLessThanOrEqualTo(4);
            assertThat(componentThreads()).hasSizeLessThan(requests / 4);
            gate.silent(false);
            assertThat(done.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(aws.ledger().acceptedCount()).isEqualTo(requests + 1L);
        }
    }

    @Test
    void anExchangeInFlightStillEndsAfterItsProducerWasStopped() throws Exception {
        aws.faults().forSageMaker(1, Fault.slow(Duration.ofSeconds(1)));
        AsyncProducer producer = producer("sagemaker-async:echo");
        Exchange exchange = exchange("body");
        CountDownLatch done = new CountDownLatch(1);
        producer.process(exchange, sync -> done.countDown());

        producer.stop();

        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getHeaders()).containsKey(SageMakerAsyncConstants.OUTPUT_LOCATION);
    }

    @Test
    void nothingIsLeftWhenCamelStops() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        route("sagemaker-async:echo?payloadMode=S3&inputLocation=" + INPUTS);
        sent("body", Map.of());

        camel.stop();

        Awaitility.await().untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> !before.contains(thread))
                        .map(Thread::getName)
                        .filter(name -> name.contains("SageMakerAsync")))
                .isEmpty());
    }

    @Test
    void clientsThatWereGivenStayOpenWhenCamelStops() throws Exception {
        route("sagemaker-async:echo?payloadMode=S3&inputLocation=" + INPUTS);
        sent("body", Map.of());

        camel.stop();

        assertThat(aws.s3Client().listBuckets().join().buckets()).isNotEmpty();
        aws.sageMakerClient()
                .invokeEndpointAsync(r -> r.endpointName("echo").inputLocation("s3://inputs/x"))
                .get(30, TimeUnit.SECONDS);
    }

    private AsyncProducer producer(String uri) throws Exception {
        Endpoint endpoint = camel.getEndpoint(uri);
        AsyncProducer producer = endpoint.createAsyncProducer();
        camel.addService(producer);
        return producer;
    }

    private Exchange exchange(Object body) {
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage().setBody(body);
        return exchange;
    }

    /** Names of the threads of the component and of its clients. */
    private static List<String> componentThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name ->
                        name.contains("SageMakerAsync") || name.startsWith("sdk-") || name.startsWith("aws-java-sdk"))
                .toList();
    }
}
