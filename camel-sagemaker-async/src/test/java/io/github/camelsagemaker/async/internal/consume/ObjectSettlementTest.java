package io.github.camelsagemaker.async.internal.consume;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.S3InMemory;
import io.github.camelsagemaker.async.error.ResultUnreadableException;
import io.github.camelsagemaker.async.internal.observe.ResultObserver;
import io.github.camelsagemaker.async.internal.result.InferenceResult;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import io.github.camelsagemaker.async.internal.s3.StagedInputs;
import io.github.camelsagemaker.async.internal.s3.StagedInputs.StagedInput;
import io.github.camelsagemaker.async.internal.s3.StoredObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ObjectSettlementTest {

    private static final S3Location OUTPUT = S3Location.parse("s3://bucket/out/a");
    private static final S3Location INPUT = S3Location.parse("s3://bucket/in/8a6e0804-2bd0-4672-b79d-d97027f9071a");

    private final S3InMemory s3 = new S3InMemory();
    private final ObjectRetries retries = new ObjectRetries(ResultObserver.none());
    private final ObjectMover mover = new ObjectMover(s3, new S3Prefix("bucket", "out/"), null, retries);
    private final PoisonedObjects poisoned =
            new PoisonedObjects(mover, 3, new S3Prefix("bucket", "poison/"), retries, () -> {});
    private final List<String> reports = new ArrayList<>();
    private final StagedInputs payloads = new StagedInputs();
    private S3Prefix inputs = new S3Prefix("bucket", "in/");
    private Disposal disposal = Disposal.DELETE;

    @BeforeEach
    void anOutputAndItsInput() {
        s3.put("bucket", "out/a", "1").put("bucket", "in/8a6e0804-2bd0-4672-b79d-d97027f9071a", "2");
    }

    @Test
    void successDeletesTheObjectAndItsInput() {
        assertDone(settlement(INPUT).succeeded());

        assertThat(s3.keys()).isEmpty();
    }

    @Test
    void theVersionThatWasReadIsDeletedAlsoIfAnotherWasFound() {
        Settlement settlement = settlement(null);
        s3.put("bucket", "out/a", "overwritten");

        settlement.read(OUTPUT, new InferenceResult(null, null, null, 11L, s3.etag("bucket/out/a"), null, Map.of()));
        assertDone(settlement.succeeded());

        assertThat(s3.keys()).doesNotContain("bucket/out/a");
    }

    @Test
    void anInputThatIsKnownOnlyLaterIsDeletedThen() {
        payloads.callBegun();
        assertDone(settlement(null).succeeded());
        assertThat(s3.keys()).containsExactly("bucket/in/8a6e0804-2bd0-4672-b79d-d97027f9071a");

        payloads.remember(OUTPUT, null, new StagedInput(INPUT, "1"));

        assertThat(s3.keys()).isEmpty();
    }

    @Test
    void anInputElsewhereIsLeftAlone() {
        s3.put("bucket", "inside/a", "3");

        assertDone(settlement(S3Location.parse("s3://bucket/inside/a")).succeeded());

        assertThat(s3.keys()).contains("bucket/inside/a");
    }

    @Test
    void inputsStayUnlessSaidOtherwise() {
        inputs = null;

        assertDone(settlement(INPUT).succeeded());

        assertThat(s3.keys()).containsExactly("bucket/in/8a6e0804-2bd0-4672-b79d-d97027f9071a");
    }

    @Test
    void anInputThatCannotBeDeletedIsReportedAndTheResultSettled() {
        s3.fail("DeleteObject bucket/in/", 403);

        assertDone(settlement(INPUT).succeeded());

        assertThat(s3.keys()).containsExactly("bucket/in/8a6e0804-2bd0-4672-b79d-d97027f9071a");
        assertThat(reports)
                .singleElement()
                .asString()
                .contains("s3://bucket/in/8a6e0804-2bd0-4672-b79d-d97027f9071a", "deleteInputAfterRead");
    }

    @Test
    void anInputThatStaysWithItsResultIsReported() {
        s3.fail("DeleteObject bucket/out/", 403);

        assertThat(settlement(INPUT).succeeded()).failsWithin(Duration.ofSeconds(30));

        assertThat(s3.keys())
                .containsExactlyInAnyOrder("bucket/out/a", "bucket/in/8a6e0804-2bd0-4672-b79d-d97027f9071a");
        assertThat(reports)
                .singleElement()
                .asString()
                .contains("s3://bucket/in/8a6e0804-2bd0-4672-b79d-d97027f9071a", "deleteInputAfterRead");
    }

    @Test
    void aKeptObjectStays() {
        disposal = Disposal.KEEP;

        assertDone(settlement(null).succeeded());

        assertThat(s3.keys()).contains("bucket/out/a");
    }

    @Test
    void aMovedObjectIsBelowTheMoveLocation() {
        disposal = Disposal.moveTo(new S3Prefix("bucket", "done/"));

        assertDone(settlement(null).succeeded());

        assertThat(s3.keys()).contains("bucket/done/a").doesNotContain("bucket/out/a");
    }

    @Test
    void aDuplicateIsClearedUpAsWell() {
        assertDone(settlement(INPUT).duplicate(true));

        assertThat(s3.keys()).isEmpty();
    }

    @Test
    void aDuplicateThatIsAnotherVersionIsLeftAlone() {
        assertDone(settlement(INPUT).duplicate(false));

        assertThat(s3.calls()).isEmpty();
    }

    @Test
    void whatIsGoneIsNotClearedUp() {
        assertDone(settlement(INPUT).gone());

        assertThat(s3.calls()).isEmpty();
    }

    @Test
    void anObjectOfUnknownVersionStays() {
        ObjectCleanUp cleanUp =
                new ObjectCleanUp(mover, disposal, inputs, payloads, (message, cause) -> reports.add(message));

        assertDone(new ObjectSettlement(new StoredObject(OUTPUT, null, 1L), null, cleanUp, poisoned).succeeded());

        assertThat(s3.keys()).contains("bucket/out/a");
        assertThat(reports).singleElement().asString().contains(OUTPUT.uri());
    }

    @Test
    void aResultInProgressElsewhereIsLeftAlone() {
        assertDone(settlement(INPUT).inProgress());

        assertThat(s3.calls()).isEmpty();
    }

    @Test
    void anObjectIsMovedAwayAfterTheLastFailedExchangeAllowed() {
        fail(settlement(null), 2);
        assertThat(s3.keys()).contains("bucket/out/a");

        fail(settlement(null), 1);

        assertThat(s3.keys()).contains("bucket/poison/a").doesNotContain("bucket/out/a");
        assertThat(poisoned.moved()).isEqualTo(1);
    }

    @Test
    void anUnreadableResultIsNoFailedExchange() {
        Settlement settlement = settlement(null);

        for (int i = 0; i < 5; i++) {
            assertDone(settlement.failed(new ResultUnreadableException(OUTPUT.uri(), new IOException("503"))));
        }

        assertThat(s3.keys()).contains("bucket/out/a");
    }

    @Test
    void aSuccessStartsTheCountAnew() {
        disposal = Disposal.KEEP;
        fail(settlement(null), 2);
        assertDone(settlement(null).succeeded());

        fail(settlement(null), 2);

        assertThat(s3.keys()).contains("bucket/out/a");
    }

    @Test
    void aMoveThatFailsIsTriedAgainAtTheNextFailure() {
        s3.fail("CopyObject", 503);
        fail(settlement(null), 2);
        assertThat(settlement(null).failed(new IOException("route"))).failsWithin(Duration.ofSeconds(30));

        s3.recover();
        fail(settlement(null), 1);

        assertThat(s3.keys()).contains("bucket/poison/a");
    }

    private void fail(Settlement settlement, int times) {
        for (int i = 0; i < times; i++) {
            assertDone(settlement.failed(new IOException("route")));
        }
    }

    private Settlement settlement(S3Location input) {
        ObjectCleanUp cleanUp =
                new ObjectCleanUp(mover, disposal, inputs, payloads, (message, cause) -> reports.add(message));
        return new ObjectSettlement(new StoredObject(OUTPUT, s3.etag("bucket/out/a"), 1L), input, cleanUp, poisoned);
    }

    private static void assertDone(CompletableFuture<Void> call) {
        assertThat(call).succeedsWithin(Duration.ofSeconds(30));
    }
}
