package io.github.camelsagemaker.async.internal.consume;

import static io.github.camelsagemaker.async.internal.result.Notifications.fixture;
import static io.github.camelsagemaker.async.internal.result.Notifications.object;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.error.ForeignNotificationException;
import io.github.camelsagemaker.async.error.MalformedNotificationException;
import io.github.camelsagemaker.async.internal.result.AwaitedFolder;
import io.github.camelsagemaker.async.internal.result.NotificationParser;
import io.github.camelsagemaker.async.internal.result.Notifications;
import io.github.camelsagemaker.async.internal.result.ResultEvent;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("no-camel")
class PlacePolicyTest {

    private static final S3Prefix OUTPUTS = prefix("s3://example-bucket/output/");

    private static S3Prefix prefix(String value) {
        return S3Prefix.parse("outputLocation", value);
    }

    private Optional<ResultEvent> judge(S3Prefix failures, String message) {
        return NotificationParser.parse(message, refusal -> {}).stream()
                .findFirst()
                .flatMap(new PlacePolicy("example-endpoint", OUTPUTS, failures)::judge);
    }

    private static Consumer<ObjectNode> response(String field, String location) {
        return n -> n.withObject("/responseParameters").put(field, location);
    }

    @Test
    void outputBelowTheOutputPrefixIsEmitted() {
        ResultEvent event = judge(null, fixture("completed")).orElseThrow();

        assertThat(event.status()).isEqualTo(InferenceStatus.COMPLETED);
        assertThat(event.endpointName()).isEqualTo("example-endpoint");
        assertThat(event.key()).isEqualTo("s3://example-bucket/output/prediction-name.out");
        assertThat(event.inputLocation()).hasToString("s3://example-bucket/input-directory/input-data.csv");
        assertThat(event.contentLength()).isNull();
    }

    @Test
    void resultInTheNotificationIsCarriedWithItsLength() {
        ResultEvent event = judge(null, fixture("completed-with-body")).orElseThrow();

        assertThat(event.content()).hasSize(16);
        assertThat(event.contentLength()).isEqualTo(16);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://other-bucket/output/x.out",
                "s3://example-bucket/outputs/x.out",
                "s3://example-bucket/output",
                "s3://example-bucket/secret/x.out",
                "https://other-bucket.s3.amazonaws.com/output/x.out"
            })
    void placeOutsideIsRefusedAndNamesTheOptions(String place) {
        assertThatThrownBy(() -> judge(null, fixture("completed", response("outputLocation", place))))
                .isInstanceOf(MalformedNotificationException.class)
                .hasMessageContaining("outside outputLocation 's3://example-bucket/output/'")
                .hasMessageContaining("failureLocation is not set");
    }

    @Test
    void theFailureOfAnAwaitedRequestIsNobodyElses() {
        assertThat(judge(null, fixture("failed", n -> {}))).isPresent();
        assertThat(judge(null, fixture("failed", n -> n.put("inferenceId", AwaitedFolder.newId()))))
                .isEmpty();
    }

    @Test
    void otherEndpointsNotificationIsForeign() {
        String message =
                fixture("completed", n -> object(n, "requestParameters").put("endpointName", "other"));

        assertThatThrownBy(() -> judge(null, message))
                .isInstanceOf(ForeignNotificationException.class)
                .hasMessageContaining("'other'")
                .hasMessageContaining("foreignMessages");
    }

    @Test
    void notificationWithoutEndpointIsOursWhereItsPlaceIs() {
        String message = fixture("completed", n -> n.remove("requestParameters"));

        assertThat(judge(null, message))
                .get()
                .extracting(ResultEvent::endpointName)
                .isEqualTo("example-endpoint");
    }

    @Test
    void awaitedResultIsAcknowledgedOnly() {
        String message =
                fixture("completed", response("outputLocation", "s3://example-bucket/output/camel-await/p/1/x.out"));

        assertThat(judge(null, message)).isEmpty();
        assertThat(judge(null, Notifications.created("example-bucket", "output/camel-await/p/1/x.out")))
                .isEmpty();
    }

    @Test
    void awaitedResultOfAnOutputPathFurtherBelowIsAcknowledgedOnly() {
        String place = "output/model-a/camel-await/p/1/x.out";

        assertThat(judge(null, fixture("completed", response("outputLocation", "s3://example-bucket/" + place))))
                .isEmpty();
        assertThat(judge(null, Notifications.created("example-bucket", place))).isEmpty();
    }

    @Test
    void awaitedResultBelowAFailurePrefixThatContainsTheOutputPathIsAcknowledgedOnly() {
        S3Prefix outer = prefix("s3://example-bucket/");

        assertThat(judge(outer, Notifications.created("example-bucket", "model-b/camel-await/p/1/x.out")))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"output/not-camel-await/x.out", "output/camel-awaited/x.out", "output/camel-await"})
    void namesThatOnlyLookAlikeAreNotReserved(String place) {
        assertThat(judge(null, Notifications.created("example-bucket", place))).isPresent();
    }

    @Test
    void failureWithoutObjectIsKeyedByRequestAndTime() {
        ResultEvent event = judge(null, fixture("failed")).orElseThrow();

        assertThat(event.object()).isNull();
        assertThat(event.key())
                .isEqualTo("example-endpoint/11111111-2222-3333-4444-555555555556/2026-01-25T22:44:05.542Z");
    }

    @Test
    void failureObjectIsReadWhereTheNotificationNamesIt() {
        S3Prefix failures = prefix("s3://example-bucket/failed/");
        String message = fixture("failed", response("failureLocation", "s3://example-bucket/failed/x-error.out"));

        assertThat(judge(failures, message).orElseThrow().object())
                .hasToString("s3://example-bucket/failed/x-error.out");
        assertThatThrownBy(() -> judge(null, message)).hasMessageContaining("failureLocation is not set");
    }

    @Test
    void outputLocationOfAFailureIsOnlyWhereTheOutputWouldHaveBeen() {
        ResultEvent event = judge(
                        null, fixture("failed", response("outputLocation", "s3://example-bucket/output/x.out")))
                .orElseThrow();

        assertThat(event.object()).isNull();
        assertThat(event.outputLocation()).hasToString("s3://example-bucket/output/x.out");
    }

    @Test
    void outputLocationOfAFailureBelowTheFailurePrefixIsItsObject() {
        S3Prefix nested = prefix("s3://example-bucket/output/failed/");
        ResultEvent event = judge(
                        nested, fixture("failed", response("outputLocation", "s3://example-bucket/output/failed/x")))
                .orElseThrow();

        assertThat(event.object()).hasToString("s3://example-bucket/output/failed/x");
    }

    @Test
    void createdObjectBelowANestedFailurePrefixIsAFailure() {
        S3Prefix nested = prefix("s3://example-bucket/output/failed/");

        assertThat(judge(nested, Notifications.created("example-bucket", "output/failed/x")))
                .get()
                .satisfies(l -> assertThat(l.status()).isEqualTo(InferenceStatus.FAILED))
                .satisfies(l -> assertThat(l.failureLocation()).isEqualTo(l.object()));
        assertThat(judge(nested, Notifications.created("example-bucket", "output/x")))
                .get()
                .satisfies(l -> assertThat(l.status()).isEqualTo(InferenceStatus.COMPLETED))
                .satisfies(l -> assertThat(l.outputLocation()).isEqualTo(l.object()));
    }

    @Test
    void createdObjectBelowAnOutputPrefixInsideTheFailurePrefixIsAnOutput() {
        S3Prefix outer = prefix("s3://example-bucket/");

        assertThat(judge(outer, Notifications.created("example-bucket", "output/x"))
                        .orElseThrow()
                        .status())
                .isEqualTo(InferenceStatus.COMPLETED);
        assertThat(judge(outer, Notifications.created("example-bucket", "elsewhere/x"))
                        .orElseThrow()
                        .status())
                .isEqualTo(InferenceStatus.FAILED);
    }

    @Test
    void createdObjectOutsideIsRefused() {
        assertThatThrownBy(() -> judge(null, Notifications.created("other-bucket", "output/x")))
                .isInstanceOf(MalformedNotificationException.class);
    }

    @Test
    void folderMarkersAndOtherEventsAreAcknowledgedOnly() {
        assertThat(judge(null, Notifications.created("example-bucket", "output/folder/")))
                .isEmpty();
        assertThat(judge(null, Notifications.testEvent("example-bucket"))).isEmpty();
        assertThat(judge(null, Notifications.s3Event("ObjectRemoved:Delete", "other-bucket", "x")))
                .isEmpty();
    }
}
