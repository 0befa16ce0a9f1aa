package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.testinfra.Fault;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a scanning consumer emits, and what it leaves in S3. */
class ScanConsumerTest extends ScanTestSupport {

    private final List<Message> received = new CopyOnWriteArrayList<>();

    @Nested
    class Results {

        @Test
        void aResultIsEmittedWithItsBytesAndHeadersAndThenDeleted() throws Exception {
            put("out/2024/a.out", "result");

            start(collecting(scan()));

            eventually(() -> keys().isEmpty());
            assertThat(received).singleElement().satisfies(message -> {
                assertThat(message.getBody()).isEqualTo("result".getBytes());
                assertThat(message.getHeaders())
                        .containsEntry("CamelAwsSageMakerAsyncInvocationStatus", InferenceStatus.COMPLETED)
                        .containsEntry("CamelAwsSageMakerAsyncEndpointName", "e")
                        .containsEntry("CamelAwsSageMakerAsyncOutputLocation", at("out/2024/a.out"))
                        .containsEntry("CamelAwsSageMakerAsyncContentType", "text/plain")
                        .containsEntry(Exchange.CONTENT_TYPE, "text/plain")
                        .containsEntry("CamelAwsSageMakerAsyncContentLength", 6L)
                        .containsKey("CamelAwsSageMakerAsyncETag")
                        .doesNotContainKeys(
                                "CamelAwsSageMakerAsyncFailureLocation",
                                "CamelAwsSageMakerAsyncFailureReason",
                                "CamelAwsSageMakerAsyncInputLocation");
                assertThat(message.getHeader("CamelAwsSageMakerAsyncEventTime")).isInstanceOf(Instant.class);
            });
        }

        @Test
        void anEmptyResultIsAnEmptyBody() throws Exception {
            put("out/empty", "");

            start(collecting(scan()));

            eventually(() -> keys().isEmpty());
            assertThat(received).singleElement().satisfies(message -> assertThat(message.getBody())
                    .isEqualTo(new byte[0]));
        }

        @Test
        void withoutABodyNothingIsDownloaded() throws Exception {
            put("out/a", "result");

            start(collecting(scan("includeBody=false")));

            eventually(() -> keys().isEmpty());
            assertThat(received).singleElement().satisfies(message -> {
                assertThat(message.getBody()).isNull();
                assertThat(message.getHeader(Exchange.CONTENT_TYPE)).isEqualTo("text/plain");
            });
            assertThat(aws().ledger().calls("GetObject")).isZero();
        }

        /** S3 lists 1,000 keys a page, so these take two pages at first. */
        @Test
        @Tag("any-camel")
        void resultsOfSeveralPagesAreEachEmittedOnceWhileNewOnesLand() throws Exception {
            aws().putObjects(bucket, "out/a-", 1010, "result".getBytes());
            Map<String, AtomicInteger> times = new ConcurrentHashMap<>();
            CountDownLatch begun = new CountDownLatch(200);
            start(new RouteBuilder() {
                @Override
                public void configure() {
                    from(scan("greedy=true")).process(exchange -> {
                        times.computeIfAbsent(outputOf(exchange.getMessage()), key -> new AtomicInteger())
                                .incrementAndGet();
                        begun.countDown();
                    });
                }
            });

            assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
            aws().putObjects(bucket, "out/0-", 50, "early".getBytes());
            aws().putObjects(bucket, "out/b-", 50, "late".getBytes());

            eventually(() -> times.size() == 1110 && keys().isEmpty());
            assertThat(times.values()).allSatisfy(count -> assertThat(count).hasValue(1));
        }

        @Test
        void aSynchronousRouteReachesMaxInFlightAndNeverExceedsIt() throws Exception {
            aws().putObjects(bucket, "out/", 40, "result".getBytes());
            AtomicInteger now = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            CountDownLatch together = new CountDownLatch(8);
            start(new RouteBuilder() {
                @Override
                public void configure() {
                    from(scan("maxInFlight=8")).process(exchange -> {
                        most.accumulateAndGet(now.incrementAndGet(), Math::max);
                        together.countDown();
                        if (!together.await(60, TimeUnit.SECONDS)) {
                            throw new IllegalStateException("never were 8 in the route at once");
                        }
                        now.decrementAndGet();
                    });
                }
            });

            eventually(() -> keys().isEmpty());
            assertThat(most).hasValue(8);
        }

        @Test
        void batchPropertiesTellThePlaceInThePoll() throws Exception {
            aws().putObjects(bucket, "out/", 5, "result".getBytes());
            List<String> places = new CopyOnWriteArrayList<>();
            start(new RouteBuilder() {
                @Override
                public void configure() {
                    from(scan("maxMessagesPerPoll=3"))
                            .process(exchange -> places.add(exchange.getProperty(Exchange.BATCH_INDEX)
                                    + "/" + exchange.getProperty(Exchange.BATCH_SIZE)
                                    + "/" + exchange.getProperty(Exchange.BATCH_COMPLETE)));
                }
            });

            eventually(() -> keys().isEmpty());
            assertThat(places).containsExactlyInAnyOrder("0/3/false", "1/3/false", "2/3/true", "0/2/false", "1/2/true");
        }

        @Test
        void theInputOfARequestOfTheSameComponentIsDeletedToo() throws Exception {
            CountDownLatch answered = new CountDownLatch(1);
            aws().endpoint("e")
                    .outputPath(at("out/"))
                    .model(request -> {
                        answered.await();
                        return new ModelResponse(new byte[] {1}, "application/octet-stream");
                    })
                    .create();
            start(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:invoke").to("sagemaker-async:e?payloadMode=S3&inputLocation=" + at("in/"));
                    from(scan("deleteInputAfterRead=true", "inputLocation=" + at("in/")))
                            .process(exchange ->
                                    received.add(exchange.getMessage().copy()));
                }
            });

            String id = context.createFluentProducerTemplate()
                    .to("direct:invoke")
                    .withBody("payload")
                    .send()
                    .getMessage()
                    .getHeader("CamelAwsSageMakerAsyncInferenceId", String.class);
            answered.countDown();

            eventually(() -> received.size() == 1 && keys().isEmpty());
            assertThat(received.get(0).getHeaders())
                    .containsEntry("CamelAwsSageMakerAsyncInferenceId", id)
                    .hasEntrySatisfying("CamelAwsSageMakerAsyncInputLocation", input -> assertThat(
                                    S3Location.parse(input.toString()).key())
                            .startsWith("in/"));
        }
    }

    @Nested
    class Places {

        @Test
        void aFailurePrefixInsideTheOutputsGivesFailures() throws Exception {
            put("out/a", "result");
            put("out/failures/b", "reason");

            start(collecting(scan("failureLocation=" + at("out/failures"))));

            eventually(() -> keys().isEmpty());
            assertThat(received)
                    .extracting(message -> message.getHeader("CamelAwsSageMakerAsyncInvocationStatus"))
                    .containsExactlyInAnyOrder(InferenceStatus.COMPLETED, InferenceStatus.FAILED);
            Message failed = received.stream()
                    .filter(message ->
                            message.getHeader("CamelAwsSageMakerAsyncInvocationStatus") == InferenceStatus.FAILED)
                    .findFirst()
                    .orElseThrow();
            assertThat(failed.getBody()).isEqualTo("reason".getBytes());
            assertThat(failed.getHeaders())
                    .containsEntry("CamelAwsSageMakerAsyncFailureLocation", at("out/failures/b"))
                    .doesNotContainKey("CamelAwsSageMakerAsyncOutputLocation");
        }

        @Test
        void aPrefixThatBeginsAlikeAndAwaitedRepliesAreLeftAlone() throws Exception {
            put("out/a", "result");
            put("outside/a", "not mine");
            put("out/camel-await/p/1/a", "awaited by a producer");
            put("out/folder/", "");

            start(collecting(scan()));

            eventually(() -> !keys().contains("out/a"));
            eventually(() -> aws().ledger().calls("ListObjectsV2") > 5);
            assertThat(keys()).containsExactlyInAnyOrder("outside/a", "out/camel-await/p/1/a", "out/folder/");
            assertThat(received).hasSize(1);
        }

        @Test
        void aMovedResultIsBelowTheMoveLocation() throws Exception {
            put("out/2024/a", "result");

            start(collecting(scan("moveAfterRead=true", "moveLocation=" + at("done"))));

            eventually(() -> keys().equals(List.of("done/2024/a")));
            assertThat(received).hasSize(1);
        }
    }

    @Nested
    class FailedExchanges {

        @Test
        void aFailedExchangeLeavesItsObjectForALaterPoll() throws Exception {
            put("out/a", "result");
            AtomicInteger attempts = new AtomicInteger();
            start(new RouteBuilder() {
                @Override
                public void configure() {
                    from(scan()).process(exchange -> {
                        if (attempts.incrementAndGet() < 3) {
                            throw new IllegalStateException("not yet");
                        }
                    });
                }
            });

            eventually(() -> keys().isEmpty());
            assertThat(attempts).hasValue(3);
        }

        @Test
        void objectsThatAlwaysFailAndSortFirstStarveNobody() throws Exception {
            aws().putObjects(bucket, "out/bad-", 30, "bad".getBytes());
            aws().putObjects(bucket, "out/good-", 30, "good".getBytes());
            start(new RouteBuilder() {
                @Override
                public void configure() {
                    from(scan("maxMessagesPerPoll=5", "maxInFlight=2"))
                            .filter(exchange -> outputOf(exchange.getMessage()).contains("bad-"))
                            .throwException(new IllegalStateException("always"));
                }
            });

            eventually(() -> keys().stream().noneMatch(key -> key.contains("good-")));
            assertThat(keys()).hasSize(30);
        }

        @Test
        void afterMaxAttemptsAnObjectIsMovedOutOfTheWay() throws Exception {
            put("out/a", "result");
            AtomicInteger attempts = new AtomicInteger();
            start(new RouteBuilder() {
                @Override
                public void configure() {
                    from(scan("maxAttempts=3", "moveFailedLocation=" + at("poison")))
                            .process(exchange -> {
                                attempts.incrementAndGet();
                                throw new IllegalStateException("always");
                            });
                }
            });

            eventually(() -> keys().equals(List.of("poison/a")));
            assertThat(attempts).hasValue(3);
        }
    }

    @Nested
    class OverwrittenResults {

        @Test
        void aNewResultOfANameUsedBeforeIsEmitted() throws Exception {
            start(collecting(scan()));
            for (String content : List.of("first", "second", "third")) {
                put("out/same", content);
                eventually(() -> keys().isEmpty());
            }

            assertThat(received)
                    .extracting(message -> new String((byte[]) message.getBody()))
                    .containsExactly("first", "second", "third");
        }

        @Test
        void aResultOverwrittenBetweenItsListingAndItsReadingIsEmittedOnce() throws Exception {
            put("out/same", "first");
            AtomicInteger claims = new AtomicInteger();
            context.getRegistry().bind("overwriting", new MemoryIdempotentRepository() {
                @Override
                public boolean add(String key) {
                    if (claims.getAndIncrement() == 0) {
                        put("out/same", "second");
                    }
                    return super.add(key);
                }
            });

            start(collecting(scan("inProgressRepository=#overwriting")));

            eventually(() -> keys().isEmpty());
            assertThat(received).singleElement().satisfies(message -> assertThat(message.getBody())
                    .isEqualTo("second".getBytes()));
        }

        @Test
        void aResultOverwrittenWhileInTheRouteIsNotLost() throws Exception {
            put("out/same", "first");
            start(new RouteBuilder() {
                @Override
                public void configure() {
                    from(scan()).process(exchange -> {
                        if (received.isEmpty()) {
                            put("out/same", "second");
                        }
                        received.add(exchange.getMessage().copy());
                    });
                }
            });

            eventually(() -> received.size() == 2);
            assertThat(received.get(1).getBody()).isEqualTo("second".getBytes());
        }
    }

    @Nested
    @Tag("any-camel")
    class FailuresOfS3 {

        @Test
        void aDeleteThatFailsIsTriedAgainWithoutASecondExchange() throws Exception {
            put("out/a", "result");
            aws().faults().forS3("DeleteObject", 2, Fault.emptyBody(403));

            start(collecting(scan()));

            eventually(() -> keys().isEmpty());
            assertThat(received).hasSize(1);
            assertThat(aws().faults().pending()).isZero();
        }

        @Test
        void aResultThatCannotBeReadStaysAndIsReadLater() throws Exception {
            put("out/a", "result");
            aws().faults().forS3("GetObject", 2, Fault.emptyBody(403));

            start(collecting(scan("maxAttempts=1", "moveFailedLocation=" + at("poison"))));

            eventually(() -> keys().isEmpty());
            assertThat(received).hasSize(1);
        }

        @Test
        void aListingThatFailsIsRepeatedAtTheNextPoll() throws Exception {
            put("out/a", "result");
            aws().faults().forS3("ListObjectsV2", 1, Fault.accessDenied403());

            start(collecting(scan()));

            eventually(() -> received.size() == 1);
            assertThat(aws().faults().pending()).isZero();
        }

        @Test
        void failuresStillComeWhenTheOutputsCannotBeListed() throws Exception {
            String failures = "f-" + bucket;
            aws().createBucket(failures);
            aws().putObject(failures, "a", "reason".getBytes(), "text/plain");
            aws().faults()
                    .forCalls(
                            "ListObjectsV2",
                            call -> call.path().contains("/" + bucket),
                            Integer.MAX_VALUE,
                            Fault.accessDenied403());

            start(collecting(scan("failureLocation=s3://" + failures)));

            eventually(() -> received.size() == 1);
        }
    }

    private RouteBuilder collecting(String uri) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(uri).process(exchange -> received.add(exchange.getMessage().copy()));
            }
        };
    }

    private static String outputOf(Message message) {
        return message.getHeader("CamelAwsSageMakerAsyncOutputLocation", String.class);
    }
}
