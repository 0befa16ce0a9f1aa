package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.error.ServiceUnavailableException;
import io.github.camelsagemaker.async.testinfra.Fault;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** The queue's server goes away, refuses and comes back. */
@Tag("any-camel")
class QueueOutageTest extends QueueTestSupport {

    private TcpGate gate;
    private SqsAsyncClient throughTheGate;

    @BeforeEach
    void openGate() throws Exception {
        gate = new TcpGate(AWS.aws().sqsEndpoint());
        throughTheGate = SqsAsyncClient.builder()
                .endpointOverride(gate.uri())
                .region(Region.of(AWS.aws().region()))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(
                        AWS.aws().accessKeyId(), AWS.aws().secretAccessKey())))
                .build();
        context.getComponent("sagemaker-async", SageMakerAsyncComponent.class)
                .getConfiguration()
                .setSqsAsyncClient(throughTheGate);
    }

    @AfterEach
    void closeGate() {
        context.stop();
        gate.close();
        throughTheGate.close();
    }

    @Test
    void aServerThatWasGoneIsReceivedFromAgain() throws Exception {
        // What the server gave to a connection that was cut is invisible for so long.
        route("visibilityTimeout=3");
        results.landAndNotify("before.out", "before");
        awaitEmitted(1);
        awaitQueueEmpty();
        gate.shut();
        results.landAndNotify("during.out", "during");
        await().atMost(SOON).until(() -> !reported.isEmpty());
        gate.open();

        awaitEmitted(2);
        awaitQueueEmpty();
        results.landAndNotify("after.out", "after");
        awaitEmitted(3);
        assertThat(reported).allMatch(ServiceUnavailableException.class::isInstance);
        assertThat(reported.get(0)).hasMessageContaining("notificationQueue");
        await().atMost(SOON).until(() -> consumer().getInFlight() == 0);
    }

    @Test
    void whatWasHandledWhileTheServerWasGoneIsNotEmittedAgain() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        route("visibilityTimeout=3&deleteAfterRead=true", exchange -> {
            inside.countDown();
            assertThat(mayGoOn.await(60, TimeUnit.SECONDS)).isTrue();
        });
        results.landAndNotify("a.out", "hello");
        assertThat(inside.await(40, TimeUnit.SECONDS)).isTrue();
        gate.shut();
        mayGoOn.countDown();
        await().atMost(SOON).until(() -> consumer().getSettled() == 1);
        // Not acknowledged, so the object stays.
        assertThat(results.exists("out/a.out")).isTrue();
        gate.open();

        awaitQueueEmpty();
        await().atMost(SOON).until(() -> !results.exists("out/a.out"));
        assertThat(emitted).hasSize(1);
        assertThat(consumer().getDuplicates()).isEqualTo(1);
    }

    @Test
    void ofABatchWhoseDeletesFailInPartOnlyTheDeletedLoseTheirObjects() throws Exception {
        // The server says so; in truth it deletes neither, which brings both messages again.
        AWS.aws()
                .faults()
                .forCalls(
                        "DeleteMessageBatch",
                        1,
                        new Fault.ForeignAnswer(
                                200,
                                "application/x-amz-json-1.0",
                                "{\"Successful\":[{\"Id\":\"0\"}],\"Failed\":[{\"Id\":\"1\",\"Code\":\"InternalError\","
                                        + "\"SenderFault\":false}]}"));
        AtomicInteger begun = new AtomicInteger();
        CountDownLatch both = new CountDownLatch(2);
        route("visibilityTimeout=3&deleteAfterRead=true", exchange -> {
            begun.incrementAndGet();
            both.countDown();
            assertThat(both.await(60, TimeUnit.SECONDS)).isTrue();
        });
        results.land("1.out", "1");
        results.land("2.out", "2");
        results.sendAll(List.of(results.completed("1.out"), results.completed("2.out")));

        await().atMost(SOON)
                .untilAsserted(() -> assertThat(reported).hasSize(1).allSatisfy(failure -> assertThat(failure)
                        .hasMessageContaining("did not delete")));
        await().atMost(SOON).until(() -> results.exists("out/1.out") != results.exists("out/2.out"));
        awaitQueueEmpty();
        await().atMost(SOON).until(() -> !results.exists("out/1.out") && !results.exists("out/2.out"));
        assertThat(begun).hasValue(2);
        assertThat(emitted).hasSize(2);
    }
}
