package io.github.camelsagemaker.async.internal.result;

import static io.github.camelsagemaker.async.internal.result.Notifications.eventBridge;
import static io.github.camelsagemaker.async.internal.result.Notifications.fixture;
import static io.github.camelsagemaker.async.internal.result.Notifications.inEnvelope;
import static io.github.camelsagemaker.async.internal.result.Notifications.object;
import static io.github.camelsagemaker.async.internal.result.Notifications.s3Event;
import static io.github.camelsagemaker.async.internal.result.Notifications.testEvent;
import static io.github.camelsagemaker.async.internal.result.OddMessages.body;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.error.MalformedNotificationException;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("no-camel")
class NotificationParserTest {

    private static List<ResultEvent> parse(String message) {
        return NotificationParser.parse(message, refusal -> {
                    throw refusal;
                })
                .stream()
                .map(ResultEvent.Builder::build)
                .toList();
    }

    private ResultEvent only(String message) {
        assertThat(parse(message)).hasSize(1);
        return parse(message).get(0);
    }

    @Nested
    class CapturedMessages {

        @Test
        void completedTellsAllItKnows() {
            ResultEvent n = only(fixture("completed"));

            assertThat(n.status()).isEqualTo(InferenceStatus.COMPLETED);
            assertThat(n.endpointName()).isEqualTo("example-endpoint");
            assertThat(n.inferenceId()).isEqualTo("11111111-2222-3333-4444-555555555555");
            assertThat(n.outputLocation()).hasToString("s3://example-bucket/output/prediction-name.out");
            assertThat(n.inputLocation()).hasToString("s3://example-bucket/input-directory/input-data.csv");
            assertThat(n.contentType()).isEqualTo("text/csv; charset=utf-8");
            assertThat(n.eventTime()).isEqualTo(Instant.parse("2026-01-25T22:46:00.608Z"));
            assertThat(n.receivedTime()).isEqualTo(Instant.parse("2026-01-25T22:46:00.455Z"));
            assertThat(n.failureLocation()).isNull();
            assertThat(n.failureReason()).isNull();
            assertThat(n.customAttributes()).isNull();
            assertThat(n.content()).isNull();
        }

        @Test
        void completedWithBodyCarriesTheResult() {
            ResultEvent n = only(fixture("completed-with-body"));

            assertThat(n.content()).asString().isEqualTo("{\"text\":\"hello\"}");
            assertThat(n.contentType()).isEqualTo("application/json");
            assertThat(n.inputLocation()).isNull();
        }

        @Test
        void failedHasAReasonAndNoPlace() {
            ResultEvent n = only(fixture("failed"));

            assertThat(n.status()).isEqualTo(InferenceStatus.FAILED);
            assertThat(n.failureReason()).startsWith("ClientError: Received server error (500) from model.");
            assertThat(n.outputLocation()).isNull();
            assertThat(n.failureLocation()).isNull();
            assertThat(n.content()).isNull();
        }

        @Test
        void insideAnSnsEnvelopeTheContentCounts() {
            ResultEvent n = only(fixture("sns-envelope"));

            assertThat(n.inferenceId()).isEqualTo("8a80ed4e-1ff9-4c2b-bf16-31bdd5d17835");
            assertThat(n.outputLocation())
                    .hasToString("s3://example-bucket/output/2f4dcf85-01b8-418c-8c93-2b30fcdd1ab8.out");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.github.camelsagemaker.async.internal.result.OddMessages#understood")
    void oddCompletedNotificationIsUnderstoodAndLeavesTheBodyToS3(String what, Consumer<ObjectNode> change) {
        for (String message : new String[] {
            fixture("completed", change), inEnvelope(fixture("completed", change)),
        }) {
            ResultEvent n = only(message);

            assertThat(n.status()).isEqualTo(InferenceStatus.COMPLETED);
            assertThat(n.outputLocation()).isEqualTo(new S3Location("example-bucket", "output/prediction-name.out"));
            assertThat(n.content()).isNull();
            assertThat(n.failureReason()).isNull();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("io.github.camelsagemaker.async.internal.result.OddMessages#refused")
    void brokenCompletedNotificationIsRefusedWithTheReason(String what, Consumer<ObjectNode> change, String reason) {
        assertRefused(fixture("completed", change), reason);
        assertRefused(inEnvelope(fixture("completed", change)), reason);
    }

    private void assertRefused(String message, String reason) {
        assertThatThrownBy(() -> parse(message))
                .isInstanceOf(MalformedNotificationException.class)
                .hasMessageContaining(reason)
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(800));
    }

    @Nested
    class NotANotification {

        @ParameterizedTest
        @MethodSource("io.github.camelsagemaker.async.internal.result.OddMessages#noNotifications")
        void isRefused(String message) {
            assertThatThrownBy(() -> parse(message)).isInstanceOf(MalformedNotificationException.class);
        }

        @Test
        void nullIsRefused() {
            assertRefused(null, "empty");
        }

        @Test
        void theErrorNeverQuotesTheContent() {
            assertThatThrownBy(() -> parse("{\"patient\": \"Jane Doe\", broken"))
                    .hasMessageNotContaining("Jane")
                    .hasMessageContaining("at character")
                    .hasNoCause();
        }

        @Test
        void lineBreaksOfStrangersDoNotReachTheLog() {
            assertThatThrownBy(() -> parse(fixture("completed", n -> n.put("invocationStatus", "x\r\nFORGED"))))
                    .hasMessageContaining("x\\u000d\\u000aFORGED");
        }

        @Test
        void depthIsBounded() {
            String deep = "{\"a\":".repeat(NotificationParser.MAX_DEPTH + 1) + "1"
                    + "}".repeat(NotificationParser.MAX_DEPTH + 1);

            assertRefused(deep, "32 levels deep");
            assertRefused("[".repeat(200_000), "32 levels deep");
        }

        @Test
        void sizeIsBounded() {
            String huge = fixture("completed", n -> n.put("padding", "x".repeat(NotificationParser.MAX_CHARACTERS)));

            assertRefused(huge, "at most 1048576");
        }

        @Test
        void numbersAreBounded() {
            assertRefused("{\"invocationStatus\":" + "9".repeat(1000) + "}", "no JSON that this component reads");
        }

        @Test
        void anUnconfirmedSubscriptionSaysWhatToDo() {
            assertRefused(
                    "{\"Type\":\"SubscriptionConfirmation\",\"TopicArn\":\"arn:aws:sns:eu-west-1:1:done\",\"Token\":\"t\","
                            + "\"Message\":\"You have chosen to subscribe\",\"SubscribeURL\":\"https://sns.example/\"}",
                    "arn:aws:sns:eu-west-1:1:done' waits for its confirmation");
        }
    }

    @Nested
    class ResponseBody {

        @Test
        void ofTheLargestSizeIsDecoded() {
            byte[] result = new byte[128 * 1024];
            String message =
                    fixture("completed", n -> body(n, Base64.getEncoder().encodeToString(result), "BASE64"));

            assertThat(only(message).content()).isEqualTo(result);
            assertThat(only(inEnvelope(message)).content()).isEqualTo(result);
        }

        @Test
        void ofASuccessWithoutPlaceIsEnough() {
            String message = fixture("completed-with-body", n -> n.remove("responseParameters"));

            assertThat(only(message).outputLocation()).isNull();
            assertThat(only(message).content()).isNotEmpty();
        }

        @Test
        void ofAFailureIsPlainText() {
            String message = fixture("failed", n -> body(n, "model failed: \u00fc", null));

            assertThat(only(message).content()).isEqualTo("model failed: \u00fc".getBytes(StandardCharsets.UTF_8));
        }

        @Test
        void ofAFailureIsDecodedIfItSaysSo() {
            String message = fixture("failed", n -> body(n, "aGVsbG8=", "base64"));

            assertThat(only(message).content()).asString().isEqualTo("hello");
        }

        @Test
        void ofAFailureThatIsNotWhatItSaysIsTakenAsItIs() {
            String message = fixture("failed", n -> body(n, "not base 64!", "BASE64"));

            assertThat(only(message).content()).asString().isEqualTo("not base 64!");
        }
    }

    @Nested
    class Failures {

        @Test
        void mayNameTheirObject() {
            String message = fixture("failed", n -> n.putObject("responseParameters")
                    .put("failureLocation", "s3://example-bucket/failed/x-error.out"));

            assertThat(only(message).failureLocation()).hasToString("s3://example-bucket/failed/x-error.out");
        }

        @Test
        void withoutPlaceNeedAnInferenceId() {
            assertRefused(fixture("failed", n -> n.remove("inferenceId")), "neither a location nor an inferenceId");
        }

        @Test
        void withoutPlaceNeedAnEndpointName() {
            assertRefused(
                    fixture("failed", n -> object(n, "requestParameters").remove("endpointName")),
                    "neither a location nor requestParameters.endpointName");
        }

        @Test
        void mayHaveNoReason() {
            assertThat(only(fixture("failed", n -> n.remove("failureReason"))).failureReason())
                    .isNull();
        }

        @Test
        void mayKeepTheirReasonWhole() {
            String reason = "r".repeat(5000);

            assertThat(only(fixture("failed", n -> n.put("failureReason", reason)))
                            .failureReason())
                    .isEqualTo(reason);
        }
    }

    @Nested
    class S3Events {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "ObjectCreated:Put",
                    "ObjectCreated:Post",
                    "ObjectCreated:Copy",
                    "ObjectCreated:CompleteMultipartUpload",
                    "s3:ObjectCreated:Put"
                })
        void createdObjectIsAResult(String eventName) {
            ResultEvent n = only(s3Event(eventName, "bucket", "out/a.out"));

            assertThat(n.object()).hasToString("s3://bucket/out/a.out");
            assertThat(n.contentLength()).isEqualTo(42);
            assertThat(n.etag()).isEqualTo("\"d41d8cd98f00b204e9800998ecf8427e\"");
            assertThat(n.eventTime()).isEqualTo(Instant.parse("2026-01-25T22:46:00.608Z"));
        }

        @Test
        void keyIsUrlDecoded() {
            assertThat(only(s3Event("ObjectCreated:Put", "bucket", "out/a+b%2Bc%C3%BC%2525.out"))
                            .object()
                            .key())
                    .isEqualTo("out/a b+c\u00fc%25.out");
        }

        @Test
        void keyWithBrokenEscapeIsRefused() {
            assertRefused(s3Event("ObjectCreated:Put", "bucket", "out/%zz"), "is not URL-encoded");
        }

        @Test
        void keyThatClimbsOutIsRefused() {
            assertRefused(s3Event("ObjectCreated:Put", "bucket", "out/%2E%2E/secret"), "'..'");
        }

        @Test
        void severalRecordsAreSeveralResultsInOrder() {
            assertThat(parse(s3Event("ObjectCreated:Put", "bucket", "out/1", "out/2", "out/3")))
                    .map(n -> n.object().key())
                    .containsExactly("out/1", "out/2", "out/3");
        }

        @Test
        void oneBrokenRecordDoesNotRefuseTheOthers() {
            List<MalformedNotificationException> refusals = new ArrayList<>();
            List<ResultEvent.Builder> told =
                    NotificationParser.parse(s3Event("ObjectCreated:Put", "bucket", "", "out/1"), refusals::add);

            assertThat(refusals).singleElement().satisfies(refusal -> assertThat(refusal)
                    .hasMessageContaining("no Records.s3.object.key"));
            assertThat(told).singleElement().satisfies(created -> assertThat(created.object)
                    .hasToString("s3://bucket/out/1"));
        }

        @Test
        void theOneRecordThatIsBrokenRefusesTheMessage() {
            assertRefused(s3Event("ObjectCreated:Put", "bucket", ""), "no Records.s3.object.key");
        }

        @Test
        void missingSizeAndEtagAreTolerated() {
            String message =
                    "{\"Records\":[{\"eventName\":\"ObjectCreated:Put\",\"s3\":{\"bucket\":{\"name\":\"bucket\"},"
                            + "\"object\":{\"key\":\"out/a\",\"size\":\"many\"}}}]}";

            assertThat(only(message).contentLength()).isNull();
            assertThat(only(message).etag()).isNull();
            assertThat(only(message).eventTime()).isNull();
        }

        @ParameterizedTest
        @ValueSource(strings = {"ObjectRemoved:Delete", "ObjectRestore:Completed", "LifecycleExpiration:Delete"})
        void otherEventsMeanNoResult(String eventName) {
            assertThat(parse(s3Event(eventName, "bucket", "out/a"))).isEmpty();
        }

        @Test
        void testEventMeansNoResult() {
            assertThat(parse(testEvent("bucket"))).isEmpty();
            assertThat(parse(inEnvelope(testEvent("bucket")))).isEmpty();
        }

        @Test
        void insideAnSnsEnvelopeAreRead() {
            assertThat(parse(inEnvelope(s3Event("ObjectCreated:Put", "bucket", "out/1", "out/2"))))
                    .hasSize(2);
        }

        @Test
        void anEnvelopeInsideAnEnvelopeIsRefused() {
            assertRefused(inEnvelope(inEnvelope(s3Event("ObjectCreated:Put", "bucket", "out/1"))), "neither");
        }
    }

    @Nested
    class EventBridge {

        @Test
        void createdObjectIsAResultWhoseKeyIsNotEncoded() {
            ResultEvent n = only(eventBridge("Object Created", "bucket", "out/a+b %41.out"));

            assertThat(n.object()).isEqualTo(new S3Location("bucket", "out/a+b %41.out"));
            assertThat(n.etag()).isEqualTo("\"b1946ac92492d2347c6235b4d2611184\"");
            assertThat(n.contentLength()).isEqualTo(5);
        }

        @Test
        void otherEventsMeanNoResult() {
            assertThat(parse(eventBridge("Object Deleted", "bucket", "out/a"))).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"out/%", "out/%+1", "out/%FF", "out/%ED%A0%80", "out/%2e%2e/a"})
    void anEventsKeyIsNotGuessedFromABadEncoding(String key) {
        assertThatThrownBy(() -> parse(s3Event("ObjectCreated:Put", "example-bucket", key)))
                .isInstanceOf(MalformedNotificationException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-01-25T22:46:00.608Z",
                "2024-02-29T23:59:59.999Z",
                "2026-01-25T22:46:00.608123Z",
                "2026-01-25T22:46:00Z",
                "2026-01-25T23:46:00.608+01:00"
            })
    void aTimeIsReadAsItsStandardSays(String time) {
        String message = fixture("completed", n -> n.put("eventTime", time));

        assertThat(only(message).eventTime())
                .isEqualTo(OffsetDateTime.parse(time).toInstant());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-02-29T22:46:00.608Z",
                "2026-13-01T22:46:00.608Z",
                "2026-01-25T24:00:00.000Z",
                "2026-01-25T23:59:60.000Z",
                "2026-01-25T22:46:00.6-8Z",
                "2026-01-25T22:46:00.\u0661\u0662\u0663Z"
            })
    void aTimeThatIsNoneCountsAsMissing(String time) {
        String message = fixture("completed", n -> n.put("eventTime", time));

        assertThat(only(message).eventTime()).isNull();
    }

    @Test
    @Timeout(60)
    void aMegabyteThatLooksLikeManyHostsIsRefusedAtOnce() {
        String message = fixture("completed", n -> object(n, "responseParameters")
                .put("outputLocation", "https://" + "x.s3.".repeat(200_000)));

        assertThatThrownBy(() -> parse(message)).isInstanceOf(MalformedNotificationException.class);
    }
}
