package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.error.MalformedNotificationException;
import io.github.camelsagemaker.async.internal.result.Notifications;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.junit.jupiter.api.Test;

class QueueConsumerTest extends QueueTestSupport {

    @Test
    void aNotifiedResultIsEmittedAndItsMessageDeleted() throws Exception {
        route("");
        results.landAndNotify("a.out", "hello");

        awaitEmitted(1);
        Message message = emitted.get(0);
        assertThat(message.getBody(String.class)).isEqualTo("hello");
        assertThat(message.getHeader(SageMakerAsyncConstants.INVOCATION_STATUS)).isEqualTo(InferenceStatus.COMPLETED);
        assertThat(message.getHeader(SageMakerAsyncConstants.INFERENCE_ID)).isEqualTo("a.out");
        assertThat(message.getHeader(SageMakerAsyncConstants.OUTPUT_LOCATION))
                .isEqualTo("s3://" + results.bucket + "/out/a.out");
        assertThat(message.getHeader(Exchange.CONTENT_TYPE)).isEqualTo("text/plain");
        assertThat(message.getHeaders().keySet())
                .noneMatch(name -> name.toLowerCase().contains("receipt"));
        awaitQueueEmpty();
        assertThat(results.exists("out/a.out")).isTrue();
    }

    @Test
    void aResultInsideTheNotificationCostsNoS3Request() throws Exception {
        route("deleteAfterRead=false");
        results.send(results.completedWith("a.out", "inside"));

        awaitEmitted(1);
        awaitQueueEmpty();
        assertThat(emitted.get(0).getBody(String.class)).isEqualTo("inside");
        assertThat(AWS.aws().ledger().calls()).doesNotContainKeys("GetObject", "HeadObject", "ListObjectsV2");
    }

    @Test
    void theObjectIsDeletedAfterTheMessage() throws Exception {
        route("deleteAfterRead=true");
        results.landAndNotify("a.out", "hello");

        awaitEmitted(1);
        await().atMost(SOON).until(() -> !results.exists("out/a.out"));
        awaitQueueEmpty();
    }

    @Test
    void theObjectIsMovedAfterTheMessage() throws Exception {
        route("moveAfterRead=true&moveLocation=s3://" + results.bucket + "/done/");
        results.landAndNotify("a.out", "hello");

        await().atMost(SOON).until(() -> results.exists("done/a.out") && !results.exists("out/a.out"));
    }

    @Test
    void aDuplicateIsAcknowledgedWithoutAnExchange() throws Exception {
        route("");
        results.landAndNotify("a.out", "hello");
        awaitEmitted(1);
        results.send(results.completed("a.out"));

        awaitQueueEmpty();
        assertThat(emitted).hasSize(1);
    }

    @Test
    void anS3EventWithSeveralRecordsIsAcknowledgedAfterAllOfThem() throws Exception {
        route("");
        results.land("a b.out", "1");
        results.land("c+d.out", "2");
        results.send(Notifications.created(results.bucket, "out/a b.out", "out/c+d.out"));

        awaitEmitted(2);
        awaitQueueEmpty();
        assertThat(emitted).map(m -> m.getBody(String.class)).containsExactly("1", "2");
    }

    @Test
    void aRecordOfAnotherPlaceDoesNotRefuseOursButItsMessageStays() throws Exception {
        route("deleteAfterRead=true&visibilityTimeout=600");
        results.land("a.out", "ours");
        results.send(Notifications.created(results.bucket, "elsewhere/x", "out/a.out", "elsewhere/y")
                .replaceAll("\"eTag\":\"[^\"]*\"", "\"eTag\":\"\""));

        awaitEmitted(1);
        await().atMost(SOON).until(() -> !results.exists("out/a.out"));
        assertThat(reported).hasSize(1).allMatch(MalformedNotificationException.class::isInstance);
        assertThat(results.messages()).isEqualTo(1);
        assertThat(consumer().getRefusedMessages()).isEqualTo(1);
    }

    @Test
    void eventsAboutWhatTheEndpointWritesItselfAreAcknowledged() throws Exception {
        route("moveAfterRead=true&moveLocation=s3://" + results.bucket + "/done/&inputLocation=s3://" + results.bucket
                + "/in/");
        results.land("a.out", "hello");
        results.send(Notifications.created(results.bucket, "out/a.out"));
        results.send(Notifications.created(results.bucket, "done/a.out"));
        results.send(Notifications.eventBridge("Object Created", results.bucket, "in/payload"));

        awaitEmitted(1);
        awaitQueueEmpty();
        assertThat(reported).isEmpty();
        assertThat(consumer().getRefusedMessages()).isZero();
    }

    @Test
    void whatIsNoResultIsAcknowledged() throws Exception {
        route("");
        results.send(Notifications.testEvent(results.bucket));

        awaitQueueEmpty();
        assertThat(emitted).isEmpty();
    }

    @Test
    void manyResultsAreAllEmittedOnce() throws Exception {
        route("maxInFlight=16");
        List<String> names = IntStream.range(0, 60).mapToObj(i -> i + ".out").toList();
        names.forEach(name -> results.land(name, name));
        results.sendAll(names.stream().map(results::completed).toList());

        awaitEmitted(60);
        awaitQueueEmpty();
        assertThat(emitted).map(m -> m.getBody(String.class)).containsExactlyInAnyOrderElementsOf(names);
    }
}
