package io.github.camelsagemaker.async.internal.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.error.ResultNotFoundException;
import io.github.camelsagemaker.async.error.ResultUnreadableException;
import io.github.camelsagemaker.async.internal.concurrent.MemoryBudget;
import io.github.camelsagemaker.async.internal.observe.ResultObserver;
import io.github.camelsagemaker.async.internal.result.BodyMode;
import io.github.camelsagemaker.async.internal.result.InferenceResult;
import io.github.camelsagemaker.async.internal.result.RequestRecords;
import io.github.camelsagemaker.async.internal.result.RequestRecords.RequestRecord;
import io.github.camelsagemaker.async.internal.result.ResultContent;
import io.github.camelsagemaker.async.internal.result.ResultEvent;
import io.github.camelsagemaker.async.internal.result.ScriptedResultReader;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The order of events is what counts here; it is recorded as words. */
class ResultProcessorTest {

    private static final S3Location OBJECT = S3Location.parse("s3://bucket/out/a.out");
    private static final ResultEvent EVENT = ResultEvent.of(InferenceStatus.COMPLETED, "e", event -> {
        event.object = OBJECT;
        event.inferenceId = "1";
    });
    private static final String OWN = OBJECT.uri() + "#1";
    private static final String VERSION = OBJECT.uri() + "#\"1\"#";
    private static final InferenceResult RESULT =
            new InferenceResult("r".getBytes(), "text/plain", null, 1L, "\"1\"", null, Map.of(), null, null);

    private final List<String> events = new ArrayList<>();
    private final ResultObserver observer = ResultObserver.none();
    private final Map<String, Object> handled = new ConcurrentHashMap<>();
    private final Map<String, Object> inProgress = new ConcurrentHashMap<>();
    private final ExecutorService workers = Executors.newFixedThreadPool(2, task -> new Thread(task, "worker"));
    private final RecordedRoute route = new RecordedRoute();
    private Function<S3Location, CompletableFuture<InferenceResult>> reading =
            object -> CompletableFuture.completedFuture(RESULT);
    private CompletableFuture<Void> settling = CompletableFuture.completedFuture(null);
    private final ResultClaims claims = new ResultClaims(Runnable::run);
    private boolean removes = true;
    private volatile boolean closed;
    private volatile int refusals;
    private RequestRecords records = new RequestRecords(null, null, null);

    @AfterEach
    void stopWorkers() {
        workers.shutdownNow();
    }

    @Nested
    class Results {

        @Test
        void aResultIsRememberedAfterItsExchangeAndBeforeItIsSettled() {
            assertThat(outcome()).isEqualTo(ResultOutcome.SETTLED);

            assertThat(events)
                    .containsExactly(
                            "process", "remember", "remember", "handled, emitted", "release", "release", "close");
            assertThat(inProgress).isEmpty();
        }

        @Test
        void aResultIsNotSettledBeforeItsKeyIsStored() {
            refusals = 3;

            assertThat(outcome()).isEqualTo(ResultOutcome.SETTLED);

            assertThat(handled).containsKey(OWN);
            assertThat(events)
                    .containsSubsequence("process", "refused", "refused", "refused", "remember", "handled, emitted")
                    .containsOnlyOnce("process", "handled, emitted");
        }

        @Test
        void aHandledResultIsDroppedUnread() {
            handled.put(OWN, "");
            reading = object -> {
                throw new AssertionError("read");
            };

            assertThat(outcome()).isEqualTo(ResultOutcome.DUPLICATE);

            assertThat(events).containsExactly("handled", "release", "close");
        }

        @Test
        void aResultInProgressIsLeftAloneAndStaysInProgress() {
            inProgress.put(OWN, "");

            assertThat(outcome()).isEqualTo(ResultOutcome.IN_PROGRESS);

            assertThat(events).containsExactly("held", "close");
            assertThat(inProgress).containsOnlyKeys(OWN);
        }

        @Test
        void aResultThatTheRouteDoesNotWantIsSettledUnread() {
            route.wanted = false;
            reading = object -> {
                throw new AssertionError("read");
            };

            assertThat(outcome()).isEqualTo(ResultOutcome.SETTLED);

            assertThat(events).containsExactly("remember", "handled, emitted", "release", "close");
        }

        @Test
        void aVersionThatAnotherSourceToldOfIsDroppedAfterItWasRead() {
            handled.put(VERSION, "");

            assertThat(outcome()).isEqualTo(ResultOutcome.DUPLICATE);

            assertThat(events).containsExactly("handled, emitted", "release", "release", "close");
        }

        @Test
        void aSecondNotificationWaitsLongForTheExchangeOfTheFirst() {
            route.processing = new CompletableFuture<>();
            CompletableFuture<ResultOutcome> first = start();
            await().until(() -> events.contains("process"));

            assertThat(outcome()).isEqualTo(ResultOutcome.IN_PROGRESS);

            assertThat(events).endsWith("held", "close");
            route.processing.complete(null);
            assertThat(first).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(ResultOutcome.SETTLED);
        }

        @Test
        void aVersionThatIsInTheRouteIsLeftAlone() {
            inProgress.put(VERSION, "");

            assertThat(outcome()).isEqualTo(ResultOutcome.IN_PROGRESS);

            assertThat(events).containsExactly("held", "release", "close");
            assertThat(inProgress).containsOnlyKeys(VERSION);
        }
    }

    @Nested
    class Reads {

        @Test
        void anObjectThatIsGoneIsAcknowledgedWhereObjectsAreRemoved() {
            reading = object ->
                    CompletableFuture.failedFuture(new ResultNotFoundException(object.uri(), new IOException("404")));

            assertThat(outcome()).isEqualTo(ResultOutcome.GONE);

            assertThat(events).containsExactly("handled", "release", "close");
        }

        @Test
        void aLargeResultThatWasEmittedAndRemovedWhileItWasReadAgainIsGone() {
            MemoryBudget memory = new MemoryBudget(10);
            Object body = new Object();
            InferenceResult large = new InferenceResult(
                    body, null, null, 10L, RESULT.etag(), null, Map.of(), memory.takenBy(body, 10), null);
            CompletableFuture<InferenceResult> slow = new CompletableFuture<>();
            reading = object -> slow;
            ResultEvent again = ResultEvent.of(InferenceStatus.COMPLETED, "endpoint", event -> {
                event.object = OBJECT;
                event.inferenceId = "1";
                event.eventTime = Instant.EPOCH;
            });
            CompletableFuture<ResultOutcome> second =
                    processor().handle(again, new RecordedSettlement(), exchange -> {}, Runnable::run);
            reading = object -> CompletableFuture.completedFuture(RESULT);
            assertThat(outcome()).isEqualTo(ResultOutcome.SETTLED);

            reading = object ->
                    CompletableFuture.failedFuture(new ResultNotFoundException(object.uri(), new IOException("404")));
            slow.complete(large);

            assertThat(second).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(ResultOutcome.GONE);
            assertThat(events).containsOnlyOnce("process");
        }

        @Test
        void anObjectThatIsGoneIsPostponedWhereObjectsAreKept() {
            removes = false;
            reading = object ->
                    CompletableFuture.failedFuture(new ResultNotFoundException(object.uri(), new IOException("404")));

            assertThat(outcome()).isEqualTo(ResultOutcome.POSTPONED);

            assertThat(events.get(1)).startsWith("not attempted ");
        }

        @Test
        void anUnreadableResultIsReportedAndLeft() {
            reading = object -> CompletableFuture.failedFuture(
                    new ResultUnreadableException(object.uri(), new IOException("refused")));

            assertThat(outcome()).isEqualTo(ResultOutcome.POSTPONED);

            assertThat(events).hasSize(4);
            assertThat(events.get(0)).startsWith("report A result could not be read");
            assertThat(events.get(1)).startsWith("not attempted ").contains("refused");
        }

        @Test
        void aReaderThatThrowsReleasesItsClaim() {
            reading = object -> {
                throw new IllegalStateException("closed");
            };

            assertThat(outcome()).isEqualTo(ResultOutcome.FAILED);

            assertThat(events).contains("failed closed", "release", "close");
            assertThat(inProgress).isEmpty();
        }
    }

    @Nested
    class Failures {

        @Test
        void aFailedExchangeIsReportedAndLeft() {
            route.processing = CompletableFuture.failedFuture(new IOException("route"));

            assertThat(outcome()).isEqualTo(ResultOutcome.FAILED);

            assertThat(events)
                    .containsExactly(
                            "process", "reportFailedExchange route", "failed route", "release", "release", "close");
            assertThat(handled).isEmpty();
            assertThat(inProgress).isEmpty();
        }

        @Test
        void aFailedExchangeIsNotRemembered() {
            route.processing = CompletableFuture.failedFuture(new IOException("route"));

            outcome();

            assertThat(events).doesNotContain("remember");
        }

        @Test
        void aRouteThatThrowsReleasesItsClaim() {
            route.processing = null;

            assertThat(outcome()).isEqualTo(ResultOutcome.FAILED);

            assertThat(events)
                    .containsExactly(
                            "process", "reportFailedExchange thrown", "failed thrown", "release", "release", "close");
            assertThat(inProgress).isEmpty();
        }

        @Test
        void anErrorOfTheRouteReleasesTheClaim() {
            route.processing = CompletableFuture.failedFuture(new StackOverflowError("deep"));

            assertThat(outcome()).isEqualTo(ResultOutcome.FAILED);

            assertThat(events)
                    .containsExactly(
                            "process", "reportFailedExchange deep", "failed deep", "release", "release", "close");
            assertThat(inProgress).isEmpty();
        }

        @Test
        void aRouteThatFailsBecauseAResultItAwaitsIsGoneIsAFailedExchange() {
            route.processing = CompletableFuture.failedFuture(
                    new ResultNotFoundException("s3://bucket/replies/b.out", new IOException("404")));

            assertThat(outcome()).isEqualTo(ResultOutcome.FAILED);

            assertThat(events.get(1)).startsWith("reportFailedExchange ");
            assertThat(events.get(2)).startsWith("failed ");
            assertThat(handled).isEmpty();
        }

        @Test
        void aSettlementThatFailsIsReportedAndTheKeyStaysRemembered() {
            settling = CompletableFuture.failedFuture(new IOException("no delete"));

            assertThat(outcome()).isEqualTo(ResultOutcome.SETTLED);

            assertThat(events).contains("report COMPLETED s3://bucket/out/a.out could not be settled: no delete");
            assertThat(handled).containsOnlyKeys(OWN, VERSION + "#notified");
            assertThat(inProgress).isEmpty();
        }

        @Test
        void aRepositoryThatIsAwayLeavesTheResultForAnotherAttempt() {
            route.keyFails = true;

            assertThat(outcome()).isEqualTo(ResultOutcome.POSTPONED);

            assertThat(events.get(0)).startsWith("report The result is left for another attempt");
            assertThat(events.get(1)).startsWith("not attempted ");
            assertThat(events).endsWith("close");
        }
    }

    @Nested
    class ThreadsAndEnd {

        @Test
        void whatEndsOnAnSdkThreadGoesOnOnAWorker() {
            CompletableFuture<InferenceResult> answer = new CompletableFuture<>();
            reading = object -> answer;
            CompletableFuture<ResultOutcome> outcome = start();
            Thread sdk = new Thread(() -> answer.complete(RESULT), "sdk");
            sdk.start();

            assertThat(outcome).succeedsWithin(Duration.ofSeconds(30));
            assertThat(route.threads).allSatisfy(name -> assertThat(name).isEqualTo("worker"));
        }

        @Test
        void whatFollowsASettlementRunsOnAWorker() {
            CompletableFuture<Void> answer = new CompletableFuture<>();
            settling = answer;
            CompletableFuture<ResultOutcome> outcome =
                    processor().handle(EVENT, new RecordedSettlement(), exchange -> {}, Runnable::run);
            new Thread(() -> answer.complete(null), "sdk").start();

            assertThat(outcome).succeedsWithin(Duration.ofSeconds(30));
            assertThat(route.threads.get(route.threads.size() - 1)).isEqualTo("worker");
        }

        @Test
        void aClosedProcessorBeginsNothing() {
            closed = true;

            assertThat(outcome()).isEqualTo(ResultOutcome.IN_PROGRESS);

            assertThat(events).containsExactly("left");
        }

        @Test
        void whatWasReadAfterTheEndIsNotEmitted() {
            CompletableFuture<InferenceResult> answer = new CompletableFuture<>();
            reading = object -> answer;
            CompletableFuture<ResultOutcome> outcome =
                    processor().handle(EVENT, new RecordedSettlement(), exchange -> {}, Runnable::run);
            closed = true;
            answer.complete(RESULT);

            assertThat(outcome).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(ResultOutcome.IN_PROGRESS);
            assertThat(events).containsExactly("left", "release", "close");
        }
    }

    @Test
    void outcomesAreCounted() {
        ResultProcessor processor = processor();
        handle(processor);
        handle(processor);

        assertThat(observer.counted(ResultObserver.Ending.COMPLETED)).isEqualTo(1);
        assertThat(observer.counted(ResultObserver.Ending.DUPLICATE)).isEqualTo(1);
    }

    private ResultOutcome outcome() {
        return handle(processor());
    }

    private ResultOutcome handle(ResultProcessor processor) {
        CompletableFuture<ResultOutcome> outcome =
                processor.handle(EVENT, new RecordedSettlement(), exchange -> {}, processor.workers());
        assertThat(outcome).succeedsWithin(Duration.ofSeconds(30));
        return outcome.join();
    }

    private CompletableFuture<ResultOutcome> start() {
        ResultProcessor processor = processor();
        return processor.handle(EVENT, new RecordedSettlement(), exchange -> {}, processor.workers());
    }

    private ResultProcessor processor() {
        return new ResultProcessor(
                route,
                new ResultContent(new ScriptedResultReader(object -> reading.apply(object)), BodyMode.BYTES),
                new IdempotencyGuard(
                        new RecordedRepository(),
                        claims,
                        new ResultClaims.Claimant("", new RecordedClaims(), observer, (message, failure) -> {}),
                        false,
                        ConcurrentHashMap.newKeySet()),
                records,
                null,
                removes,
                workers,
                observer,
                () -> closed);
    }

    private void event(String event) {
        synchronized (events) {
            events.add(event);
        }
    }

    private final class RecordedRepository extends MemoryIdempotentRepository {

        RecordedRepository() {
            super(handled);
        }

        @Override
        public boolean add(String key) {
            if (refusals-- > 0) {
                event("refused");
                throw new IllegalStateException("away");
            }
            event("remember");
            return super.add(key);
        }
    }

    private final class RecordedClaims extends MemoryIdempotentRepository {

        RecordedClaims() {
            super(inProgress);
        }

        @Override
        public boolean remove(String key) {
            event("release");
            return super.remove(key);
        }
    }

    private final class RecordedSettlement extends Settlement {

        RecordedSettlement() {
            super(EVENT, null, null);
        }

        @Override
        CompletableFuture<Void> handled(boolean emitted) {
            event(emitted ? "handled, emitted" : "handled");
            return settling;
        }

        @Override
        CompletableFuture<Void> failed(Throwable cause, boolean attempted) {
            event((attempted ? "failed " : "not attempted ") + cause.getMessage());
            return settling;
        }

        @Override
        CompletableFuture<Void> left(boolean held) {
            event(held ? "held" : "left");
            return settling;
        }
    }

    private final class RecordedRoute extends ConsumerRoute {

        private final List<String> threads = new ArrayList<>();
        private CompletableFuture<Void> processing = CompletableFuture.completedFuture(null);
        private boolean wanted = true;
        private boolean keyFails;

        RecordedRoute() {
            super(
                    new DefaultConsumer(new DefaultCamelContext().getEndpoint("sagemaker-async:e"), exchange -> {}),
                    new SageMakerAsyncConfiguration());
        }

        @Override
        Exchange open(ResultEvent event) {
            return new DefaultExchange(new DefaultCamelContext());
        }

        @Override
        String keyOf(ResultEvent event, Exchange exchange) {
            if (keyFails) {
                throw new IllegalStateException("no key");
            }
            return null;
        }

        @Override
        boolean wants(ResultEvent event) {
            return wanted;
        }

        @Override
        CompletableFuture<Void> process(
                Exchange exchange, ResultEvent event, InferenceResult result, RequestRecord record) {
            threads.add(Thread.currentThread().getName());
            event("process");
            if (processing == null) {
                throw new IllegalStateException("thrown");
            }
            return processing;
        }

        @Override
        void close(Exchange exchange) {
            threads.add(Thread.currentThread().getName());
            event("close");
        }

        @Override
        void report(String message, Exchange exchange, Throwable failure) {
            event("reportFailedExchange " + failure.getMessage());
        }

        @Override
        void report(String message, Throwable failure) {
            event("report " + message + ": " + failure.getMessage());
        }
    }
}
