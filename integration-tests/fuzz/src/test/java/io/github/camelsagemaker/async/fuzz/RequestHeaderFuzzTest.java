package io.github.camelsagemaker.async.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.github.camelsagemaker.async.error.InvalidInferenceRequestException;
import io.github.camelsagemaker.async.internal.request.InferenceRequest;
import io.github.camelsagemaker.async.internal.request.ProducerSettings;
import io.github.camelsagemaker.async.internal.request.RequestReader;
import java.math.BigDecimal;
import java.util.function.Function;
import java.util.function.Predicate;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;

/** A request header is taken as it is exactly if SageMaker takes it, and otherwise refused before anything is sent. */
@AddLifecycleHook(FromSeed.class)
class RequestHeaderFuzzTest {

    private static final CamelContext CONTEXT = new DefaultCamelContext();

    private final RequestReader reader = new RequestReader(ProducerSettings.of("of-uri", allHeaders()));

    private static SageMakerAsyncConfiguration allHeaders() {
        SageMakerAsyncConfiguration options = new SageMakerAsyncConfiguration();
        options.setRequestHeaders("*");
        return options;
    }

    /** A header, the member of the request that it becomes, and what the API's model says of it, without its patterns. */
    enum Header {
        ENDPOINT_NAME(
                SageMakerAsyncConstants.REQUEST_ENDPOINT_NAME,
                InferenceRequest::endpointName,
                text -> isOf(text, 1, 63, "-") && text.charAt(0) != '-' && text.charAt(text.length() - 1) != '-'),
        INFERENCE_ID(
                SageMakerAsyncConstants.REQUEST_INFERENCE_ID,
                InferenceRequest::inferenceId,
                text -> isPrintable(text, 64) && text.charAt(0) != ' ' && text.charAt(text.length() - 1) != ' '),
        CONTENT_TYPE(
                SageMakerAsyncConstants.REQUEST_CONTENT_TYPE,
                request -> request.call().contentType(),
                text -> isPrintable(text, 1024) && !text.isBlank()),
        EXCHANGE_CONTENT_TYPE(
                Exchange.CONTENT_TYPE,
                request -> request.call().contentType(),
                text -> isPrintable(text, 1024) && !text.isBlank()),
        ACCEPT(
                SageMakerAsyncConstants.REQUEST_ACCEPT,
                request -> request.call().accept(),
                text -> isPrintable(text, 1024) && !text.isBlank()),
        CUSTOM_ATTRIBUTES(
                SageMakerAsyncConstants.REQUEST_CUSTOM_ATTRIBUTES,
                request -> request.call().customAttributes(),
                text -> isPrintable(text, 1024) && !text.isBlank()),
        FILENAME(
                SageMakerAsyncConstants.REQUEST_FILENAME,
                request -> request.call().filename(),
                text -> isOf(text, 1, 32, "-_.")
                        && isOf(text.substring(0, 1), 1, 1, "")
                        && text.chars().filter(c -> c == '.').count() <= 1),
        OUTPUT_PATH_EXTENSION(
                SageMakerAsyncConstants.REQUEST_OUTPUT_PATH_EXTENSION,
                request -> request.call().s3OutputPathExtension(),
                text -> isOf(text, 1, 512, "!_.*'()/-") && S3Keys.hasNoDotSegment(text)),
        INPUT_LOCATION(
                SageMakerAsyncConstants.REQUEST_INPUT_LOCATION,
                request -> request.call().inputLocation(),
                Header::isInputLocation);

        private final String name;
        private final Function<InferenceRequest, String> member;
        private final Predicate<String> legal;

        Header(String name, Function<InferenceRequest, String> member, Predicate<String> legal) {
            this.name = name;
            this.member = member;
            this.legal = legal;
        }

        private static boolean isInputLocation(String text) {
            if (!isPrintable(text, 1024) || !text.strip().equals(text)) {
                return false;
            }
            String behind =
                    text.startsWith("s3://") ? text.substring(5) : text.startsWith("https://") ? text.substring(8) : "";
            int slash = behind.indexOf('/');
            return slash > 0 && slash < behind.length() - 1;
        }

        private static boolean isPrintable(String text, int most) {
            return !text.isEmpty() && text.length() <= most && text.chars().allMatch(c -> c >= ' ' && c <= '~');
        }

        private static boolean isOf(String text, int least, int most, String others) {
            return text.length() >= least
                    && text.length() <= most
                    && text.chars()
                            .allMatch(c -> c >= 'a' && c <= 'z'
                                    || c >= 'A' && c <= 'Z'
                                    || c >= '0' && c <= '9'
                                    || others.indexOf(c) >= 0);
        }
    }

    @Property
    void aHeaderIsTakenExactlyIfSageMakerTakesIt(@ForAll Header header, @ForAll("values") String value) {
        // A blank Content-Type of an exchange is none.
        boolean none = header == Header.EXCHANGE_CONTENT_TYPE && value.isBlank();
        try {
            InferenceRequest request = reader.read(message(header.name, value));

            assertThat(none || header.legal.test(value))
                    .as("%s <%s>", header, value)
                    .isTrue();
            // Blanks at the ends of a text are left out; elsewhere they are not taken.
            assertThat(header.member.apply(request)).isEqualTo(none ? null : value.strip());
        } catch (InvalidInferenceRequestException e) {
            assertThat(none || header.legal.test(value))
                    .as("%s <%s>", header, value)
                    .isFalse();
            assertThat(e).hasMessageContaining(header.name);
            assertThat(e.getMessage()).hasSizeLessThan(2000);
            assertThat(e.getMessage().chars().noneMatch(OneLine::forges))
                    .as(e.getMessage())
                    .isTrue();
        }
    }

    @Property
    void aLineBreakNeverPasses(
            @ForAll Header header,
            @ForAll("values") String before,
            @ForAll("lineBreaks") String lineBreak,
            @ForAll("values") String behind) {
        // Blank is none; RFC 9110 knows no header value of blanks only.
        if (header == Header.EXCHANGE_CONTENT_TYPE && (before + lineBreak + behind).isBlank()) {
            return;
        }
        Message message = message(header.name, before + lineBreak + behind);

        assertThatExceptionOfType(InvalidInferenceRequestException.class)
                .isThrownBy(() -> reader.read(message))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\r", "\n"));
    }

    @Property
    void secondsAreTakenExactlyWithinTheirLimits(@ForAll("numbers") Object value) {
        assertSeconds(
                SageMakerAsyncConstants.REQUEST_TTL_SECONDS,
                request -> request.call().requestTTLSeconds(),
                value,
                60,
                21_600);
        assertSeconds(
                SageMakerAsyncConstants.REQUEST_INVOCATION_TIMEOUT_SECONDS,
                request -> request.call().invocationTimeoutSeconds(),
                value,
                1,
                3_600);
    }

    private void assertSeconds(
            String header, Function<InferenceRequest, Integer> member, Object value, int least, int most) {
        Integer seconds;
        try {
            seconds = member.apply(reader.read(message(header, value)));
        } catch (InvalidInferenceRequestException e) {
            assertThat(e).hasMessageContaining(header);
            assertThat(e.getMessage().chars().noneMatch(OneLine::forges))
                    .as(e.getMessage())
                    .isTrue();
            assertThat(value).isNotIn(least, most, Integer.toString(least), Integer.toString(most));
            return;
        }
        assertThat(seconds).isBetween(least, most);
        assertThat(new BigDecimal(value.toString().strip()).intValueExact()).isEqualTo(seconds);
    }

    private static Message message(String header, Object value) {
        Message message = new DefaultExchange(CONTEXT).getMessage();
        message.setHeader(header, value);
        return message;
    }

    @Provide
    Arbitrary<String> lineBreaks() {
        return Arbitraries.of("\r\n", "\n", "\r");
    }

    @Provide
    Arbitrary<Object> numbers() {
        return Arbitraries.oneOf(
                Arbitraries.integers().between(-10, 22_000).asGeneric(),
                Arbitraries.longs().asGeneric(),
                Arbitraries.integers()
                        .between(0, 22_000)
                        .map(n -> " " + n + " ")
                        .asGeneric(),
                Arbitraries.of(
                        "", " ", "60", "+60", "6e1", "60.0", "0x3C", "\u0666\u0660", "60\r\n", "60s", "null", "-0"),
                Arbitraries.strings().ofMaxLength(5).asGeneric());
    }

    /** Around the limits of every header. */
    @Provide
    Arbitrary<String> values() {
        Arbitrary<String> pieces = Arbitraries.oneOf(
                Arbitraries.of(
                        "a",
                        "Z",
                        "0",
                        "-",
                        "_",
                        ".",
                        "..",
                        "/",
                        "./",
                        "../",
                        "s3:",
                        "s3://",
                        "https:",
                        "https://",
                        "bucket/",
                        "!",
                        "*",
                        "'",
                        "(",
                        ")",
                        ":",
                        ";",
                        ",",
                        "=",
                        "+",
                        "%",
                        "%0d%0a",
                        "@",
                        "\\",
                        "\"",
                        "~",
                        "{",
                        " ",
                        "\t",
                        "\u0000",
                        "\u001F",
                        "\u007F",
                        "\u0080",
                        "\u0085",
                        "\u00A0",
                        "ä",
                        "ſ",
                        "K",
                        "\u0660",
                        "\u2028",
                        "\u202E",
                        "\uFEFF",
                        "\uFF0E",
                        "\uFF41",
                        "😀",
                        "\uD800"),
                Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(10),
                Arbitraries.strings().alpha().numeric().ofMaxLength(10),
                Arbitraries.of(31, 32, 33, 62, 63, 64, 65, 511, 512, 513, 1023, 1024, 1025)
                        .map("a"::repeat));
        Arbitrary<String> plain = Arbitraries.strings()
                .withCharRange('a', 'z')
                .withChars("-_./09AZ")
                .ofMaxLength(70);
        return Arbitraries.oneOf(
                pieces.list().ofMaxSize(5).map(parts -> String.join("", parts)),
                plain,
                Combinators.combine(Arbitraries.of("s3://", "https://", "a"), plain)
                        .as(String::concat));
    }
}
