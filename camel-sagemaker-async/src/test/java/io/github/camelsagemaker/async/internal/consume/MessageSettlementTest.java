package io.github.camelsagemaker.async.internal.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.S3InMemory;
import io.github.camelsagemaker.async.internal.result.InferenceResult;
import io.github.camelsagemaker.async.internal.result.Landing;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import io.github.camelsagemaker.async.internal.s3.StagedInputs;
import io.github.camelsagemaker.async.internal.s3.StagedInputs.StagedInput;
import io.github.camelsagemaker.async.internal.sqs.Acknowledger;
import io.github.camelsagemaker.async.internal.sqs.MessageReceiver.QueueSettings;
import io.github.camelsagemaker.async.internal.sqs.MessageVisibility;
import io.github.camelsagemaker.async.internal.sqs.QueueMessage;
import io.github.camelsagemaker.async.internal.sqs.RedeliveryBackoff;
import io.github.camelsagemaker.async.internal.sqs.ScriptedSqs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sqs.model.SqsException;

class MessageSettlementTest {

    private static final S3Location OUTPUT = S3Location.parse("s3://bucket/out/a");
    private static final S3Location INPUT = S3Location.parse("s3://bucket/in/8a6e0804-2bd0-4672-b79d-d97027f9071a");
    private static final S3Location ELSEWHERE = S3Location.parse("s3://bucket/elsewhere/a");

    private final S3InMemory s3 = new S3InMemory();
    private final ScriptedSqs sqs = new ScriptedSqs();
    private final StagedInputs payloads = new StagedInputs();
    private final List<String> reports = new ArrayList<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

    @BeforeEach
    void anOutputAndItsInput() {
        s3.put("bucket", "out/a", "1").put("bucket", "in/8a6e0804-2bd0-4672-b79d-d97027f9071a", "2");
    }

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    @Test
    void theObjectsOfAnAcknowledgedMessageAreDeleted() {
        assertThat(settle(landing(OUTPUT, INPUT))).succeedsWithin(Duration.ofSeconds(30));

        assertThat(s3.keys()).isEmpty();
        assertThat(payloads.find(OUTPUT)).isEmpty();
    }

    @Test
    void thePayloadIsRememberedForAListingAndNamedIfSqsDidNotAnswer() {
        sqsDoesNotAnswer();

        assertThat(settle(landing(OUTPUT, INPUT))).failsWithin(Duration.ofSeconds(30));

        assertThat(s3.keys())
                .containsExactlyInAnyOrder("bucket/out/a", "bucket/in/8a6e0804-2bd0-4672-b79d-d97027f9071a");
        assertThat(payloads.find(OUTPUT)).map(StagedInput::location).contains(INPUT);
        assertThat(reports).singleElement().asString().contains(INPUT.uri(), "reconcileInterval");
    }

    @Test
    void thePayloadOfAFailureWithoutAnObjectIsNamedIfSqsDidNotAnswer() {
        sqsDoesNotAnswer();

        assertThat(settle(landing(null, INPUT))).failsWithin(Duration.ofSeconds(30));

        assertThat(payloads.find(OUTPUT)).isEmpty();
        assertThat(reports).singleElement().asString().contains(INPUT.uri(), "deleteInputAfterRead");
    }

    @Test
    void aPayloadElsewhereIsNeitherRememberedNorNamed() {
        sqsDoesNotAnswer();

        assertThat(settle(landing(OUTPUT, ELSEWHERE))).failsWithin(Duration.ofSeconds(30));
        assertThat(settle(landing(null, ELSEWHERE))).failsWithin(Duration.ofSeconds(30));

        assertThat(payloads.find(OUTPUT)).isEmpty();
        assertThat(reports).isEmpty();
    }

    private void sqsDoesNotAnswer() {
        sqs.onDelete = request -> CompletableFuture.failedFuture(
                SqsException.builder().statusCode(503).message("no").build());
    }

    private static Landing landing(S3Location object, S3Location input) {
        return Landing.of(object == null ? InferenceStatus.FAILED : InferenceStatus.COMPLETED, "model", landing -> {
            landing.object = object;
            landing.inferenceId = "id-1";
            landing.inputLocation = input;
        });
    }

    private CompletableFuture<Void> settle(Landing landing) {
        ObjectCleanUp cleanUp = new ObjectCleanUp(
                new ObjectMover(s3, new S3Prefix("bucket", "out/"), null),
                Disposal.DELETE,
                new S3Prefix("bucket", "in/"),
                payloads,
                (message, cause) -> reports.add(message));
        Settlement settlement = new MessageSettlement(
                        new QueueMessage("id", "handle", 1, ""),
                        1,
                        new Acknowledger(sqs, "url", timer, Duration.ofMillis(1))::acknowledge,
                        new MessageVisibility(
                                sqs,
                                new QueueSettings("url", 1, Duration.ofSeconds(30), null, 1, 0),
                                null,
                                System::nanoTime),
                        RedeliveryBackoff.parse("off"),
                        cleanUp)
                .of(landing);
        if (landing.object() != null) {
            settlement.read(
                    landing.object(),
                    new InferenceResult(null, null, null, 1L, s3.etag("bucket/out/a"), null, Map.of()));
        }
        return settlement.succeeded();
    }
}
