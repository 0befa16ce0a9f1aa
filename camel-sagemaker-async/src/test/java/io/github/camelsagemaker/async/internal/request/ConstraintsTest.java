package io.github.camelsagemaker.async.internal.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelsagemaker.async.error.InvalidInferenceRequestException;
import java.util.function.BinaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The limits are those of the AWS API model of SageMaker Runtime. */
@Tag("no-camel")
class ConstraintsTest {

    private static final BinaryOperator<String> ENDPOINT_NAME = Constraints.ENDPOINT_NAME::check;
    private static final BinaryOperator<String> INPUT_LOCATION = Constraints.INPUT_LOCATION::check;
    private static final BinaryOperator<String> MEDIA_TYPE = Constraints.MEDIA_TYPE::check;
    private static final BinaryOperator<String> CUSTOM_ATTRIBUTES = Constraints.CUSTOM_ATTRIBUTES::check;
    private static final BinaryOperator<String> INFERENCE_ID = Constraints::inferenceId;
    private static final BinaryOperator<String> EXTENSION = Constraints.OUTPUT_PATH_EXTENSION::check;
    private static final BinaryOperator<String> FILENAME = Constraints.FILENAME::check;

    static Stream<Arguments> allowed() {
        return Stream.of(
                Arguments.of(ENDPOINT_NAME, "a"),
                Arguments.of(ENDPOINT_NAME, "a--b-9"),
                Arguments.of(ENDPOINT_NAME, "x".repeat(63)),
                Arguments.of(INPUT_LOCATION, "s3://bucket/key"),
                Arguments.of(INPUT_LOCATION, "https://bucket.s3.eu-west-1.amazonaws.com/a%20b"),
                Arguments.of(INPUT_LOCATION, "s3://b/" + "k".repeat(1024 - 7)),
                Arguments.of(MEDIA_TYPE, "text/plain; charset=utf-8"),
                Arguments.of(MEDIA_TYPE, "x".repeat(1024)),
                Arguments.of(CUSTOM_ATTRIBUTES, "trace=1; b=\"2\""),
                Arguments.of(CUSTOM_ATTRIBUTES, "~".repeat(1024)),
                Arguments.of(INFERENCE_ID, "!"),
                Arguments.of(INFERENCE_ID, "order 7"),
                Arguments.of(INFERENCE_ID, "x".repeat(64)),
                Arguments.of(EXTENSION, "a/b_c!.*'()-/9"),
                Arguments.of(EXTENSION, "a".repeat(512)),
                Arguments.of(FILENAME, "r"),
                Arguments.of(FILENAME, "result-1_b.json"),
                Arguments.of(FILENAME, "x".repeat(32)));
    }

    @ParameterizedTest
    @MethodSource
    void allowed(BinaryOperator<String> constraint, String value) {
        assertThat(constraint.apply("Option o", value)).isEqualTo(value);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(ENDPOINT_NAME, ""),
                Arguments.of(ENDPOINT_NAME, "-a"),
                Arguments.of(ENDPOINT_NAME, "a-"),
                Arguments.of(ENDPOINT_NAME, "a_b"),
                Arguments.of(ENDPOINT_NAME, "../a"),
                Arguments.of(ENDPOINT_NAME, "x".repeat(64)),
                Arguments.of(INPUT_LOCATION, ""),
                Arguments.of(INPUT_LOCATION, "http://bucket/key"),
                Arguments.of(INPUT_LOCATION, "s3:///key"),
                Arguments.of(INPUT_LOCATION, "s3://bucket"),
                Arguments.of(INPUT_LOCATION, "s3://bucket/"),
                Arguments.of(INPUT_LOCATION, "https://bucket.s3.eu-west-1.amazonaws.com/"),
                Arguments.of(INPUT_LOCATION, "s3://bucket/key "),
                Arguments.of(INPUT_LOCATION, "s3://bucket/k\r\ney"),
                Arguments.of(INPUT_LOCATION, "s3://bucket/\u00fc"),
                Arguments.of(INPUT_LOCATION, "s3://b/" + "k".repeat(1024 - 6)),
                Arguments.of(MEDIA_TYPE, ""),
                Arguments.of(MEDIA_TYPE, "text/plain\r\nX-Evil: 1"),
                Arguments.of(MEDIA_TYPE, "text/pl\u00e4in"),
                Arguments.of(MEDIA_TYPE, "x".repeat(1025)),
                Arguments.of(CUSTOM_ATTRIBUTES, " "),
                Arguments.of(CUSTOM_ATTRIBUTES, "a\nb"),
                Arguments.of(CUSTOM_ATTRIBUTES, "a\tb"),
                Arguments.of(CUSTOM_ATTRIBUTES, "\u007f"),
                Arguments.of(CUSTOM_ATTRIBUTES, "x".repeat(1025)),
                Arguments.of(INFERENCE_ID, ""),
                Arguments.of(INFERENCE_ID, " a"),
                Arguments.of(INFERENCE_ID, "a "),
                Arguments.of(INFERENCE_ID, "\u00e9"),
                Arguments.of(INFERENCE_ID, "x".repeat(65)),
                Arguments.of(EXTENSION, ""),
                Arguments.of(EXTENSION, "s3:b"),
                Arguments.of(EXTENSION, "https:b"),
                Arguments.of(EXTENSION, "a b"),
                Arguments.of(EXTENSION, "a/../b"),
                Arguments.of(EXTENSION, ".."),
                Arguments.of(EXTENSION, "a".repeat(513)),
                Arguments.of(FILENAME, ""),
                Arguments.of(FILENAME, ".hidden"),
                Arguments.of(FILENAME, "a.b.c"),
                Arguments.of(FILENAME, "a/b"),
                Arguments.of(FILENAME, "x".repeat(33)));
    }

    @ParameterizedTest
    @MethodSource
    void refused(BinaryOperator<String> constraint, String value) {
        assertThatThrownBy(() -> constraint.apply("Option o", value))
                .isInstanceOf(InvalidInferenceRequestException.class)
                .hasMessageStartingWith("Option o is '")
                .hasMessageContaining("must be");
    }

    @ParameterizedTest
    @MethodSource("allowed")
    void whatIsNotSetIsAllowed(BinaryOperator<String> constraint, String ignored) {
        assertThat(constraint.apply("Option o", null)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"60, true", "21600, true", "59, false", "21601, false", "-1, false"})
    void requestTtlIsOneMinuteToSixHours(int seconds, boolean allowed) {
        assertThat(isAllowed(() -> Constraints.REQUEST_TTL.check("Option o", seconds)))
                .isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({"1, true", "3600, true", "0, false", "3601, false"})
    void invocationTimeoutIsOneSecondToOneHour(int seconds, boolean allowed) {
        assertThat(isAllowed(() -> Constraints.INVOCATION_TIMEOUT.check("Option o", seconds)))
                .isEqualTo(allowed);
    }

    private static boolean isAllowed(Runnable check) {
        try {
            check.run();
            return true;
        } catch (InvalidInferenceRequestException e) {
            return false;
        }
    }

    @ParameterizedTest
    @CsvSource({"60, 60", "' 61 ', 61"})
    void wholeNumbersAreRead(String text, int number) {
        assertThat(Constraints.REQUEST_TTL.read("Header h", text)).isEqualTo(number);
    }

    @ParameterizedTest
    @CsvSource({"''", "1.5", "ten", "99999999999"})
    void otherNumbersAreRefused(String text) {
        assertThatThrownBy(() -> Constraints.REQUEST_TTL.read("Header h", text))
                .hasMessage("Header h is '" + text + "', but must be a whole number");
    }

    @Test
    void messagesShowControlCharactersEscapedAndLongValuesShortened() {
        String value = "a\r\nb\t\u0000" + "x".repeat(2000);

        assertThatThrownBy(() -> Constraints.CUSTOM_ATTRIBUTES.check("Option o", value))
                .hasMessageStartingWith("Option o is 'a\\u000d\\u000ab\\u0009\\u0000xxx")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
    }
}
