package io.github.camelsagemaker.async.internal.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.error.ResultNotFoundException;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.Test;

/** When the record of a result's request is begun and ended. The order of events is recorded as words. */
class ResultRecordsTest {

    private static final S3Location OBJECT = S3Location.parse("s3://bucket/out/a.out");
    private static final ResultEvent EVENT = ResultEvent.of(InferenceStatus.COMPLETED, "e", event -> {
        event.object = OBJECT;
        event.inferenceId = "1";
    });
    private static final String OWN = OBJECT.uri() + "#1";

    private final List<String> events = new CopyOnWriteArrayList<>();
    private final Map<String, Object> handled = new ConcurrentHashMap<>();
    private final Map<String, Object> inProgress = new ConcurrentHashMap<>();
    private CompletableFuture<InferenceResult> content = CompletableFuture.completedFuture(
            new InferenceResult("r".getBytes(), "text/plain", null, 1L, "\"1\"", null, Map.of(), null, null));
    private CompletableFuture<Void> processing = CompletableFuture.completedFuture(null);
    private ResultEvent event = EVENT;
    private boolean hasFailedMeanwhile;
    private boolean storeIsDown;
    private boolean storeGoesDown;
    private boolean mustWait;
    private S3Location inputOfTheRecord;

    @Test
    void theRecordEndsAfterTheExchangeAndBeforeTheAcknowledgement() {
        assertThat(outcome()).isEqualTo(ResultOutcome.SETTLED);

        assertThat(events).containsExactly("begin", "process", "end COMPLETED", "handled");
    }

    @Test
    void aFailedExchangeLeavesTheRecord() {
        processing = CompletableFuture.failedFuture(new IOException("route"));

        assertThat(outcome()).isEqualTo(ResultOutcome.FAILED);

        assertThat(events).containsExactly("begin", "process", "abandon", "report exchange", "failed");
    }

    @Test
    void aResultThatMustWaitIsLeftWithoutNoise() {
        mustWait = true;

        assertThat(outcome()).isEqualTo(ResultOutcome.IN_PROGRESS);

        assertThat(events).containsExactly("begin", "left");
        assertThat(inProgress).isEmpty();
        assertThat(handled).isEmpty();
    }

    @Test
    void nothingIsEmittedWhileTheStoreIsDown() {
        storeIsDown = true;

        assertThat(outcome()).isEqualTo(ResultOutcome.POSTPONED);

        assertThat(events).containsExactly("begin", "report", "failed");
    }

    @Test
    void aRecordThatCannotBeEndedLeavesTheMessageAndItsNextDeliveryEndsTheRecord() {
        storeGoesDown = true;
        assertThat(outcome()).isEqualTo(ResultOutcome.POSTPONED);
        assertThat(events).containsExactly("begin", "process", "end COMPLETED", "abandon", "report", "failed");
        events.clear();
        storeGoesDown = false;

        assertThat(outcome()).isEqualTo(ResultOutcome.DUPLICATE);

        assertThat(events).containsExactly("handledBefore", "handled");
    }

    @Test
    void thePayloadOfADuplicatesRequestIsClearedUpWithIt() {
        handled.put(OWN, "");
        inputOfTheRecord = S3Location.parse("s3://bucket/in/1");

        assertThat(outcome()).isEqualTo(ResultOutcome.DUPLICATE);

        assertThat(events).containsExactly("handledBefore", "requested from s3://bucket/in/1", "handled");
    }

    @Test
    void aDuplicateIsLeftWhileTheStoreIsDown() {
        handled.put(OWN, "");
        storeGoesDown = true;

        assertThat(outcome()).isEqualTo(ResultOutcome.POSTPONED);

        assertThat(events).containsExactly("handledBefore", "report", "failed");
    }

    private static ResultEvent failure() {
        return ResultEvent.of(InferenceStatus.FAILED, "e", event -> {
            event.inferenceId = "1";
            event.failureReason = "the reason";
        });
    }

    @Test
    void aFailureThatAListingFoundWhileItsObjectWasWaitedForIsADuplicate() {
        event = failure();
        hasFailedMeanwhile = true;

        assertThat(outcome()).isEqualTo(ResultOutcome.DUPLICATE);

        assertThat(events).containsExactly("begin", "abandon", "handledBefore", "handled");
    }

    @Test
    void aFailureOfWhichTheStoreCannotTellThatNowIsLeftWithoutAnAttempt() {
        event = failure();
        storeGoesDown = true;

        assertThat(outcome()).isEqualTo(ResultOutcome.POSTPONED);

        assertThat(events).containsExactly("begin", "abandon", "report", "failed");
    }

    @Test
    void anObjectThatIsGoneSaysNothingAboutTheRequest() {
        content = CompletableFuture.failedFuture(new ResultNotFoundException(OBJECT.uri(), new IOException("404")));

        assertThat(outcome()).isEqualTo(ResultOutcome.GONE);

        assertThat(events).containsExactly("begin", "abandon", "handled");
    }

    private ResultOutcome outcome() {
        ResultProcessor pipeline = new ResultProcessor(
                new Route(),
                new ResultContent(new ScriptedResultReader(object -> content), BodyMode.BYTES),
                new IdempotencyGuard(
                        MemoryIdempotentRepository.memoryIdempotentRepository(handled),
                        new ResultClaims(Runnable::run),
                        new ResultClaims.Claimant(
                                "",
                                MemoryIdempotentRepository.memoryIdempotentRepository(inProgress),
                                ResultObserver.none(),
                                (message, failure) -> {}),
                        false,
                        ConcurrentHashMap.newKeySet()),
                new Records(),
                null,
                true,
                Runnable::run,
                ResultObserver.none(),
                () -> false);
        CompletableFuture<ResultOutcome> outcome =
                pipeline.handle(event, new Settling(), exchange -> {}, Runnable::run);
        assertThat(outcome).succeedsWithin(Duration.ofSeconds(30));
        return outcome.join();
    }

    private final class Records extends RequestRecords {

        Records() {
            super(null, null, null);
        }

        @Override
        public Duration lease() {
            return Duration.ofMinutes(1);
        }

        @Override
        public Optional<RequestRecord> begin(ResultEvent event) {
            events.add("begin");
            if (storeIsDown) {
                throw new IllegalStateException("down");
            }
            return mustWait ? Optional.empty() : Optional.of(new Record());
        }

        @Override
        public RequestRecord handledBefore(ResultEvent event) {
            events.add("handledBefore");
            if (storeGoesDown) {
                throw new IllegalStateException("down");
            }
            return new Record();
        }
    }

    private final class Record extends RequestRecord {

        Record() {
            new RequestRecords(null, null, null).super(null);
        }

        @Override
        public S3Location inputLocation() {
            return inputOfTheRecord;
        }

        @Override
        public boolean hasFailedMeanwhile() {
            if (storeGoesDown) {
                throw new IllegalStateException("down");
            }
            return hasFailedMeanwhile;
        }

        @Override
        public void succeeded(InferenceStatus status) {
            events.add("end " + status);
            if (storeGoesDown) {
                throw new IllegalStateException("down");
            }
        }

        @Override
        public void abandoned() {
            events.add("abandon");
        }
    }

    private final class Settling extends Settlement {

        Settling() {
            super(EVENT, null, null);
        }

        @Override
        void setInputLocation(S3Location input) {
            if (input != null) {
                events.add("requested from " + input);
            }
        }

        @Override
        CompletableFuture<Void> handled(boolean emitted) {
            return settled("handled");
        }

        @Override
        CompletableFuture<Void> failed(Throwable cause, boolean attempted) {
            return settled("failed");
        }

        @Override
        CompletableFuture<Void> left(boolean held) {
            return settled("left");
        }

        private CompletableFuture<Void> settled(String event) {
            events.add(event);
            return CompletableFuture.completedFuture(null);
        }
    }

    private final class Route extends ConsumerRoute {

        Route() {
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
            return null;
        }

        @Override
        boolean wants(ResultEvent event) {
            return true;
        }

        @Override
        CompletableFuture<Void> process(
                Exchange exchange, ResultEvent event, InferenceResult result, RequestRecord record) {
            events.add("process");
            return processing;
        }

        @Override
        void close(Exchange exchange) {}

        @Override
        void report(String message, Exchange exchange, Throwable failure) {
            events.add("report exchange");
        }

        @Override
        void report(String message, Throwable failure) {
            events.add("report");
        }
    }
}
