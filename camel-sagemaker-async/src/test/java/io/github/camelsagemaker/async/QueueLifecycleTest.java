package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.internal.result.Notifications;
import io.github.camelsagemaker.async.testinfra.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.Processor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

class QueueLifecycleTest extends QueueTestSupport {

    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    /** Lets no exchange through until the gate is opened. */
    private Processor gated() {
        return exchange -> {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            try {
                assertThat(gate.await(60, TimeUnit.SECONDS)).isTrue();
            } finally {
                inside.decrementAndGet();
            }
        };
    }

    @AfterEach
    void open() {
        gate.countDown();
    }

    private void awaitInside(int count) {
        await().atMost(SOON).untilAsserted(() -> assertThat(inside).hasValue(count));
    }

    /** Whether somebody else gets a message of the queue within six seconds, which is at least twice the visibility timeout. */
    private boolean anotherReceiverGetsOne() {
        long end = System.nanoTime() + Duration.ofSeconds(6).toNanos();
        while (System.nanoTime() < end) {
            if (!results.sqs()
                    .receiveMessage(r -> r.queueUrl(results.queueUrl).waitTimeSeconds(1))
                    .join()
                    .messages()
                    .isEmpty()) {
                return true;
            }
        }
        return false;
    }

    @Test
    void aRouteOfThreeVisibilityTimeoutsKeepsItsMessage() throws Exception {
        route("visibilityTimeout=2&maxInFlight=1", gated());
        results.landAndNotify("a.out", "slow");
        awaitInside(1);

        assertThat(anotherReceiverGetsOne()).isFalse();
        assertThat(calls("ChangeMessageVisibilityBatch")).isGreaterThanOrEqualTo(3);
        gate.countDown();
        awaitQueueEmpty();
        assertThat(emitted).hasSize(1);
        assertThat(most).hasValue(1);
        assertThat(consumer().getDuplicates()).isZero();
    }

    @Test
    void withoutExtensionALongRouteLosesItsMessageToAnother() throws Exception {
        route("visibilityTimeout=2&maxInFlight=1&extendMessageVisibility=false", gated());
        results.landAndNotify("a.out", "slow");
        awaitInside(1);

        assertThat(anotherReceiverGetsOne()).isTrue();
    }

    @Test
    void theThreadsOfAConsumerTellItsRoute() throws Exception {
        route("visibilityTimeout=600", gated());
        results.landAndNotify("a.out", "hello");
        awaitInside(1);

        String ours = "Camel (" + context.getName() + ") thread #";
        assertThat(Thread.getAllStackTraces().keySet())
                .extracting(Thread::getName)
                .filteredOn(name -> name.startsWith(ours))
                .filteredOn(name -> name.contains("SageMakerAsync"))
                .hasSizeGreaterThanOrEqualTo(3)
                .allMatch(name -> name.endsWith("[results]"));
        gate.countDown();
    }

    @Test
    void extensionsOfManyMessagesShareRequests() throws Exception {
        route("visibilityTimeout=2&maxInFlight=10", gated());
        notifyMany(10);
        awaitInside(10);

        await().atMost(SOON).until(() -> calls("ChangeMessageVisibilityBatch") >= 2);
        assertThat(calls("ChangeMessageVisibilityBatch")).isLessThan(10);
        gate.countDown();
        awaitQueueEmpty();
    }

    @Test
    void beyondMaxVisibilityExtensionTheMessageComesAgainAndIsNotEmittedTwiceAtOnce() throws Exception {
        route("visibilityTimeout=1&maxVisibilityExtension=2000", gated());
        results.landAndNotify("a.out", "slow");
        awaitInside(1);

        // It is left at once, and comes again less and less often.
        await().atMost(SOON)
                .pollInterval(Duration.ofMillis(2))
                .until(() -> consumer().getInFlight() > 1);
        gate.countDown();
        awaitQueueEmpty();
        assertThat(emitted).hasSize(1);
        assertThat(most).hasValue(1);
    }

    @Test
    void noMoreThanMaxInFlightAreInASynchronousRouteAndThatManyAre() throws Exception {
        route("maxInFlight=4", gated());
        notifyMany(12);

        awaitInside(4);
        assertThat(results.visible()).isEqualTo(8);
        gate.countDown();
        awaitEmitted(12);
        assertThat(most).hasValue(4);
    }

    private void notifyMany(int count) {
        List<String> names = IntStream.range(0, count).mapToObj(i -> i + ".out").toList();
        names.forEach(name -> results.land(name, name));
        results.sendAll(names.stream().map(results::completed).toList());
    }

    @Test
    void aStopLetsExchangesFinishAndAcknowledgesThem() throws Exception {
        route("visibilityTimeout=600", gated());
        results.landAndNotify("a.out", "hello");
        awaitInside(1);
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(context::stop);
        gate.countDown();

        stopped.get(40, TimeUnit.SECONDS);
        assertThat(emitted).hasSize(1);
        assertThat(results.messages()).isZero();
    }

    @Test
    void aStopSendsWhatWaitsToBeDeletedTogetherAndWaitsForIt() throws Exception {
        AWS.aws().faults().forCalls("DeleteMessageBatch", 1, Fault.slow(Duration.ofSeconds(2)));
        route("visibilityTimeout=600&deleteAfterRead=true", gated());
        results.land("a.out", "a");
        results.land("b.out", "b");
        results.sendAll(List.of(results.completedWith("a.out", "a"), results.completed("b.out")));
        awaitInside(2);
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(context::stop);
        gate.countDown();

        stopped.get(40, TimeUnit.SECONDS);
        assertThat(AWS.aws().keys(results.bucket, "out/")).isEmpty();
        assertThat(results.messages()).isZero();
    }

    @Test
    void whatAReceiveUnderWayBringsAfterAStopIsGivenBackAtOnce() throws Exception {
        route("visibilityTimeout=600&waitTimeSeconds=5");
        await().atMost(SOON).until(() -> calls("ReceiveMessage") >= 1);
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(context::stop);
        await().atMost(SOON).until(() -> !context.isStarted());
        results.landAndNotify("a.out", "too late");

        stopped.get(40, TimeUnit.SECONDS);
        assertThat(results.invisible()).isZero();
        assertThat(results.visible()).isEqualTo(1);
        assertThat(emitted).isEmpty();
    }

    @Test
    void aResultThatWasNotBegunBeforeAStopIsGivenBackAtOnce() throws Exception {
        route("visibilityTimeout=600", gated());
        results.land("1.out", "1");
        results.land("2.out", "2");
        results.send(Notifications.created(results.bucket, "out/1.out", "out/2.out"));
        awaitInside(1);
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(context::stop);
        await().atMost(SOON).until(() -> consumer().isSuspended());
        assertThat(consumer().getInFlight()).isEqualTo(1);
        gate.countDown();

        stopped.get(40, TimeUnit.SECONDS);
        assertThat(emitted).hasSize(1);
        assertThat(results.invisible()).isZero();
        assertThat(results.visible()).isEqualTo(1);
    }

    @Test
    void aSuspendedRouteReceivesNothingAndGoesOnWhenResumed() throws Exception {
        route("");
        context.getRouteController().suspendRoute("results");
        results.landAndNotify("a.out", "hello");

        await().atMost(SOON).during(Duration.ofSeconds(1)).until(() -> results.visible() == 1);
        assertThat(emitted).isEmpty();

        context.getRouteController().resumeRoute("results");
        awaitEmitted(1);
        awaitQueueEmpty();
    }

    @Test
    void aSuspendedRouteIsNotReconciledAndAResumedOneIs() throws Exception {
        route("deleteAfterRead=true&reconcileInterval=300&reconcileMinAge=0");
        await().atMost(SOON).until(() -> calls("ListObjectsV2") > 0);
        context.getRouteController().suspendRoute("results");
        // What began before is over.
        await().atMost(SOON).until(() -> results.invisible() == 0);
        long before = calls("ListObjectsV2");
        results.land("lost.out", "found");

        // Several intervals long.
        await().during(Duration.ofSeconds(2))
                .atMost(SOON)
                .until(() -> calls("ListObjectsV2") <= before + 1 && emitted.isEmpty());
        context.getRouteController().resumeRoute("results");
        awaitEmitted(1);
    }

    @Test
    void aStoppedRouteCanBeStartedAgain() throws Exception {
        route("");
        context.getRouteController().stopRoute("results");
        context.getRouteController().startRoute("results");
        results.landAndNotify("a.out", "hello");

        awaitEmitted(1);
    }

    @Test
    void anExchangeThatOutlivesAForcedStopIsSettledAndItsResultIsNotEmittedAgain() throws Exception {
        route("visibilityTimeout=3&deleteAfterRead=true", gated());
        results.landAndNotify("a.out", "slow");
        awaitInside(1);
        context.getRouteController().stopRoute("results", 1, TimeUnit.SECONDS);
        context.getRouteController().startRoute("results");

        assertSettledOnceAndGoesOn();
    }

    @Test
    void afterAStopThatGaveUpTheRouteGoesOnAsBefore() throws Exception {
        route("visibilityTimeout=3&deleteAfterRead=true", gated());
        results.landAndNotify("a.out", "slow");
        awaitInside(1);

        assertThat(context.getRouteController().stopRoute("results", 1, TimeUnit.SECONDS, true))
                .isFalse();

        assertSettledOnceAndGoesOn();
    }

    @Test
    void howeverShortTheTimeOutOfStopsThatGiveUpTheRouteGoesOnAsBefore() throws Exception {
        route("visibilityTimeout=3&deleteAfterRead=true", gated());
        results.landAndNotify("a.out", "slow");
        awaitInside(1);

        for (int micros = 1; micros < 4000; micros += 131) {
            assertThat(context.getRouteController().stopRoute("results", micros, TimeUnit.MICROSECONDS, true))
                    .isFalse();
        }

        assertSettledOnceAndGoesOn();
    }

    private void assertSettledOnceAndGoesOn() throws Exception {
        assertThat(anotherReceiverGetsOne()).isFalse();
        gate.countDown();
        awaitQueueEmpty();
        results.landAndNotify("b.out", "later");
        awaitEmitted(2);
        awaitQueueEmpty();
        assertThat(emitted).hasSize(2);
        assertThat(most).hasValue(1);
        await().atMost(SOON).until(() -> AWS.aws().keys(results.bucket, "out/").isEmpty());
    }

    @Test
    void aComponentThatIsStoppedAndStartedUnderItsRouteGoesOn() throws Exception {
        route("waitTimeSeconds=1");
        results.landAndNotify("a.out", "hello");
        awaitQueueEmpty();
        SageMakerAsyncComponent component = context.getComponent("sagemaker-async", SageMakerAsyncComponent.class);
        component.stop();
        results.landAndNotify("b.out", "hello");

        component.start();

        awaitQueueEmpty();
        assertThat(emitted).hasSize(2);
    }

    @Test
    void anIdleConsumerHasNothingPendingForAStopToWaitFor() throws Exception {
        route("");
        await().atMost(SOON).until(() -> calls("ReceiveMessage") >= 1);

        assertThat(consumer().getPendingExchangesSize()).isZero();
    }

    @Test
    void aQueueThatIsEmptyAtOnceIsNotAskedAllTheTime() throws Exception {
        route("waitTimeSeconds=0");
        await().atMost(SOON).until(() -> calls("ReceiveMessage") >= 3);

        await().during(Duration.ofSeconds(1)).atMost(SOON).until(() -> calls("ReceiveMessage") < 20);
        results.landAndNotify("a.out", "hello");
        awaitEmitted(1);
    }

    @Test
    void aQueueWhoseMessagesWouldNotBeInvisibleIsReceivedFromAsIfTheyWere() throws Exception {
        use(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "0"));
        route("", gated());
        results.landAndNotify("a.out", "hello");
        awaitInside(1);

        assertThat(results.invisible()).isEqualTo(1);
        gate.countDown();
        awaitQueueEmpty();
        assertThat(consumer().getDuplicates()).isZero();
    }

    @Test
    void aQueueThatWasAwayIsReceivedFromAgain() throws Exception {
        AWS.aws().faults().forCalls("ReceiveMessage", Integer.MAX_VALUE, Fault.accessDenied403());
        route("");
        await().atMost(SOON).until(() -> calls("ReceiveMessage") >= 3);
        AWS.aws().faults().clear();
        assertThat(reported).hasSize(1);
        results.landAndNotify("a.out", "hello");

        awaitEmitted(1);
    }
}
