package io.github.camelsagemaker.async.internal.request;

import io.github.camelsagemaker.async.error.InvalidInferenceRequestException;
import io.github.camelsagemaker.async.internal.options.LogSanitizer;
import io.github.camelsagemaker.async.internal.result.AwaitedFolder;
import java.util.regex.Pattern;

/**
 * What SageMaker accepts as the members of an InvokeEndpointAsync request (AWS API model of SageMaker Runtime). The SDK
 * checks none of it, so an option or header that is not checked here is refused by AWS, or worse, sent on altered.
 *
 * <p>Each check returns the value, or throws an {@link InvalidInferenceRequestException} that names where the value is
 * from, the value and the limit. {@code null} means not set and is returned as it is.
 */
public final class Constraints {

    public static final Text ENDPOINT_NAME = new Text(
            63, "[a-zA-Z0-9](-*[a-zA-Z0-9])*", "must be 1 to 63 letters, digits and inner hyphens, as in my-endpoint");

    static final Text INPUT_LOCATION = new Text(
            1024,
            "(https|s3)://[\\x20-\\x7E&&[^/]]+/[\\x20-\\x7E]*[\\x21-\\x7E]",
            "must be s3://bucket/key or an https:// location in S3, of up to 1024 printable ASCII characters"
                    + " with no blank at its ends");

    /** ContentType and Accept, without the blanks at its ends, which HTTP drops and the SDK does not accept. */
    static final Text MEDIA_TYPE = visible("such as application/json");

    static final Text CUSTOM_ATTRIBUTES =
            visible("no line breaks among them: encode what does not fit, with Base64 for example");

    /** HTTP drops blanks around a header's value: the id would not be the one that the notification carries. */
    private static final Text INFERENCE_ID = new Text(
            64,
            "[\\x21-\\x7E]([\\x20-\\x7E]*[\\x21-\\x7E])?",
            "must be 1 to 64 printable ASCII characters with no blank at its ends");

    public static final Text OUTPUT_PATH_EXTENSION = new Text(
            512,
            "(?!(.*/)?\\.\\.?(/|\\z))[a-zA-Z0-9!_.*'()/-]+",
            "must be 1 to 512 letters, digits and !_.*'()/-, must not begin with s3: or https:,"
                    + " and must have no '.' or '..' segment");

    static final Text FILENAME = new Text(
            32,
            "[a-zA-Z0-9][a-zA-Z0-9_-]*(\\.[a-zA-Z0-9_-]*)?",
            "must be 1 to 32 letters, digits, '-', '_' and at most one '.', the first a letter or digit");

    static final Seconds REQUEST_TTL = new Seconds(60, 21_600);

    static final Seconds INVOCATION_TIMEOUT = new Seconds(1, 3_600);

    private Constraints() {}

    public record Text(int longest, Pattern form, String rule) {

        Text(int longest, String form, String rule) {
            this(longest, Pattern.compile(form), rule);
        }

        public String check(String source, String value) {
            if (value == null) {
                return null;
            }
            Constraints.check(value.length() <= longest && form.matcher(value).matches(), source, value, rule);
            return value.strip(); // what the form allows at its ends and HTTP drops
        }
    }

    private static Text visible(String remedy) {
        return new Text(
                1024,
                "[\\x20-\\x7E]*[\\x21-\\x7E][\\x20-\\x7E]*",
                "must be 1 to 1024 visible ASCII characters, " + remedy);
    }

    static String inferenceId(String source, String value) {
        String id = INFERENCE_ID.check(source, value);
        check(!AwaitedFolder.isAwaited(id), source, id, "must not begin as those that awaitResult makes");
        return id;
    }

    record Seconds(int least, int most) {

        Integer check(String source, Integer value) {
            boolean fits = value == null || value >= least && value <= most;
            Constraints.check(fits, source, value, "must be " + least + " to " + most + " seconds");
            return value;
        }

        Integer read(String source, String text) {
            try {
                return check(source, Integer.valueOf(text.strip()));
            } catch (NumberFormatException e) {
                throw invalid(source, text, "must be a whole number");
            }
        }
    }

    static void check(boolean valid, String source, Object value, String rule) {
        if (!valid) {
            throw invalid(source, value, rule);
        }
    }

    static InvalidInferenceRequestException invalid(String source, Object value, String rule) {
        return new InvalidInferenceRequestException(
                source + " is '" + LogSanitizer.shown(String.valueOf(value)) + "', but " + rule);
    }
}
