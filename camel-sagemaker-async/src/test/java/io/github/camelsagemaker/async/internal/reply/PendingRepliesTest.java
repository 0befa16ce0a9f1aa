package io.github.camelsagemaker.async.internal.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.S3InMemory;
import io.github.camelsagemaker.async.error.ReplyCancelledException;
import io.github.camelsagemaker.async.error.ResultTimedOutException;
import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore;
import io.github.camelsagemaker.async.internal.concurrent.MemoryBudget;
import io.github.camelsagemaker.async.internal.concurrent.RouteStops;
import io.github.camelsagemaker.async.internal.result.BodyMode;
import io.github.camelsagemaker.async.internal.result.InferenceResult;
import io.github.camelsagemaker.async.internal.result.ResultEvent;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeTimedOutException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.engine.DefaultUnitOfWork;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-camel")
class PendingRepliesTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private final Replies replies = new Replies();
    private final S3InMemory s3 = new S3InMemory();
    private final ExecutorService workers = Executors.newFixedThreadPool(4);
    private final RouteStops stops = new RouteStops(workers);
    private ScheduledThreadPoolExecutor timer;
    private PendingReplies waiting;

    @BeforeEach
    void open() {
        timer = new ScheduledThreadPoolExecutor(1);
        timer.setRemoveOnCancelPolicy(true);
        waiting = new PendingReplies(
                timer,
                stops,
                workers,
                s3,
                BodyMode.BYTES,
                new AsyncSemaphore(8, workers),
                MemoryBudget.UNLIMITED,
                new S3ReplySource.Pace(LONG, LONG));
    }

    @AfterEach
    void close() {
        timer.shutdownNow();
        workers.shutdownNow();
    }

    @Nested
    class TimeOuts {

        @Test
        void aRequestEndsWithItsResult() {
            PendingReply request = enter("a", LONG);
            assertThat(waiting.size()).isOne();
            assertThat(timer.getQueue()).hasSize(3); // the time-out, and a look at each of both places

            complete(request, "result");

            await().untilAsserted(() -> assertThat(replies.byId).containsEntry("a", "result"));
            assertNothingIsLeft();
        }

        @Test
        void theMemoryOfAResultThatComesTooLateIsFree() {
            PendingReply request = enter("a", LONG);
            complete(request, "first");
            MemoryBudget memory = new MemoryBudget(5);
            memory.take(5);
            Object body = new Object();

            waiting.complete(
                    request,
                    ResultEvent.of(InferenceStatus.COMPLETED, "endpoint", facts -> {}),
                    new InferenceResult(body, null, null, null, null, null, Map.of(), memory.takenBy(body, 5), null));

            assertThat(memory.free()).isEqualTo(5);
        }

        @Test
        void aRequestWithoutResultEndsInATimeOutThatNamesItsPlaces() {
            s3.fail("GetObject", 403, "AccessDenied");
            enter("a", Duration.ofMillis(20));

            await().untilAsserted(() -> assertThat(replies.byId.get("a"))
                    .isInstanceOfSatisfying(ResultTimedOutException.class, e -> {
                        assertThat(e).isInstanceOf(ExchangeTimedOutException.class);
                        assertThat(e.getTimeout()).isEqualTo(20);
                        assertThat(e.getInferenceId()).isEqualTo("a");
                        assertThat(e.getOutputLocation()).isEqualTo("s3://bucket/out/a");
                        assertThat(e.getFailureLocation()).isEqualTo("s3://bucket/fail/a");
                        assertThat(e).hasMessageContaining("resultTimeout").hasMessageContaining("s3:GetObject");
                    }));
            assertNothingIsLeft();
        }

        @Test
        void aResultThatTheLastLookFindsCounts() {
            s3.put("bucket", "out/a", "just in time");

            enter("a", Duration.ofMillis(5));

            await().untilAsserted(() -> assertThat(replies.byId).containsEntry("a", "just in time"));
            assertNothingIsLeft();
        }

        @Test
        void aLastLookThatIsNotAnsweredDelaysTheTimeOutBySeconds() {
            s3.instead("GetObject", new CompletableFuture<>());

            enter("a", Duration.ofMillis(5));

            await().untilAsserted(() -> assertThat(replies.byId.get("a")).isInstanceOf(ResultTimedOutException.class));
            assertNothingIsLeft();
        }

        @Test
        void aStopDuringTheLastLookLeavesNothingBehind() {
            s3.instead("GetObject", new CompletableFuture<>());
            enter("a", Duration.ofMillis(5));
            await().until(() -> s3.calls().size() == 2);

            waiting.stop("stopping");

            await().untilAsserted(() -> assertThat(replies.byId.get("a")).isInstanceOf(ReplyCancelledException.class));
            await().untilAsserted(PendingRepliesTest.this::assertNothingIsLeft);
        }

        @Test
        void aResultAfterTheTimeOutIsIgnored() {
            PendingReply request = enter("a", Duration.ofMillis(5));
            await().until(() -> replies.told.get() == 1);

            complete(request, "late");

            assertThat(replies.byId.get("a")).isInstanceOf(ResultTimedOutException.class);
            assertThat(replies.told).hasValue(1);
        }
    }

    @Nested
    class Stops {

        @Test
        void stoppingEndsEveryRequestWithAClearError() {
            for (int i = 0; i < 1000; i++) {
                enter("r" + i, LONG);
            }

            waiting.stop("The CamelContext is being stopped");

            await().until(() -> replies.told.get() == 1000);
            assertThat(replies.byId.get("r17")).isInstanceOfSatisfying(ReplyCancelledException.class, e -> {
                assertThat(e).hasMessageContaining("The CamelContext is being stopped");
                assertThat(e.getInferenceId()).isEqualTo("r17");
                assertThat(e.getOutputLocation()).isEqualTo("s3://bucket/out/r17");
                assertThat(e.getFailureLocation()).isEqualTo("s3://bucket/fail/r17");
            });
            assertThat(replies.told(ReplyCancelledException.class)).isEqualTo(1000);
            assertNothingIsLeft();
        }

        @Test
        void aRequestThatWasAcceptedAfterTheStopEndsAtOnce() {
            waiting.stop("stopping");

            enter("a", LONG);

            await().untilAsserted(() -> assertThat(replies.byId.get("a")).isInstanceOf(ReplyCancelledException.class));
            assertNothingIsLeft();
        }

        @Test
        void nothingIsSentAfterTheStop() {
            Exchange exchange = new DefaultExchange(replies.camel);
            assertThatCode(() -> waiting.checkOpen(exchange)).doesNotThrowAnyException();
            waiting.stop("stopping");
            assertThatThrownBy(() -> waiting.checkOpen(exchange))
                    .isInstanceOf(ReplyCancelledException.class)
                    .hasMessageContaining("stopping");
        }

        @Test
        void stoppingARouteEndsOnlyItsOwn() throws Exception {
            stops.start(replies.camel);
            stops.whenStopping(waiting::endStopped);
            replies.camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:stopped").routeId("stopped").to("mock:out");
                    from("direct:other").routeId("other").to("mock:out");
                }
            });
            replies.camel.start();
            PendingReply began = requestFrom("stopped", "began");
            PendingReply inside = requestFrom("other", "inside");
            inside.exchange.getExchangeExtension().setUnitOfWork(new DefaultUnitOfWork(inside.exchange));
            inside.exchange.getUnitOfWork().pushRoute(replies.camel.getRoute("stopped"));
            PendingReply foreign = requestFrom("other", "foreign");
            PendingReply template = requestFrom(null, "template");
            List.of(began, inside, foreign, template).forEach(request -> waiting.await(request, LONG));

            replies.camel.getRouteController().stopRoute("stopped");

            await().until(() -> replies.told.get() == 2);
            assertThat(replies.byId).containsOnlyKeys("began", "inside");
            assertThat(waiting.size()).isEqualTo(2);
            assertThatThrownBy(() -> waiting.checkOpen(began.exchange)).hasMessageContaining("Route stopped");
            assertThatCode(() -> waiting.checkOpen(template.exchange)).doesNotThrowAnyException();

            replies.camel.getRouteController().startRoute("stopped");
            assertThatCode(() -> waiting.checkOpen(began.exchange)).doesNotThrowAnyException();
            replies.camel.stop();
        }

        private PendingReply requestFrom(String fromRoute, String id) {
            PendingReply request = request(id);
            request.exchange.getExchangeExtension().setFromRouteId(fromRoute);
            return request;
        }

        @Test
        void aStoppedTimerEndsTheRequestInsteadOfLosingIt() {
            timer.shutdownNow();

            enter("a", LONG);

            await().untilAsserted(() -> assertThat(replies.byId.get("a")).isInstanceOf(ReplyCancelledException.class));
            assertNothingIsLeft();
        }
    }

    @Nested
    class OneEnd {

        @Test
        void theFirstEndCountsAndLaterOnesAreIgnored() {
            PendingReply request = enter("a", LONG);

            waiting.fail(request, new IllegalStateException("first"));
            complete(request, "second");
            complete(request, "third");
            waiting.stop("stopping");

            await().untilAsserted(() -> assertThat(replies.byId.get("a"))
                    .isInstanceOf(Exception.class)
                    .hasToString("java.lang.IllegalStateException: first"));
            assertThat(replies.told).hasValue(1);
            assertNothingIsLeft();
        }

        @Test
        void twoRequestsForTheSamePlaceAreNotMixedUp() {
            PendingReply first = enter("a", LONG);
            PendingReply second = replies.request("b", first.output, first.failure);

            waiting.await(second, LONG);

            await().untilAsserted(() ->
                    assertThat((Exception) replies.byId.get("b")).hasMessageContaining("s3://bucket/out/a"));
            assertThat(waiting.size()).isOne();
            complete(first, "result");
            await().untilAsserted(() -> assertThat(replies.byId).containsEntry("a", "result"));
            assertNothingIsLeft();
        }

        @Test
        void endingFromAllSidesAtOnceEndsEachExactlyOnce() throws Exception {
            int requests = 2000;
            ExecutorService many = Executors.newFixedThreadPool(4);
            CountDownLatch go = new CountDownLatch(1);
            for (int i = 0; i < requests; i++) {
                PendingReply request = request("r" + i);
                Duration timeout = Duration.ofMillis(i % 20);
                many.execute(() -> {
                    waitFor(go);
                    waiting.await(request, timeout);
                });
                many.execute(() -> {
                    waitFor(go);
                    complete(request, "result");
                });
            }
            go.countDown();
            many.submit(() -> true).get(60, TimeUnit.SECONDS); // behind all others
            waiting.stop("stopping");
            many.shutdown();

            await().until(() -> replies.byId.size() == requests);
            await().until(() -> waiting.size() == 0);
            assertThat(replies.told).hasValue(requests);
            await().untilAsserted(PendingRepliesTest.this::assertNothingIsLeft);
        }

        @Test
        void stateIsAvailableOnDemand() {
            enter("a", LONG);
            enter("b", LONG);

            assertThat(waiting.size()).isEqualTo(2);
            assertThat(waiting.withId("b")).hasSize(1);
            assertThat(waiting.withId("c")).isEmpty();
        }
    }

    private static void waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private PendingReply enter(String id, Duration timeout) {
        PendingReply request = request(id);
        waiting.await(request, timeout);
        return request;
    }

    private PendingReply request(String id) {
        return replies.request(id, new S3Location("bucket", "out/" + id), new S3Location("bucket", "fail/" + id));
    }

    private void complete(PendingReply request, String body) {
        waiting.complete(
                request,
                ResultEvent.of(InferenceStatus.COMPLETED, "endpoint", facts -> {}),
                new InferenceResult(
                        body.getBytes(StandardCharsets.UTF_8), null, null, null, null, null, Map.of(), null, null));
    }

    private void assertNothingIsLeft() {
        assertThat(waiting.size()).isZero();
        assertThat(waiting.byInferenceId).isEmpty();
        assertThat(waiting.source.pollers).isEmpty();
        assertThat(timer.getQueue()).isEmpty();
    }
}
