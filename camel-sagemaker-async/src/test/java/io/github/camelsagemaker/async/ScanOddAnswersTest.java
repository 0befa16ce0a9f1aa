package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.testinfra.Fault;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.SuspendableService;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.engine.LimitedPollingConsumerPollStrategy;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.support.RoutePolicySupport;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that S3, or something on the way to it, gives seldom: nothing is lost, nothing starves, nothing spins. */
@Tag("any-camel")
class ScanOddAnswersTest extends ScanTestSupport {
    private static final Fault PROXY_404 = new Fault.ForeignAnswer(404, "text/html", "<html>not here</html>");

    private static final Fault PROXY_PAGE = new Fault.ForeignAnswer(200, "text/html", "<html>log in</html>");

    private final List<String> received = new CopyOnWriteArrayList<>();
    private final List<String> reported = new CopyOnWriteArrayList<>();

    @Nested
    class AnswersOfSomethingOnTheWay {

        @Test
        void a404OfAProxyToAReadLosesNothing() throws Exception {
            put("out/a", "result");
            aws().faults().forS3("GetObject", 1, PROXY_404);

            start(collecting(scan()));

            eventually(() -> keys().isEmpty());
            assertThat(received).containsExactly("result");
        }

        @ParameterizedTest
        @ValueSource(strings = {"includeBody=true", "streamBody=true"})
        void aPageOfAProxyIsNoResult(String option) throws Exception {
            put("out/a", "result");
            aws().faults().forS3("GetObject", 1, PROXY_PAGE);
            aws().faults().forS3("HeadObject", 1, PROXY_PAGE);

            start(collecting(scan(option)));

            eventually(() -> keys().isEmpty());
            assertThat(received).containsExactly("result");
        }

        @ParameterizedTest
        @ValueSource(strings = {"streamBody=true", "includeBody=false"})
        void anEmpty404ToAHeadLosesNothing(String option) throws Exception {
            put("out/a", "result");
            aws().faults().forS3("HeadObject", 1, Fault.emptyBody(404));

            start(collecting(scan(option)));

            eventually(() -> keys().isEmpty());
            assertThat(received).hasSize(1);
        }

        @Test
        void a404OfAProxyToADeleteIsNoDelete() throws Exception {
            put("out/a", "result");
            aws().faults().forS3("DeleteObject", 2, PROXY_404);

            start(collecting(scan()));

            eventually(() -> keys().isEmpty());
            assertThat(received).containsExactly("result");
        }
    }

    public static class Keys {

        public String of(String place) {
            if (place.endsWith("/a")) {
                throw new IllegalStateException("This place is too odd for a key");
            }
            return place;
        }
    }

    @Nested
    class ObjectsThatKeepNoOther {

        @Test
        void aResultThatARepositoryCannotTellAboutKeepsNoOther() throws Exception {
            for (int i = 0; i < 10; i++) {
                put("out/" + i, "result " + i);
            }
            context.getRegistry().bind("failing", new MemoryIdempotentRepository() {
                @Override
                public boolean contains(String key) {
                    if (key.contains("out/0")) {
                        throw new IllegalStateException("This key is too odd for the database");
                    }
                    if (key.contains("out/5")) {
                        throw new NoClassDefFoundError("of the driver"); // after an Error Camel polls no more
                    }
                    return super.contains(key);
                }
            });

            start(collecting(scan("inProgressRepository=#failing")));

            eventually(() -> keys().equals(List.of("out/0", "out/5")));
            assertThat(received).hasSize(8);
            assertThat(received).doesNotContain("result 0", "result 5");
        }

        @Test
        void aResultThatIsListedWithoutAVersionKeepsNoOther() throws Exception {
            put("out/b", "result");
            String listing = "<ListBucketResult><Name>" + bucket + "</Name><IsTruncated>false</IsTruncated>"
                    + "<Contents><Key>out/a</Key><Size>1</Size></Contents>"
                    + "<Contents><Key>out/b</Key><Size>6</Size><ETag>%s</ETag></Contents></ListBucketResult>";
            String etag = aws().s3Client()
                    .headObject(head -> head.bucket(bucket).key("out/b"))
                    .join()
                    .eTag();
            aws().faults()
                    .forS3(
                            "ListObjectsV2",
                            Integer.MAX_VALUE,
                            new Fault.ForeignAnswer(
                                    200, "application/xml", listing.formatted(etag.replace("\"", "&quot;"))));

            start(collecting(scan("exceptionHandler=#handler")));

            eventually(() -> received.equals(List.of("result")));
            assertThat(reported).singleElement().asString().contains("out/a", "without an ETag");
        }

        @Test
        void aKeyWhoseBeanFailsIsReportedWithItsReason() throws Exception {
            put("out/a", "result");
            put("out/b", "another");
            context.getRegistry().bind("keys", new Keys());
            start(collecting(scan(
                    "idempotentKey=RAW(${bean:keys?method=of(${header.CamelAwsSageMakerAsyncOutputLocation})})",
                    "exceptionHandler=#handler")));

            eventually(() -> received.equals(List.of("another")));
            assertThat(reported).anySatisfy(report -> assertThat(report).contains("too odd for a key"));
        }

        /** As stores do that know neither tokens nor start-after. */
        @ParameterizedTest
        @ValueSource(strings = {"", "<NextContinuationToken>again</NextContinuationToken>"})
        void aListingWhosePagesAreAlwaysTheSameKeepsNoOtherPlaceAndIsReported(String token) throws Exception {
            put("out/a", "result");
            put("failed/b", "reason");
            String etag = aws().s3Client()
                    .headObject(head -> head.bucket(bucket).key("out/a"))
                    .join()
                    .eTag()
                    .replace("\"", "&quot;");
            aws().faults()
                    .forCalls(
                            "ListObjectsV2",
                            call -> "out/".equals(call.queryParameter("prefix")),
                            Integer.MAX_VALUE,
                            new Fault.ForeignAnswer(
                                    200,
                                    "application/xml",
                                    "<ListBucketResult><Name>" + bucket + "</Name><IsTruncated>true</IsTruncated>"
                                            + token
                                            + "<Contents><Key>out/a</Key><Size>6</Size><ETag>" + etag
                                            + "</ETag></Contents></ListBucketResult>"));

            start(collecting(scan("failureLocation=" + at("failed/"), "exceptionHandler=#handler")));

            eventually(() -> received.containsAll(List.of("result", "reason")));
            eventually(() -> reported.stream().anyMatch(report -> report.contains("once more")));
        }

        @Test
        void anObjectWhoseKeyIsEmptyIsReportedAndPassedOver() throws Exception {
            put("failed/a", "reason");
            put("out/a", "result");
            start(collecting(scan(
                    "failureLocation=" + at("failed/"),
                    "idempotentKey=RAW(${header.CamelAwsSageMakerAsyncOutputLocation})",
                    "exceptionHandler=#handler")));

            eventually(() -> received.contains("result"));
            put("out/b", "later");
            eventually(() -> received.contains("later"));
            eventually(() -> reported.stream().anyMatch(report -> report.contains("idempotentKey")));
            assertThat(reported).hasSizeLessThan(10);
            assertThat(keys()).contains("failed/a");
        }

        @Test
        void aKeyThatAListingCannotFillDoesNotStart() {
            assertThatThrownBy(() ->
                            start(collecting(scan("idempotentKey=RAW(${header.CamelAwsSageMakerAsyncInferenceId})"))))
                    .hasStackTraceContaining("idempotentKey")
                    .hasStackTraceContaining("found by listing");
        }

        @Test
        void keysThatXmlCannotHoldAreFound() throws Exception {
            List<String> odd = List.of("out/\u0001bell", "out/a b+c%20d", "out/ünï&<cödé>", "out/\u000btab");
            odd.forEach(key -> put(key, key));

            start(collecting(scan()));

            eventually(() -> received.size() == odd.size());
            assertThat(received).containsExactlyInAnyOrderElementsOf(odd);
            eventually(() -> keys().isEmpty());
        }

        @Test
        void aPolicyThatSuspendsTheRouteAgainAndAgainStarvesNobody() throws Exception {
            for (int i = 10; i < 50; i++) {
                put("out/a" + i, "bad");
            }
            for (int i = 0; i < 5; i++) {
                put("out/z" + i, "good");
            }
            AtomicInteger failed = new AtomicInteger();
            AtomicInteger failedBeforeLastGood = new AtomicInteger();
            context.getRegistry().bind("handler", new Reporting());
            start(new RouteBuilder() {
                @Override
                public void configure() {
                    errorHandler(noErrorHandler());
                    from(scan("maxInFlight=8", "exceptionHandler=#handler"))
                            .routePolicy(new SuspendsAtEachFourth())
                            .process(exchange -> {
                                if (exchange.getMessage().getBody(String.class).equals("bad")) {
                                    failed.incrementAndGet();
                                    throw new IllegalStateException("always");
                                }
                                failedBeforeLastGood.set(failed.get());
                                received.add("good");
                            });
                }
            });

            eventually(() -> received.size() == 5);
            // Eight at once: the last good one may overtake, and what is in the route with it may be of the next round.
            assertThat(failedBeforeLastGood.get()).isBetween(33, 47);
        }
    }

    @Nested
    class Outages {

        @Test
        void aRepositoryThatIsAwayIsNotAskedAboutEveryResult() throws Exception {
            AtomicInteger asked = new AtomicInteger();
            AtomicBoolean away = new AtomicBoolean(true);
            for (int i = 0; i < 100; i++) {
                put("out/" + i, "result");
            }
            context.getRegistry().bind("away", new MemoryIdempotentRepository() {
                @Override
                public boolean contains(String key) {
                    asked.incrementAndGet();
                    if (away.get()) {
                        throw new IllegalStateException("No connection");
                    }
                    return super.contains(key);
                }
            });

            start(collecting(scan("inProgressRepository=#away")));

            eventually(() -> asked.get() >= 6);
            assertThat(asked).hasValueLessThan(50);
            assertThat(received).isEmpty();
            away.set(false);
            eventually(() -> received.size() == 100);
        }

        @Test
        void aDeniedDeleteIsTriedLessAndLessAndHealthSaysSo() throws Exception {
            aws().putObjects(bucket, "out/", 50, "result".getBytes(StandardCharsets.UTF_8));
            aws().faults()
                    .forS3("DeleteObjects", Integer.MAX_VALUE, Fault.accessDenied403())
                    .forS3("DeleteObject", Integer.MAX_VALUE, Fault.accessDenied403());
            start(collecting(scan()));
            eventually(() -> received.size() == 50);

            long before = calls("ListObjectsV2");
            eventually(() -> !consumer().getFailing().isEmpty());
            eventually(() -> calls("ListObjectsV2") > before + 15);
            assertThat(consumer().getFailing())
                    .contains("deleteAfterRead")
                    .contains("DeleteObject")
                    .contains("403");
            assertThat(calls("DeleteObject")).as("the first one of each").isEqualTo(50);
            assertThat(received).hasSize(50);

            aws().faults().clear();
            eventually(() -> keys().isEmpty());
            eventually(() -> consumer().getFailing().isEmpty());
            assertThat(received).hasSize(50);
        }

        @Test
        void anArchivedObjectIsNamedAndNotAskedForAllTheTime() throws Exception {
            put("out/archived", "cold");
            put("out/b", "result");
            aws().faults()
                    .forCalls(
                            "GetObject",
                            call -> call.path().endsWith("archived"),
                            Integer.MAX_VALUE,
                            new Fault.ErrorAnswer(403, "InvalidObjectState", "not valid for the storage class"));
            start(collecting(scan("exceptionHandler=#handler")));

            eventually(() -> received.contains("result"));
            long before = calls("ListObjectsV2");
            eventually(() -> calls("ListObjectsV2") > before + 30);
            assertThat(calls("GetObject")).isLessThan(8);
            assertThat(reported).anyMatch(report -> report.contains("out/archived") && report.contains("archived"));
        }

        @Test
        void anOutageIsAskedAboutLessAndLess() throws Exception {
            aws().faults().forS3("ListObjectsV2", Integer.MAX_VALUE, Fault.accessDenied403());
            start(collecting(scan()));

            eventually(() -> calls("ListObjectsV2") >= 4);
            // The pauses are at least 0.25, 0.5, 1 and 2 s; without them there would be 20 calls in a second.
            await().during(Duration.ofSeconds(1))
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> calls("ListObjectsV2") < 10);
            aws().faults().clear();
            put("out/a", "result");

            eventually(() -> received.contains("result"));
        }

        @Test
        void aPollStrategyOfTheUsersSeesEveryFailure() throws Exception {
            aws().faults().forS3("ListObjectsV2", Integer.MAX_VALUE, Fault.accessDenied403());
            LimitedPollingConsumerPollStrategy strategy = new LimitedPollingConsumerPollStrategy();
            strategy.setLimit(10);
            context.getRegistry().bind("strategy", strategy);
            start(collecting(scan("pollStrategy=#strategy", "exceptionHandler=#handler")));

            eventually(() -> consumer().isSuspended());
            assertThat(calls("ListObjectsV2")).isEqualTo(10);
        }
    }

    /** As a throttling policy does: suspends in the middle of a page, and resumes when nothing is in the route. */
    private static final class SuspendsAtEachFourth extends RoutePolicySupport {
        private final AtomicInteger begun = new AtomicInteger();
        private final AtomicInteger inRoute = new AtomicInteger();

        @Override
        public void onExchangeBegin(Route route, Exchange exchange) {
            inRoute.incrementAndGet();
            if (begun.incrementAndGet() % 4 == 0) {
                ((SuspendableService) route.getConsumer()).suspend();
            }
        }

        @Override
        public void onExchangeDone(Route route, Exchange exchange) {
            if (inRoute.decrementAndGet() == 0) {
                ((SuspendableService) route.getConsumer()).resume();
            }
        }
    }

    private long calls(String operation) {
        return aws().ledger().calls(operation);
    }

    private SageMakerAsyncScanConsumer consumer() {
        return (SageMakerAsyncScanConsumer) context.getRoute("results").getConsumer();
    }

    private RouteBuilder collecting(String uri) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                getContext().getRegistry().bind("handler", new Reporting());
                from(uri)
                        .routeId("results")
                        .process(exchange -> received.add(
                                String.valueOf(exchange.getMessage().getBody(String.class))));
            }
        };
    }

    private final class Reporting implements ExceptionHandler {
        @Override
        public void handleException(Throwable failure) {
            handleException(null, failure);
        }

        @Override
        public void handleException(String message, Throwable failure) {
            reported.add(message + ": " + failure.getMessage());
        }

        @Override
        public void handleException(String message, Exchange exchange, Throwable failure) {
            handleException(message, failure);
        }
    }
}
