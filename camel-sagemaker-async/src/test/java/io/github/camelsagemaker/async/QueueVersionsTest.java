package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.testinfra.Fault;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Processor;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.async.AsyncRequestBody;

/** A result is a version of a place: a name that is used again is a new result, and only what was emitted is cleaned up. */
@Tag("any-camel")
class QueueVersionsTest extends QueueTestSupport {

    private static final String DAY = "2026-01-25T22:46:00.608Z";

    @ParameterizedTest
    @ValueSource(strings = {"", "deleteAfterRead=true", "includeBody=false&deleteAfterRead=true"})
    void aNameThatIsUsedAgainIsEmittedEachTime(String options) throws Exception {
        route(options);

        for (int day = 1; day <= 3; day++) {
            results.land("daily.json", "the same");
            results.send(onDay(results.completed("daily.json"), day));
            awaitEmitted(day);
            awaitQueueEmpty();
        }

        await().atMost(SOON).until(() -> results.exists("out/daily.json") == options.isEmpty());
    }

    @Test
    void aNameThatIsUsedAgainIsEmittedEachTimeAlsoIfTheNotificationCarriesTheResult() throws Exception {
        route("deleteAfterRead=true");

        for (int day = 1; day <= 3; day++) {
            results.land("daily.json", "day " + day);
            results.send(onDay(results.completedWith("daily.json", "day " + day), day));
            awaitEmitted(day);
            awaitQueueEmpty();
        }

        await().atMost(SOON).until(() -> !results.exists("out/daily.json"));
        assertThat(bodies()).containsExactly("day 1", "day 2", "day 3");
    }

    @Test
    void theSameContentUnderTheSameNameIsAnotherResultAlsoIfTheNotificationCarriesIt() throws Exception {
        route("deleteAfterRead=true");

        for (int day = 1; day <= 3; day++) {
            results.land("daily.json", "the same");
            results.send(onDay(results.completedWith("daily.json", "the same"), day));
            awaitEmitted(day);
            awaitQueueEmpty();
        }

        await().atMost(SOON).until(() -> AWS.aws().keys(results.bucket, "out/").isEmpty());
        assertThat(AWS.aws().ledger().calls()).doesNotContainKeys("HeadObject", "GetObject");
    }

    @Test
    void theSameContentUnderANameThatS3ToldOfIsAnotherResult() throws Exception {
        route("deleteAfterRead=true");
        results.land("a.out", "the same");
        Instant first = lastModified("a.out");
        results.send(event("a.out", 1));
        awaitEmitted(1);
        await().atMost(SOON).until(() -> !results.exists("out/a.out"));

        await().atMost(SOON).until(() -> {
            results.land("a.out", "the same");
            return lastModified("a.out").isAfter(first);
        });
        results.send(results.completedWith("a.out", "the same"));

        awaitEmitted(2);
        await().atMost(SOON).until(() -> !results.exists("out/a.out"));
    }

    @Test
    void newsOfS3WhileItsContentIsInTheRouteWaitsAndIsGoneThen() throws Exception {
        CountDownLatch mayEnd = new CountDownLatch(1);
        AtomicInteger begun = new AtomicInteger();
        route("deleteAfterRead=true&visibilityTimeout=2", exchange -> {
            begun.incrementAndGet();
            assertThat(mayEnd.await(60, TimeUnit.SECONDS)).isTrue();
        });
        results.land("a.out", "once");
        results.send(results.completedWith("a.out", "once"));
        await().atMost(SOON).until(() -> begun.get() == 1);

        results.send(event("a.out", 1));
        await().atMost(SOON).until(() -> calls("GetObject") == 1);
        mayEnd.countDown();

        awaitQueueEmpty();
        assertThat(begun).hasValue(1);
        assertThat(results.exists("out/a.out")).isFalse();
    }

    @Test
    void aSecondDeliveryOfCarriedContentRemovesTheObjectThatIsStillThere() throws Exception {
        context.getRegistry().bind("handled", new MemoryIdempotentRepository());
        AWS.aws().faults().forS3("DeleteObject", 10, Fault.accessDenied403());
        route("idempotentRepository=#handled&deleteAfterRead=true");
        results.land("a.out", "once");
        results.send(results.completedWith("a.out", "once"));
        awaitEmitted(1);
        awaitQueueEmpty();
        await().atMost(SOON).until(() -> !reported.isEmpty());
        AWS.aws().faults().clear();

        results.send(results.completedWith("a.out", "once"));

        await().atMost(SOON).until(() -> !results.exists("out/a.out"));
        assertThat(emitted).hasSize(1);
    }

    @Test
    void whereETagsAreNoMd5TheFirstDeleteFindsThatOutAndTheNextObjectsAreLookedAtBefore() throws Exception {
        route("deleteAfterRead=true");

        for (String name : List.of("a.out", "b.out", "c.out")) {
            landInParts(name, "in parts");
            results.send(results.completedWith(name, "in parts"));
            await().atMost(SOON)
                    .until(() -> AWS.aws().keys(results.bucket, "out/").isEmpty());
        }

        assertThat(emitted).hasSize(3);
        assertThat(calls("DeleteObject")).as("one of them in vain").isEqualTo(4);
        assertThat(calls("HeadObject")).isEqualTo(3);
    }

    @Test
    void anObjectThatIsOverwrittenIsEmittedForEachEventOfS3() throws Exception {
        route("");

        for (int version = 1; version <= 3; version++) {
            results.land("a.out", "version " + version);
            results.send(event("a.out", version));
            awaitEmitted(version);
            awaitQueueEmpty();
        }

        assertThat(bodies()).containsExactly("version 1", "version 2", "version 3");
    }

    @Test
    void aSecondDeliveryOfTheSameNewsIsADuplicate() throws Exception {
        context.getRegistry().bind("handled", new MemoryIdempotentRepository());
        route("idempotentRepository=#handled&deleteAfterRead=true");
        results.land("a.out", "once");
        results.send(results.completed("a.out"));
        awaitEmitted(1);
        awaitQueueEmpty();

        results.send(results.completed("a.out"));

        awaitQueueEmpty();
        assertThat(emitted).hasSize(1);
        await().untilAsserted(() -> assertThat(consumer().getDuplicates()).isEqualTo(1));
    }

    @Test
    void newsOfS3AboutWhatSageMakerToldOfIsADuplicate() throws Exception {
        route("");
        results.land("a.out", "once");
        results.send(results.completed("a.out"));
        awaitEmitted(1);
        awaitQueueEmpty();

        results.send(event("a.out", 1));

        awaitQueueEmpty();
        assertThat(emitted).hasSize(1);
    }

    @Test
    void whatSageMakerTellsOfAnObjectThatS3ToldOfAndThatIsGoneIsADuplicate() throws Exception {
        context.getRegistry().bind("handled", new MemoryIdempotentRepository());
        route("idempotentRepository=#handled&deleteAfterRead=true");
        results.land("a.out", "once");
        results.send(event("a.out", 1));
        awaitEmitted(1);
        await().atMost(SOON).until(() -> !results.exists("out/a.out"));

        results.send(results.completedWith("a.out", "once"));

        awaitQueueEmpty();
        assertThat(emitted).hasSize(1);
    }

    @Test
    void aDuplicateDoesNotRemoveAVersionThatWasNotEmitted() throws Exception {
        context.getRegistry().bind("handled", new MemoryIdempotentRepository());
        route("idempotentRepository=#handled&deleteAfterRead=true");
        results.land("a.out", "emitted");
        results.send(results.completed("a.out"));
        awaitEmitted(1);
        awaitQueueEmpty();

        results.land("a.out", "another");
        results.send(results.completed("a.out"));
        awaitQueueEmpty();
        assertThat(results.exists("out/a.out")).isTrue();
        results.send(onDay(results.completed("a.out"), 2));

        awaitEmitted(2);
        assertThat(bodies()).containsExactly("emitted", "another");
        await().atMost(SOON).until(() -> !results.exists("out/a.out"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"deleteAfterRead=true", "moveAfterRead=true&moveLocation=s3://BUCKET/done/"})
    void whatIsOverwrittenInTheRouteGetsAnExchangeOfItsOwn(String options) throws Exception {
        AtomicInteger begun = new AtomicInteger();
        CountDownLatch mayEnd = new CountDownLatch(1);
        Processor firstWaits = exchange -> {
            if (begun.incrementAndGet() == 1) {
                assertThat(mayEnd.await(60, TimeUnit.SECONDS)).isTrue();
            }
        };
        route(options.replace("BUCKET", results.bucket), firstWaits);
        results.land("a.out", "first");
        results.send(onDay(results.completed("a.out"), 1));
        await().atMost(SOON).until(() -> begun.get() == 1);

        results.land("a.out", "second");
        mayEnd.countDown();
        awaitEmitted(1);
        awaitQueueEmpty();
        assertThat(results.exists("out/a.out")).isTrue();
        results.send(onDay(results.completed("a.out"), 2));

        awaitEmitted(2);
        await().atMost(SOON).until(() -> !results.exists("out/a.out"));
        assertThat(bodies()).containsExactly("first", "second");
    }

    @Test
    void whatWasOverwrittenBeforeItsNotificationCameStaysForItsOwn() throws Exception {
        route("deleteAfterRead=true");
        results.land("a.out", "second");

        results.send(onDay(results.completedWith("a.out", "first"), 1));
        awaitEmitted(1);
        awaitQueueEmpty();
        await().atMost(SOON).until(() -> calls("DeleteObject") == 1);
        assertThat(results.exists("out/a.out")).isTrue();
        results.send(onDay(results.completedWith("a.out", "second"), 2));

        awaitEmitted(2);
        await().atMost(SOON).until(() -> !results.exists("out/a.out"));
        assertThat(bodies()).containsExactly("first", "second");
    }

    private void landInParts(String name, String body) {
        String key = "out/" + name;
        var s3 = AWS.aws().s3Client();
        String upload = s3.createMultipartUpload(r -> r.bucket(results.bucket).key(key))
                .join()
                .uploadId();
        String etag = s3.uploadPart(
                        r -> r.bucket(results.bucket).key(key).uploadId(upload).partNumber(1),
                        AsyncRequestBody.fromString(body))
                .join()
                .eTag();
        s3.completeMultipartUpload(r -> r.bucket(results.bucket)
                        .key(key)
                        .uploadId(upload)
                        .multipartUpload(
                                all -> all.parts(part -> part.partNumber(1).eTag(etag))))
                .join();
    }

    private Instant lastModified(String name) {
        return AWS.aws()
                .s3Client()
                .headObject(head -> head.bucket(results.bucket).key("out/" + name))
                .join()
                .lastModified();
    }

    private List<String> bodies() {
        return emitted.stream().map(message -> message.getBody(String.class)).toList();
    }

    private static String onDay(String notification, int day) {
        return notification.replace(
                DAY, Instant.parse(DAY).plusSeconds(day * 86_400L).toString());
    }

    private String event(String name, int second) {
        String etag = AWS.aws()
                .s3Client()
                .headObject(head -> head.bucket(results.bucket).key("out/" + name))
                .join()
                .eTag();
        return "{\"Records\":[{\"eventName\":\"ObjectCreated:Put\",\"eventTime\":\"2026-01-25T22:46:0" + second
                + ".608Z\",\"s3\":{\"bucket\":{\"name\":\"" + results.bucket + "\"},\"object\":{\"key\":\"out/" + name
                + "\",\"eTag\":\"" + etag.replace("\"", "") + "\"}}}]}";
    }
}
