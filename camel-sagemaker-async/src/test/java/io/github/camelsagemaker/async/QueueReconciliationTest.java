package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.testinfra.Fault;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

@Tag("any-camel")
class QueueReconciliationTest extends QueueTestSupport {

    private static final String OFTEN = "reconcileInterval=300&reconcileMinAge=0";

    private void awaitRounds(int more) {
        long before = calls("ListObjectsV2");
        await().atMost(SOON).until(() -> calls("ListObjectsV2") >= before + more);
    }

    @Test
    void aResultWhoseNotificationWasLostIsEmittedOnce() throws Exception {
        context.getRegistry().bind("repo", MemoryIdempotentRepository.memoryIdempotentRepository(1000));
        route("idempotentRepository=#repo&" + OFTEN);
        results.land("lost.out", "found");

        awaitEmitted(1);
        awaitRounds(3);
        assertThat(emitted).hasSize(1);
        assertThat(emitted.get(0).getBody(String.class)).isEqualTo("found");
    }

    @Test
    void aFoundResultIsDeletedIfAskedFor() throws Exception {
        route("deleteAfterRead=true&" + OFTEN);
        results.land("lost.out", "found");

        awaitEmitted(1);
        await().atMost(SOON).until(() -> !results.exists("out/lost.out"));
    }

    @Test
    void aPayloadIsDeletedAlsoIfTheAnswerToTheAcknowledgementWasLost() throws Exception {
        AWS.aws().faults().forCalls("DeleteMessageBatch", Integer.MAX_VALUE, new Fault.Reset(true));
        String inputs = "s3://" + results.bucket + "/in/";
        AWS.aws()
                .putObject(
                        results.bucket, "in/8a6e0804-2bd0-4672-b79d-d97027f9071a", "payload".getBytes(), "text/plain");
        results.land("a.out", "hello");
        results.send(results.completedWith("a.out", "hello")
                .replace(
                        "\"endpointName\":\"model\"",
                        "\"endpointName\":\"model\",\"inputLocation\":\"" + inputs
                                + "8a6e0804-2bd0-4672-b79d-d97027f9071a\""));
        route("deleteAfterRead=true&deleteInputAfterRead=true&inputLocation=" + inputs
                // Later than the notification, which alone names the payload.
                + "&reconcileInterval=5000&reconcileMinAge=0");
        awaitEmitted(1);

        await().atMost(SOON)
                .until(() ->
                        !results.exists("out/a.out") && !results.exists("in/8a6e0804-2bd0-4672-b79d-d97027f9071a"));
        assertThat(results.messages()).isZero();
        assertThat(emitted).hasSize(1);
    }

    @Test
    void aFoundResultWhoseNotificationComesLaterIsADuplicate() throws Exception {
        // Where the notification finds the result still in progress, it comes again.
        route("visibilityTimeout=2&deleteAfterRead=true&" + OFTEN);
        results.land("a.out", "found");
        awaitEmitted(1);
        results.send(results.completed("a.out"));

        awaitQueueEmpty();
        assertThat(emitted).hasSize(1);
    }

    @Test
    void aFoundAndDeletedResultIsNotEmittedAgainByANotificationThatCarriesIt() throws Exception {
        route("visibilityTimeout=2&deleteAfterRead=true&" + OFTEN);
        results.land("a.out", "found");
        awaitEmitted(1);
        await().atMost(SOON).until(() -> !results.exists("out/a.out"));
        results.send(results.completedWith("a.out", "found"));
        awaitQueueEmpty();
        assertThat(emitted).hasSize(1);

        results.send(results.completedWith("a.out", "another"));
        awaitEmitted(2);
        assertThat(emitted.get(1).getBody(String.class)).isEqualTo("another");
    }

    @Test
    void aResultInFlightIsNotEmittedASecondTime() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger begun = new AtomicInteger();
        route("deleteAfterRead=true&" + OFTEN, exchange -> {
            begun.incrementAndGet();
            assertThat(gate.await(60, TimeUnit.SECONDS)).isTrue();
        });
        results.landAndNotify("a.out", "slow");
        await().atMost(SOON).until(() -> begun.get() == 1);
        awaitRounds(4);
        gate.countDown();

        awaitQueueEmpty();
        awaitRounds(2);
        assertThat(begun).hasValue(1);
        assertThat(emitted).hasSize(1);
    }

    @Test
    void evenOnePermitIsSharedBetweenQueueAndReconciliation() throws Exception {
        route("maxInFlight=1&deleteAfterRead=true&" + OFTEN);
        results.land("lost.out", "found");
        results.landAndNotify("notified.out", "told");

        awaitEmitted(2);
    }

    @Test
    void aResultThatIsTooYoungIsLeftToItsNotification() throws Exception {
        route("deleteAfterRead=true&reconcileInterval=300&reconcileMinAge=3600000");
        results.land("young.out", "young");

        awaitRounds(3);
        assertThat(emitted).isEmpty();
    }

    @Test
    void aResultThatIsTooOldIsNotRevived() throws Exception {
        results.land("old.out", "old");
        long landed = System.nanoTime();
        await().atMost(SOON).until(() -> System.nanoTime() - landed > TimeUnit.SECONDS.toNanos(2)); // S3 tells seconds
        route("deleteAfterRead=true&reconcileInterval=300&reconcileMinAge=0&reconcileMaxAge=1");

        awaitRounds(3);
        assertThat(emitted).isEmpty();
    }

    @Test
    void aResultThatFailedAndIsLeftToTheQueueIsNotRevived() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        route("visibilityTimeout=600&deleteAfterRead=true&" + OFTEN, exchange -> {
            attempts.incrementAndGet();
            throw new IllegalStateException("always");
        });
        results.send(results.justCompleted("bad.out"));
        await().atMost(SOON).until(() -> calls("GetObject") >= 1);
        results.land("bad.out", "bad");
        await().atMost(SOON).until(() -> attempts.get() == 1);

        awaitRounds(4);
        assertThat(attempts).hasValue(1);

        // What the consumer knows of the queue outlives its stop.
        context.getRouteController().stopRoute("results");
        context.getRouteController().startRoute("results");
        awaitRounds(4);
        assertThat(attempts).hasValue(1);
    }

    @Test
    void aResultThatTheQueueBringsAndThatFailsWhileTheReconciliationLooksAtItIsLeftToTheQueue() throws Exception {
        CountDownLatch looksAtIt = new CountDownLatch(1);
        CountDownLatch goesOn = new CountDownLatch(1);
        context.getRegistry().bind("claims", new MemoryIdempotentRepository() {
            @Override
            public boolean contains(String key) {
                if (Thread.currentThread().getName().contains("Reconciliation")) {
                    looksAtIt.countDown();
                    try {
                        assertThat(goesOn.await(60, TimeUnit.SECONDS)).isTrue();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }
                return super.contains(key);
            }
        });
        AtomicInteger attempts = new AtomicInteger();
        route("visibilityTimeout=600&deleteAfterRead=true&inProgressRepository=#claims&" + OFTEN, exchange -> {
            attempts.incrementAndGet();
            throw new IllegalStateException("always");
        });
        results.land("bad.out", "bad");
        assertThat(looksAtIt.await(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        results.send(results.completed("bad.out"));
        await().atMost(SOON).until(() -> attempts.get() == 1 && consumer().getInFlight() == 0);

        goesOn.countDown();
        awaitRounds(4);
        assertThat(attempts).hasValue(1);
    }

    @Test
    void aResultThatTheQueueBroughtWhileTheRepositoryWasAwayIsTheReconciliationsToo() throws Exception {
        AtomicBoolean away = new AtomicBoolean(true);
        context.getRegistry().bind("repo", new MemoryIdempotentRepository() {
            @Override
            public boolean contains(String key) {
                if (away.get()) {
                    throw new IllegalStateException("no connection");
                }
                return super.contains(key);
            }
        });
        results.landAndNotify("a.out", "hello");
        route("visibilityTimeout=600&deleteAfterRead=true&idempotentRepository=#repo&" + OFTEN);
        await().atMost(SOON).until(() -> results.invisible() == 1 && !reported.isEmpty());

        away.set(false);

        awaitEmitted(1);
        awaitRounds(3);
        assertThat(emitted).hasSize(1);
    }

    @Test
    void aResultThatTheQueueNeverBroughtIsTriedAsOftenAsTheQueueWould() throws Exception {
        AtomicInteger attempts = new AtomicInteger();
        String dead = "dead-" + UUID.randomUUID();
        results.sqs().createQueue(r -> r.queueName(dead)).join();
        use(Map.of(
                QueueAttributeName.REDRIVE_POLICY,
                "{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:000000000000:" + dead
                        + "\",\"maxReceiveCount\":\"2\"}"));
        route("deleteAfterRead=true&" + OFTEN, exchange -> {
            attempts.incrementAndGet();
            throw new IllegalStateException("always");
        });
        results.land("bad.out", "bad");
        await().atMost(SOON).until(() -> attempts.get() == 2);

        awaitRounds(4);
        assertThat(attempts).hasValue(2);
    }

    @Test
    void failuresAreFoundAlsoWhileTheOutputsCannotBeListed() throws Exception {
        String failures = "f-" + results.bucket;
        AWS.aws().createBucket(failures);
        AWS.aws().putObject(failures, "a", "reason".getBytes(), "text/plain");
        AWS.aws()
                .faults()
                .forCalls(
                        "ListObjectsV2",
                        call -> call.path().contains("/" + results.bucket),
                        Integer.MAX_VALUE,
                        Fault.accessDenied403());
        route("deleteAfterRead=true&failureLocation=s3://" + failures + "/&" + OFTEN);

        awaitEmitted(1);
        assertThat(emitted.get(0).getBody(String.class)).isEqualTo("reason");
        await().atMost(SOON).untilAsserted(() -> assertThat(reported).isNotEmpty());
    }

    @Test
    void withoutDeletingOrMovingItNeedsARepository() {
        assertThatThrownBy(() -> route(OFTEN))
                .hasStackTraceContaining("reconcileInterval")
                .hasStackTraceContaining("need the option idempotentRepository");
    }
}
