package io.github.camelsagemaker.async.internal.s3;

import static io.github.camelsagemaker.async.internal.options.OptionCheck.require;

import io.github.camelsagemaker.async.internal.options.LogSanitizer;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;

/**
 * An object's place in S3.
 *
 * <p>SageMaker names places as {@code s3://bucket/key} or {@code https://bucket.s3.region.amazonaws.com/key} (also in path
 * style). Both parse to the same value, so that places can be compared. A key with {@code .} or {@code ..} segments is
 * refused: clients and proxies fold such paths, so it could name another object than it seems to.
 *
 * @param key the object's key, not encoded, never empty
 */
public record S3Location(String bucket, String key) {

    private static final Logger LOG = LoggerFactory.getLogger(S3Location.class);

    private static final int MAX_KEY_BYTES = 1024;

    /** Also what old buckets may be called: longer, in upper case, with underscores. */
    private static final Pattern BUCKET = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{1,253}[a-zA-Z0-9]");

    private static final String S3_URI = "s3://";

    /** Longer than any: a key has three characters a byte at most, and a host name 253. */
    private static final int MAX_LENGTH = 4096;

    /** Of all partitions that the SDK knows: amazonaws.com, amazonaws.com.cn, amazonaws.eu and so on. */
    private static final String DNS_SUFFIXES = Region.regions().stream()
            .map(region -> PartitionMetadata.of(region).dnsSuffix())
            .distinct()
            .map(Pattern::quote)
            .collect(Collectors.joining("|"));

    /**
     * The end of a host name, one label after the other: a bucket's name may hold {@code .s3.} too, and what is not known here
     * is not guessed at.
     */
    private static final String SERVICE = "s3(?:-fips|-accelerate)?(?:\\.dualstack)?(?:[.-][a-z]{2,}(?:-[a-z0-9]+)+)?"
            + "\\.(?:" + DNS_SUFFIXES + ")";

    private static final Pattern VIRTUAL_HOST =
            Pattern.compile("https://([^/]+)\\." + SERVICE + "/(.*)", Pattern.DOTALL);
    private static final Pattern PATH_STYLE = Pattern.compile("https://" + SERVICE + "/([^/]+)/(.*)", Pattern.DOTALL);

    public S3Location {
        checkBucket(bucket);
        require(key != null && !key.isEmpty(), "An S3 location needs a key after the bucket");
        boolean fits = key.length() <= MAX_KEY_BYTES && key.getBytes(StandardCharsets.UTF_8).length <= MAX_KEY_BYTES;
        require(fits, "An S3 key has at most " + MAX_KEY_BYTES + " bytes in UTF-8");
        if (LogSanitizer.hasHalfCharacter(key)) { // sent to S3, it would become a question mark: another object
            throw new IllegalArgumentException(
                    "An S3 key is text in Unicode, without halves of characters: '" + LogSanitizer.shown(key) + "'");
        }
        if (hasDotSegment(key)) {
            throw new IllegalArgumentException(
                    "A key with '.' or '..' segments is refused: '" + LogSanitizer.shown(key) + "'");
        }
    }

    static void checkBucket(String bucket) {
        if (bucket == null || !BUCKET.matcher(bucket).matches()) {
            throw new IllegalArgumentException("Not a bucket name: '" + LogSanitizer.shown(bucket)
                    + "'. It has 3 to 63 lower-case letters, digits,"
                    + " dots and hyphens, and begins and ends with a letter or a digit");
        }
    }

    static boolean hasDotSegment(String key) {
        String framed = key.contains("./") || key.endsWith(".") ? "/" + key + "/" : "";
        return framed.contains("/./") || framed.contains("/../");
    }

    /** @throws IllegalArgumentException if it is neither an {@code s3://} nor an {@code https://} S3 location */
    public static S3Location parse(String location) {
        require(location != null, "No S3 location");
        if (location.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("An S3 location has at most " + MAX_LENGTH + " characters, but this has "
                    + location.length() + ": '" + LogSanitizer.shown(location) + "'");
        }
        int slash = location.startsWith(S3_URI) ? location.indexOf('/', S3_URI.length()) : -1;
        if (slash >= 0) {
            return new S3Location(location.substring(S3_URI.length(), slash), location.substring(slash + 1));
        }
        // Path style first: "s3.region.amazonaws.com" would otherwise read as a virtual host.
        for (Pattern https : new Pattern[] {PATH_STYLE, VIRTUAL_HOST}) {
            Matcher matcher = https.matcher(location);
            if (matcher.matches()) {
                return new S3Location(matcher.group(1), decode(matcher.group(2)));
            }
        }
        throw new IllegalArgumentException("Not an S3 location: '" + LogSanitizer.shown(location)
                + "'. Expected s3://bucket/key or https://bucket.s3.region.amazonaws.com/key");
    }

    /** Null for null, and for what is no location, which is logged: the record of a request is of use without it. */
    public static S3Location parseOrNull(String location) {
        try {
            return location == null ? null : parse(location);
        } catch (IllegalArgumentException e) {
            LOG.warn("A location in the record of a request is passed over", e);
            return null;
        }
    }

    /**
     * Reads percent-encoded text (RFC 3986); a plus sign stays one. {@code URLDecoder} is not strict enough for keys from
     * outside: it takes {@code %+1} and digits of other scripts, and puts U+FFFD where the bytes are no UTF-8, so that two texts
     * would name one object.
     *
     * @throws IllegalArgumentException if a percent sign is not followed by two hexadecimal digits, or the bytes are no UTF-8
     */
    public static String decode(String text) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            ByteArrayOutputStream decoded = new ByteArrayOutputStream(encoded.remaining());
            while (encoded.hasRemaining()) {
                byte next = encoded.get();
                decoded.write(next == '%' ? hexDigit(encoded) << 4 | hexDigit(encoded) : next);
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(decoded.toByteArray()))
                    .toString();
        } catch (CharacterCodingException | NumberFormatException e) {
            throw new IllegalArgumentException("'" + LogSanitizer.shown(text) + "' is no percent-encoded UTF-8", e);
        }
    }

    private static int hexDigit(ByteBuffer encoded) {
        return HexFormat.fromHexDigit(encoded.hasRemaining() ? encoded.get() : -1);
    }

    /** The canonical form, {@code s3://bucket/key}. */
    public String uri() {
        return S3_URI + bucket + "/" + key;
    }

    /** The same of a location that may be null. */
    public static String uriOf(S3Location location) {
        return location == null ? null : location.uri();
    }

    @Override
    public String toString() {
        return uri();
    }
}
