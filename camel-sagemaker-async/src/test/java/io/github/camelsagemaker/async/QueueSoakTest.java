package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.testinfra.AcceptedRequest;
import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.LocalAwsExtension;
import io.github.camelsagemaker.async.testinfra.notification.NotificationFaults;
import io.github.camelsagemaker.async.tracking.PostgresServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.SdkBytes;

/**
 * Two nodes on one queue, with notifications that get lost, come twice and late, and exchanges that fail at random: every
 * result is emitted, and none again once it was remembered in the database that the nodes share.
 */
@Tag("soak")
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class QueueSoakTest {

    private static final Logger LOG = LoggerFactory.getLogger(QueueSoakTest.class);

    private static final int RESULTS = SoakSize.of(10_000, 1_000);

    private static final int MAX_IN_FLIGHT = 16;
    private static final int ONE_EXCHANGE_FAILS_OF = 20;

    @RegisterExtension
    static final LocalAwsExtension AWS = new LocalAwsExtension();

    private final LocalAws aws = AWS.aws();
    private final ResultsByQueue results = new ResultsByQueue(aws);
    private final SharedDatabase database = SharedDatabase.at(PostgresServer.jdbcUrl());
    private final Map<String, Long> remembered = WatchedRepository.sharedMemory();
    private final List<Node> nodes = new ArrayList<>();

    /** Bodies that arrived, by the place of their result. */
    private final Map<String, Queue<String>> succeeded = new ConcurrentHashMap<>();

    private final LongAdder failures = new LongAdder();
    private final LongAdder foundByReconciliation = new LongAdder();
    private final Queue<String> emittedAgain = new ConcurrentLinkedQueue<>();

    private final class Node {

        final DefaultCamelContext context = results.context();
        final WatchedRepository repository =
                new WatchedRepository(database.repository("soak-" + results.queue), remembered);
        final AtomicInteger inside = new AtomicInteger();
        final AtomicInteger most = new AtomicInteger();

        void start(String topic) throws Exception {
            context.getRegistry().bind("repository", repository);
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    errorHandler(noErrorHandler());
                    from(results.uri("maxInFlight=" + MAX_IN_FLIGHT
                                    + "&idempotentRepository=#repository&topicArn=" + topic
                                    + "&autoCreateQueue=true&redeliveryBackoff=1s&visibilityTimeout=30"
                                    + "&reconcileInterval=4000&reconcileMinAge=8000"))
                            .routeId("results")
                            .process(Node.this::emit);
                }
            });
            context.start();
        }

        private void emit(Exchange exchange) {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            try {
                if (repository.wasLetThroughTooLate(exchange)) {
                    emittedAgain.add(place(exchange));
                }
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(2_000_000));
                if (ThreadLocalRandom.current().nextInt(ONE_EXCHANGE_FAILS_OF) == 0) {
                    failures.increment();
                    throw new IllegalStateException("at random");
                }
                if (exchange.getMessage().getHeader(SageMakerAsyncConstants.INFERENCE_ID) == null) {
                    foundByReconciliation.increment();
                }
                succeeded
                        .computeIfAbsent(place(exchange), none -> new ConcurrentLinkedQueue<>())
                        .add(exchange.getMessage().getBody(String.class));
            } finally {
                inside.decrementAndGet();
            }
        }

        SageMakerAsyncQueueConsumer consumer() {
            return (SageMakerAsyncQueueConsumer) context.getRoute("results").getConsumer();
        }
    }

    private static String place(Exchange exchange) {
        return exchange.getMessage().getHeader(SageMakerAsyncConstants.OUTPUT_LOCATION, String.class);
    }

    @AfterEach
    void stop() {
        nodes.forEach(node -> node.context.stop());
        database.close();
        aws.notificationFaults(NotificationFaults.NONE);
    }

    @Test
    void everyResultIsEmittedAndNoneAgainOnceItWasRemembered() throws Exception {
        String topic = topic();
        // One after the other: the table of the repository is created by the first.
        for (int i = 0; i < 2; i++) {
            Node node = new Node();
            nodes.add(node);
            node.start(topic);
        }
        long start = System.nanoTime();
        invokeAll();

        await().atMost(Duration.ofMinutes(6))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> succeeded.size() >= RESULTS);
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(results.messages()).isZero());
        report(System.nanoTime() - start);

        assertThat(bodies()).isEqualTo(expectedBodies());
        assertThat(emittedAgain).isEmpty();
        assertThat(nodes).allSatisfy(node -> assertThat(node.most.get()).isBetween(1, MAX_IN_FLIGHT));
        // What was ordered did happen.
        assertThat(failures.sum()).isPositive();
        assertThat(foundByReconciliation.sum()).isPositive();
        assertThat(nodes)
                .allSatisfy(node -> assertThat(node.consumer().getDuplicates()).isPositive());
    }

    private String topic() {
        String topic = aws.snsClient()
                .createTopic(r -> r.name("soak-" + UUID.randomUUID()))
                .join()
                .topicArn();
        aws.endpoint("model")
                .outputPath("s3://" + results.bucket + "/out/a-folder-that-makes-keys-longer-than-100-characters/")
                .successTopic(topic)
                .create();
        aws.notificationFaults(new NotificationFaults(17, 0.05, 0.05, 0.1, Duration.ofSeconds(2)));
        return topic;
    }

    private void invokeAll() throws InterruptedException {
        Semaphore underWay = new Semaphore(64);
        for (int i = 0; i < RESULTS; i++) {
            String id = "result-" + i;
            underWay.acquire();
            aws.sageMakerClient()
                    .invokeEndpointAsync(
                            r -> r.endpointName("model").inferenceId(id).body(SdkBytes.fromUtf8String(id)))
                    .whenComplete((accepted, failure) -> underWay.release());
        }
        underWay.acquire(64);
        assertThat(aws.ledger().acceptedCount()).isEqualTo(RESULTS);
    }

    /** Every body that arrived for a place; one that came twice counts once. */
    private Map<String, String> bodies() {
        return succeeded.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        arrived -> arrived.getValue().stream().distinct().collect(Collectors.joining(" and "))));
    }

    /** The model answers what it is asked, which is the inference id. */
    private Map<String, String> expectedBodies() {
        return aws.ledger().accepted().stream()
                .collect(Collectors.toMap(AcceptedRequest::outputLocation, AcceptedRequest::inferenceId));
    }

    private void report(long nanos) {
        long twice = succeeded.values().stream()
                .filter(arrived -> arrived.size() > 1)
                .count();
        long dropped = nodes.stream()
                .mapToLong(node -> node.consumer().getDuplicates())
                .sum();
        LOG.info(
                "{} results in {} s: {} exchanges failed, {} found by reconciliation, {} duplicates dropped, {} emitted"
                        + " twice while in flight; calls {}",
                succeeded.size(),
                TimeUnit.NANOSECONDS.toSeconds(nanos),
                failures.sum(),
                foundByReconciliation.sum(),
                dropped,
                twice,
                aws.ledger().calls());
    }
}
