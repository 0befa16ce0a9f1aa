package io.github.camelsagemaker.async.internal.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.S3InMemory;
import io.github.camelsagemaker.async.error.ResultUnreadableException;
import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore;
import io.github.camelsagemaker.async.internal.observe.ResultObserver;
import io.github.camelsagemaker.async.internal.result.BodyMode;
import io.github.camelsagemaker.async.internal.result.InferenceResult;
import io.github.camelsagemaker.async.internal.result.ResultEvent;
import io.github.camelsagemaker.async.internal.s3.BatchDeleter;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import io.github.camelsagemaker.async.internal.s3.StagedInputs;
import io.github.camelsagemaker.async.internal.s3.StagedInputs.StagedInput;
import io.github.camelsagemaker.async.internal.sqs.MessageReceiver;
import io.github.camelsagemaker.async.internal.sqs.MessageReceiver.QueueSettings;
import io.github.camelsagemaker.async.internal.sqs.QueueMessage;
import io.github.camelsagemaker.async.internal.sqs.RedeliveryBackoff;
import io.github.camelsagemaker.async.internal.sqs.ScriptedSqs;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.model.SqsException;

class SettlementTest {

    private static final S3Prefix OUTPUTS = new S3Prefix("bucket", "out/");
    private static final S3Location OUTPUT = S3Location.parse("s3://bucket/out/a");
    private static final S3Location INPUT = S3Location.parse("s3://bucket/in/8a6e0804-2bd0-4672-b79d-d97027f9071a");

    private final S3InMemory s3 = new S3InMemory();
    private final ResultObserver observer = ResultObserver.none();
    private final ObjectRetries retries = new ObjectRetries(ObjectRetries.CAPACITY, System::nanoTime, observer);
    private final List<String> reports = new ArrayList<>();
    private final StagedInputs payloads = new StagedInputs();
    private S3Prefix inputs = new S3Prefix("bucket", "in/");
    private boolean removes = true;
    private S3Prefix target;
    private S3Prefix poison = new S3Prefix("bucket", "poison/");

    @BeforeEach
    void anOutputAndItsInput() {
        s3.put("bucket", "out/a", "1").put("bucket", "in/8a6e0804-2bd0-4672-b79d-d97027f9071a", "2");
    }

    private ObjectCleanUp objects() {
        return new ObjectCleanUp(
                s3,
                new ConsumerSettings(OUTPUTS, null, BodyMode.BYTES, removes, target, inputs, 3, poison, true),
                retries,
                payloads,
                (message, cause) -> reports.add(message),
                observer,
                new BatchDeleter(s3, null, 1, Duration.ZERO, permits -> {}, new ConcurrentHashMap<>()),
                true);
    }

    @Nested
    class OfAListing {

        @Test
        void successDeletesTheObjectAndItsInput() {
            assertDone(settlement(INPUT).handled(true));

            assertThat(s3.keys()).isEmpty();
        }

        @Test
        void theVersionThatWasReadIsDeletedAlsoIfAnotherWasFound() {
            Settlement settlement = settlement(null);
            s3.put("bucket", "out/a", "overwritten");

            settlement.read(
                    OUTPUT,
                    new InferenceResult(null, null, null, 11L, s3.etag("bucket/out/a"), null, Map.of(), null, null));
            assertDone(settlement.handled(true));

            assertThat(s3.keys()).doesNotContain("bucket/out/a");
        }

        @Test
        void anInputThatIsKnownOnlyLaterIsDeletedThen() {
            payloads.callBegun();
            assertDone(settlement(null).handled(true));
            assertThat(s3.keys()).containsExactly("bucket/in/8a6e0804-2bd0-4672-b79d-d97027f9071a");

            payloads.remember(OUTPUT, null, new StagedInput(INPUT, "1"));

            assertThat(s3.keys()).isEmpty();
        }

        @Test
        void anInputElsewhereIsLeftAlone() {
            s3.put("bucket", "inside/a", "3");

            assertDone(settlement(S3Location.parse("s3://bucket/inside/a")).handled(true));

            assertThat(s3.keys()).contains("bucket/inside/a");
        }

        @Test
        void inputsStayUnlessSaidOtherwise() {
            inputs = null;

            assertDone(settlement(INPUT).handled(true));

            assertThat(s3.keys()).containsExactly("bucket/in/8a6e0804-2bd0-4672-b79d-d97027f9071a");
        }

        @Test
        void anInputThatCannotBeDeletedIsReportedAndTheResultSettled() {
            s3.fail("DeleteObject bucket/in/", 403);

            assertDone(settlement(INPUT).handled(true));

            assertThat(s3.keys()).containsExactly("bucket/in/8a6e0804-2bd0-4672-b79d-d97027f9071a");
            assertThat(reports)
                    .singleElement()
                    .asString()
                    .contains("s3://bucket/in/8a6e0804-2bd0-4672-b79d-d97027f9071a", "deleteInputAfterRead");
        }

        @Test
        void anInputThatStaysWithItsResultIsReported() {
            s3.fail("DeleteObject bucket/out/", 403);

            assertThat(settlement(INPUT).handled(true)).failsWithin(Duration.ofSeconds(30));

            assertThat(s3.keys())
                    .containsExactlyInAnyOrder("bucket/out/a", "bucket/in/8a6e0804-2bd0-4672-b79d-d97027f9071a");
            assertThat(reports)
                    .singleElement()
                    .asString()
                    .contains("s3://bucket/in/8a6e0804-2bd0-4672-b79d-d97027f9071a", "deleteInputAfterRead");
        }

        @Test
        void aKeptObjectStays() {
            removes = false;

            assertDone(settlement(null).handled(true));

            assertThat(s3.keys()).contains("bucket/out/a");
        }

        @Test
        void aMovedObjectIsBelowTheMoveLocation() {
            target = new S3Prefix("bucket", "done/");

            assertDone(settlement(null).handled(true));

            assertThat(s3.keys()).contains("bucket/done/a").doesNotContain("bucket/out/a");
        }

        @Test
        void aResultWhoseKeyWouldBecomeTooLongToMoveIsNotEmittedAgain() {
            target = new S3Prefix("bucket", "d".repeat(1023) + "/");

            assertThat(settlement(null).handled(true))
                    .failsWithin(Duration.ofSeconds(30))
                    .withThrowableOfType(ExecutionException.class)
                    .havingRootCause()
                    .withMessageContaining("1024 bytes");

            assertThat(s3.keys()).contains("bucket/out/a");
            assertThat(retries.next(listed())).isEqualTo(ObjectRetries.Step.WAIT);
        }

        @Test
        void aFailingObjectWhoseKeyWouldBecomeTooLongToMoveIsNotTriedAgainAtOnce() {
            poison = new S3Prefix("bucket", "p".repeat(1023) + "/");

            for (int attempt = 1; attempt <= 3; attempt++) {
                settlement(null).failed(new IOException("route"), true);
            }

            assertThat(retries.next(listed())).isEqualTo(ObjectRetries.Step.WAIT);
        }

        private StoredObject listed() {
            return new StoredObject(OUTPUT, s3.etag("bucket/out/a"), null, 1L);
        }

        @Test
        void aDuplicateIsClearedUpAsWell() {
            assertDone(settlement(INPUT).handled(true));

            assertThat(s3.keys()).isEmpty();
        }

        @Test
        void aDuplicateThatIsAnotherVersionIsLeftAlone() {
            assertDone(settlement(INPUT).handled(false));

            assertThat(s3.calls()).isEmpty();
        }

        @Test
        void whatIsGoneIsNotClearedUp() {
            assertDone(settlement(INPUT).handled(false));

            assertThat(s3.calls()).isEmpty();
        }

        @Test
        void anObjectOfUnknownVersionStays() {
            assertDone(new Settlement(listed(null, null), objects(), null).handled(true));

            assertThat(s3.keys()).contains("bucket/out/a");
            assertThat(reports).singleElement().asString().contains(OUTPUT.uri());
        }

        @Test
        void aResultInProgressElsewhereIsLeftAlone() {
            assertDone(settlement(INPUT).left(false));

            assertThat(s3.calls()).isEmpty();
        }

        @Test
        void anObjectIsMovedAwayAfterTheLastFailedExchangeAllowed() {
            fail(settlement(null), 2);
            assertThat(s3.keys()).contains("bucket/out/a");

            fail(settlement(null), 1);

            assertThat(s3.keys()).contains("bucket/poison/a").doesNotContain("bucket/out/a");
            assertThat(observer.counted(ResultObserver.Poison.ATTEMPTS)).isEqualTo(1);
        }

        @Test
        void anUnreadableResultIsNoFailedExchange() {
            Settlement settlement = settlement(null);

            for (int i = 0; i < 5; i++) {
                assertDone(
                        settlement.failed(new ResultUnreadableException(OUTPUT.uri(), new IOException("503")), false));
            }

            assertThat(s3.keys()).contains("bucket/out/a");
        }

        @Test
        void aSuccessStartsTheCountAnew() {
            removes = false;
            fail(settlement(null), 2);
            assertDone(settlement(null).handled(true));

            fail(settlement(null), 2);

            assertThat(s3.keys()).contains("bucket/out/a");
        }

        @Test
        void aMoveThatFailsIsTriedAgainAtTheNextFailure() {
            s3.fail("CopyObject", 503);
            fail(settlement(null), 2);
            assertThat(settlement(null).failed(new IOException("route"), true)).failsWithin(Duration.ofSeconds(30));

            s3.recover();
            fail(settlement(null), 1);

            assertThat(s3.keys()).contains("bucket/poison/a");
        }

        private void fail(Settlement settlement, int times) {
            for (int i = 0; i < times; i++) {
                assertDone(settlement.failed(new IOException("route"), true));
            }
        }

        private Settlement settlement(S3Location input) {
            return new Settlement(listed(s3.etag("bucket/out/a"), input), objects(), null);
        }

        private ResultEvent listed(String etag, S3Location input) {
            return ResultEvent.of(InferenceStatus.COMPLETED, "model", event -> {
                event.object = OUTPUT;
                event.etag = etag;
                event.contentLength = 1L;
                event.inputLocation = input;
                event.isListed = true;
            });
        }

        private void assertDone(CompletableFuture<Void> call) {
            assertThat(call).succeedsWithin(Duration.ofSeconds(30));
        }
    }

    @Nested
    class OfAMessage {

        private static final S3Location ELSEWHERE = S3Location.parse("s3://bucket/elsewhere/a");

        private final ScriptedSqs sqs = new ScriptedSqs();
        private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

        @AfterEach
        void stop() {
            timer.shutdownNow();
        }

        @Test
        void theObjectsOfAnAcknowledgedMessageAreDeleted() {
            assertThat(settle(event(OUTPUT, INPUT))).succeedsWithin(Duration.ofSeconds(30));

            assertThat(s3.keys()).isEmpty();
            assertThat(payloads.find(OUTPUT)).isEmpty();
        }

        @Test
        void thePayloadIsRememberedForAListingAndNamedIfSqsDidNotAnswer() {
            sqsDoesNotAnswer();

            assertThat(settle(event(OUTPUT, INPUT))).failsWithin(Duration.ofSeconds(30));

            assertThat(s3.keys())
                    .containsExactlyInAnyOrder("bucket/out/a", "bucket/in/8a6e0804-2bd0-4672-b79d-d97027f9071a");
            assertThat(payloads.find(OUTPUT)).map(StagedInput::location).contains(INPUT);
            assertThat(reports).singleElement().asString().contains(INPUT.uri(), "reconcileInterval");
        }

        @Test
        void thePayloadOfAFailureWithoutAnObjectIsNamedIfSqsDidNotAnswer() {
            sqsDoesNotAnswer();

            assertThat(settle(event(null, INPUT))).failsWithin(Duration.ofSeconds(30));

            assertThat(payloads.find(OUTPUT)).isEmpty();
            assertThat(reports).singleElement().asString().contains(INPUT.uri(), "deleteInputAfterRead");
        }

        @Test
        void aPayloadElsewhereIsNeitherRememberedNorNamed() {
            sqsDoesNotAnswer();

            assertThat(settle(event(OUTPUT, ELSEWHERE))).failsWithin(Duration.ofSeconds(30));
            assertThat(settle(event(null, ELSEWHERE))).failsWithin(Duration.ofSeconds(30));

            assertThat(payloads.find(OUTPUT)).isEmpty();
            assertThat(reports).isEmpty();
        }

        @Test
        void aResultThatNoRouteHasSeenIsPutOffAndAFailedAttemptIsNot() {
            IllegalStateException failure = new IllegalStateException("the database is away");

            assertThat(settlement(event(OUTPUT, INPUT)).failed(failure, true)).succeedsWithin(Duration.ofSeconds(30));
            assertThat(sqs.changes).isEmpty();
            assertThat(settlement(event(OUTPUT, INPUT)).failed(failure, false)).succeedsWithin(Duration.ofSeconds(30));

            assertThat(sqs.changes.get(0).entries().get(0).visibilityTimeout()).isEqualTo(122);
        }

        private void sqsDoesNotAnswer() {
            sqs.onDelete = request -> CompletableFuture.failedFuture(
                    SqsException.builder().statusCode(503).message("no").build());
        }

        private ResultEvent event(S3Location object, S3Location input) {
            return ResultEvent.of(
                    object == null ? InferenceStatus.FAILED : InferenceStatus.COMPLETED, "model", event -> {
                        event.object = object;
                        event.inferenceId = "id-1";
                        event.inputLocation = input;
                    });
        }

        private CompletableFuture<Void> settle(ResultEvent event) {
            return settlement(event).handled(true);
        }

        private Settlement settlement(ResultEvent event) {
            MessageReceiver receiver = new MessageReceiver(
                    sqs,
                    sqs,
                    new QueueSettings("url", 1, Duration.ofSeconds(30), null, 1, 0),
                    new AsyncSemaphore(1, Runnable::run),
                    timer,
                    timer,
                    (failure, message) -> {});
            Settlement.Message message = new Settlement.Message(
                    new QueueMessage("id", "handle", 1, "", Instant.EPOCH, Instant.EPOCH.plusSeconds(60)),
                    1,
                    true,
                    receiver,
                    RedeliveryBackoff.parse("off"),
                    new ArrayList<>());
            Settlement settlement = new Settlement(event, objects(), message);
            if (event.object() != null) {
                settlement.read(
                        event.object(),
                        new InferenceResult(null, null, null, 1L, s3.etag("bucket/out/a"), null, Map.of(), null, null));
            }
            return settlement;
        }
    }
}
