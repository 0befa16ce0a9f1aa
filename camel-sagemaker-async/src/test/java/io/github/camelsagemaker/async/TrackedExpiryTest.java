package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.testinfra.Fault;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import io.github.camelsagemaker.async.tracking.JdbcPendingInvocationStore;
import io.github.camelsagemaker.async.tracking.MemoryPendingInvocationStore;
import io.github.camelsagemaker.async.tracking.PendingClaim;
import io.github.camelsagemaker.async.tracking.PendingInvocation;
import io.github.camelsagemaker.async.tracking.PendingState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests without a result end in one exchange of status EXPIRED; a result that comes after it is marked late. */
class TrackedExpiryTest extends TrackingTestSupport {

    private static final int REQUESTS = 20;

    @Test
    void eachRequestExpiresOnceAlsoWithTwoNodesSweepingAndItsResultIsLate() throws Exception {
        holdModel();
        Supplier<JdbcPendingInvocationStore> table = Database.H2.table();
        DefaultCamelContext sender = sender(table.get(), "pendingDeadline=1000");
        List<String> sent = IntStream.range(0, REQUESTS)
                .mapToObj(i -> sent(sender, "body", Map.of("number", i)))
                .toList();
        JdbcPendingInvocationStore store = table.get();
        receiver(store, byQueue());
        receiver(table.get(), byQueue());
        awaitEmitted(REQUESTS);

        assertThat(emitted).allSatisfy(message -> {
            assertThat(status(message)).isEqualTo(InferenceStatus.EXPIRED);
            assertThat(message.getBody(String.class))
                    .startsWith("No result of the request with the inference id "
                            + message.getHeader(SageMakerAsyncConstants.INFERENCE_ID));
            assertThat(isLate(message)).isFalse();
            assertThat(message.getHeader(SageMakerAsyncConstants.ENDPOINT_NAME)).isEqualTo("model");
            assertThat(message.getHeader(SageMakerAsyncConstants.OUTPUT_LOCATION, String.class))
                    .startsWith("s3://" + bucket + "/out/");
            assertThat(sent.get(message.getHeader("number", Integer.class))).isEqualTo(id(message));
        });
        assertThat(emitted.stream().map(TrackingTestSupport::id).distinct()).hasSize(REQUESTS);

        modelMayAnswer.countDown();
        awaitEmitted(2 * REQUESTS);

        List<Message> results = emitted.subList(REQUESTS, 2 * REQUESTS);
        assertThat(results).allSatisfy(message -> {
            assertThat(status(message)).isEqualTo(InferenceStatus.COMPLETED);
            assertThat(isLate(message)).isTrue();
            assertThat(sent.get(message.getHeader("number", Integer.class))).isEqualTo(id(message));
        });
        soon().until(() -> store.statistics("model").completed() == REQUESTS);
        assertThat(store.statistics("model").expired()).isZero();
    }

    @Test
    void theTimeOfARequestBeginsAfterItsUpload() throws Exception {
        AtomicInteger sweeps = new AtomicInteger();
        MemoryPendingInvocationStore store = new MemoryPendingInvocationStore() {
            @Override
            public List<PendingInvocation> claimExpired(String endpointName, PendingClaim claim, int limit) {
                sweeps.incrementAndGet();
                return super.claimExpired(endpointName, claim, limit);
            }
        };
        receiver(store, byQueue());
        DefaultCamelContext sender =
                sender(store, "pendingDeadline=1000&payloadMode=S3&inputLocation=s3://" + bucket + "/in/");
        aws().faults().forCalls("PutObject", 1, Fault.slow(Duration.ofSeconds(3)));

        Exchange exchange = send(sender, "body", Map.of());

        assertThat(exchange.getException()).isNull();
        awaitEmitted(1);
        int before = sweeps.get();
        soon().until(() -> sweeps.get() > before + 1);
        assertThat(emitted).singleElement().satisfies(message -> {
            assertThat(status(message)).isEqualTo(InferenceStatus.COMPLETED);
            assertThat(isLate(message)).isFalse();
        });
    }

    @Test
    void aResultThatRacesItsDeadlineIsEmittedOnceAndIsLateOnlyAfterItsExpiry() throws Exception {
        // A result that meets the expiry of its request in the route is left to the queue.
        visibilityTimeout(2);
        Random random = new Random(4);
        Supplier<JdbcPendingInvocationStore> table = Database.H2.table();
        JdbcPendingInvocationStore store = table.get();
        model(request -> {
            // The inference takes until about its own deadline, however slow the machine.
            Instant deadline =
                    store.find(key(request.inferenceId())).orElseThrow().deadline();
            long left = Duration.between(Instant.now(), deadline).toMillis();
            Thread.sleep(Math.max(0, left + random.nextInt(1_500) - 500));
            return new ModelResponse(request.body(), "text/plain");
        });
        DefaultCamelContext sender = sender(table.get(), "pendingDeadline=1500");
        receiver(store, byQueue());
        receiver(table.get(), byQueue());
        int requests = 60;
        for (int i = 0; i < requests; i++) {
            sent(sender, "body", Map.of("number", i));
        }
        soon().until(() -> store.statistics("model").completed() == requests);

        Map<Integer, List<Message>> byRequest =
                emitted.stream().collect(Collectors.groupingBy(m -> m.getHeader("number", Integer.class)));
        assertThat(byRequest).hasSize(requests).allSatisfy((number, messages) -> {
            List<InferenceStatus> ends =
                    messages.stream().map(TrackingTestSupport::status).toList();
            boolean late = isLate(messages.get(messages.size() - 1));
            assertThat(ends)
                    .isEqualTo(
                            late
                                    ? List.of(InferenceStatus.EXPIRED, InferenceStatus.COMPLETED)
                                    : List.of(InferenceStatus.COMPLETED));
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 403, 404})
    void aRequestWhoseResultLandedUnnoticedIsLeftToTheConsumerOfResults(int answerOnTheWay) throws Exception {
        MemoryPendingInvocationStore store = new MemoryPendingInvocationStore();
        String id = sent(sender(store, "pendingDeadline=1000"), "body", Map.of());
        soon().until(() -> aws().ledger().accepted(id).outcome().isFinal());
        soon().until(() -> store.find(key(id)).orElseThrow().deadline().isBefore(Instant.now()));
        long looks = aws().ledger().calls("ListObjectsV2");

        if (answerOnTheWay != 200) {
            aws().faults().forS3("ListObjectsV2", Integer.MAX_VALUE, Fault.emptyBody(answerOnTheWay));
        }

        // A queue that nothing is sent to: this node can learn of the result by its sweep only.
        String unheard = "other-" + queue;
        aws().sqsClient().createQueue(r -> r.queueName(unheard)).join();
        receiver(store, byQueue().replace("notificationQueue=" + queue, "notificationQueue=" + unheard));
        soon().until(() -> aws().ledger().calls("ListObjectsV2") >= looks + 2); // both places
        receiver(store, byQueue());
        awaitEmitted(1);

        assertThat(status(emitted.get(0))).isEqualTo(InferenceStatus.COMPLETED);
        assertThat(isLate(emitted.get(0))).isFalse();
    }

    @Test
    void anExpiryWhoseExchangeFailedComesAgain() throws Exception {
        holdModel();
        MemoryPendingInvocationStore store = new MemoryPendingInvocationStore();
        String id = sent(sender(store, "pendingDeadline=1000"), "body", Map.of("customer", "c"));
        AtomicBoolean failed = new AtomicBoolean();
        receiver(store, byQueue().replace("pendingLease=30000", "pendingLease=2000"), exchange -> {
            if (failed.compareAndSet(false, true)) {
                throw new IllegalStateException("not now");
            }
        });
        awaitEmitted(1);

        assertThat(failed).isTrue();
        assertThat(status(emitted.get(0))).isEqualTo(InferenceStatus.EXPIRED);
        assertThat(emitted.get(0).getHeader("customer")).isEqualTo("c");
        soon().untilAsserted(() ->
                assertThat(store.find(key(id))).map(PendingInvocation::state).contains(PendingState.EXPIRED));
    }

    @Test
    void aNodeWithSweepIntervalZeroLeavesExpiryToOthers() throws Exception {
        holdModel();
        MemoryPendingInvocationStore store = new MemoryPendingInvocationStore();
        sent(sender(store, "pendingDeadline=1000"), "body", Map.of());
        DefaultCamelContext idle =
                receiver(store, byQueue().replace("pendingSweepInterval=200", "pendingSweepInterval=0"));
        receiver(store, scan());
        awaitEmitted(1);

        assertThat(((SageMakerAsyncQueueConsumer) idle.getRoute("results").getConsumer()).getExpired())
                .isZero();
    }

    @Test
    void expiriesAreCountedUntilTheCountersAreReset() throws Exception {
        holdModel();
        MemoryPendingInvocationStore store = new MemoryPendingInvocationStore();
        sent(sender(store, "pendingDeadline=1000"), "body", Map.of());
        DefaultCamelContext node = receiver(store, byQueue());
        SageMakerAsyncQueueConsumer consumer =
                (SageMakerAsyncQueueConsumer) node.getRoute("results").getConsumer();
        soon().until(() -> consumer.getExpired() == 1);

        consumer.resetCounters();

        assertThat(consumer.getExpired()).isZero();
    }

    @Test
    void aStopWaitsForAnExpiryInTheRoute() throws Exception {
        holdModel();
        MemoryPendingInvocationStore store = new MemoryPendingInvocationStore();
        String id = sent(sender(store, "pendingDeadline=1000"), "body", Map.of());
        AtomicBoolean inRoute = new AtomicBoolean();
        CountDownLatch mayEnd = new CountDownLatch(1);
        DefaultCamelContext node = receiver(store, scan(), exchange -> {
            inRoute.set(true);
            assertThat(mayEnd.await(30, TimeUnit.SECONDS)).isTrue();
        });
        soon().untilTrue(inRoute);

        Thread stop = new Thread(node::stop);
        stop.start();
        await().during(Duration.ofMillis(500)).atMost(Duration.ofSeconds(5)).until(stop::isAlive);
        mayEnd.countDown();
        stop.join(30_000);

        assertThat(emitted).hasSize(1);
        assertThat(store.find(key(id))).map(PendingInvocation::state).contains(PendingState.EXPIRED);
    }
}
