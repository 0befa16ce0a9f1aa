package io.github.camelsagemaker.async.internal.s3;

import static io.github.camelsagemaker.async.internal.options.OptionCheck.mustBe;
import static io.github.camelsagemaker.async.internal.options.OptionCheck.require;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A folder in S3: a bucket and a prefix that is empty or ends in {@code /}, so that {@code out} never matches
 * {@code outside/}.
 */
public record S3Prefix(String bucket, String prefix) {

    private static final Pattern URI = Pattern.compile("s3://([^/]+)/?(.*)");

    public S3Prefix {
        if (!prefix.isEmpty() && !prefix.endsWith("/")) {
            prefix = prefix + "/";
        }
    }

    /** Null without a value; an IllegalArgumentException if it is not {@code s3://bucket/prefix/}. */
    public static S3Prefix parse(String option, String value) {
        if (value == null) {
            return null;
        }
        require(
                !value.startsWith("s3://arn:"),
                "Option " + option + " is '" + value
                        + "', the ARN of an access point. Name its alias instead, of the form"
                        + " s3://my-access-point-abcdefgh1234-s3alias/prefix/, or its bucket");
        Matcher matcher = URI.matcher(value);
        mustBe(matcher.matches(), option, value, "of the form s3://bucket/prefix/");
        try {
            S3Location.checkBucket(matcher.group(1));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Option " + option + " is '" + value + "'. " + e.getMessage(), e);
        }
        require(
                !S3Location.hasDotSegment(matcher.group(2)),
                "Option " + option + " is '" + value + "': '.' and '..' segments are not allowed");
        return new S3Prefix(matcher.group(1), matcher.group(2));
    }

    public boolean contains(S3Location location) {
        return bucket.equals(location.bucket()) && location.key().startsWith(prefix);
    }

    /** Whether everything below the other prefix lies below this one. */
    public boolean contains(S3Prefix other) {
        return bucket.equals(other.bucket) && other.prefix.startsWith(prefix);
    }

    public S3Location resolve(String name) {
        return new S3Location(bucket, prefix + name);
    }

    @Override
    public String toString() {
        return "s3://" + bucket + "/" + prefix;
    }
}
