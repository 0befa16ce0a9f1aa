package io.github.camelsagemaker.async.internal.reply;

import io.github.camelsagemaker.async.internal.options.OptionCheck;
import io.github.camelsagemaker.async.internal.request.Constraints;
import io.github.camelsagemaker.async.internal.result.AwaitedFolder;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;

/**
 * The reserved path below which a producer's awaited outputs land: {@code camel-await/<producer instance>/<time
 * bucket>/<the user's own extension>}. So one listing shows what this producer asked for and nothing else, however much is
 * kept in the output location. Consumers leave it alone.
 *
 * <p>A time bucket is ten minutes of requests, but at most 1,000: what is kept of it fits into one page of a listing. Its
 * names sort by age, so a listing can begin with the oldest that is still awaited. Thread-safe.
 */
final class AwaitedPath {

    private static final int MAX_EXTENSION = Constraints.OUTPUT_PATH_EXTENSION.longest();

    private static final int BUCKET_SIZE = 1000;
    private static final long BUCKET_SECONDS = 600;
    static final int INSTANCE_LENGTH = 12;
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyyMMddHHmm", Locale.ROOT).withZone(ZoneOffset.UTC);

    /** The folder, the instance, {@code yyyyMMddHHmm-0000}, a number that keeps equal file names apart, and the slashes. */
    private static final int RESERVED_LENGTH = AwaitedFolder.NAME.length() + INSTANCE_LENGTH + 1 + (12 + 5) + 1 + 7 + 1;

    static final int MAX_USER_EXTENSION = MAX_EXTENSION - RESERVED_LENGTH;

    private final Clock clock;
    private final String root;
    private long bucketStart = Long.MIN_VALUE;
    private long inBucket;
    private long counter;

    AwaitedPath(Clock clock) {
        String instance = new BigInteger(62, new SecureRandom()).toString(Character.MAX_RADIX);
        this.clock = clock;
        this.root = AwaitedFolder.NAME + padded(INSTANCE_LENGTH, instance) + "/";
    }

    private static String padded(int length, String digits) {
        return "0".repeat(length - digits.length()) + digits;
    }

    /** The next request's path. Extension and file name are the user's own, or null; equal file names get different places. */
    synchronized String next(String userExtension, String filename) {
        checkLength("S3OutputPathExtension", userExtension);
        // Six digits count to two thousand million; SageMaker would need years for them within one bucket.
        String number = filename == null ? "" : "/" + Long.toString(counter++ % 2_000_000_000L, Character.MAX_RADIX);
        String extension = userExtension == null || userExtension.startsWith("/") ? userExtension : "/" + userExtension;
        return root + bucket() + number + Objects.requireNonNullElse(extension, "");
    }

    /** @param source the option's or header's name */
    static void checkLength(String source, String userExtension) {
        int length = userExtension == null ? 0 : userExtension.length();
        OptionCheck.require(
                length <= MAX_USER_EXTENSION,
                source + " has " + length + " characters, but with awaitResult=true at most " + MAX_USER_EXTENSION
                        + ": the other " + RESERVED_LENGTH + " of " + MAX_EXTENSION
                        + " are needed for the reserved path " + AwaitedFolder.NAME);
    }

    private String bucket() {
        long start = clock.instant().getEpochSecond() / BUCKET_SECONDS * BUCKET_SECONDS;
        if (start > bucketStart) {
            bucketStart = start;
            inBucket = 0;
        }
        return MINUTE.format(Instant.ofEpochSecond(bucketStart)) + "-"
                + padded(4, Long.toString(inBucket++ / BUCKET_SIZE, Character.MAX_RADIX));
    }

    /** What distinguishes this producer from all others: 12 digits and small letters. */
    String instance() {
        return root.substring(AwaitedFolder.NAME.length(), root.length() - 1);
    }

    /** Up to where a key is this producer's reserved path, below which nothing else lands; null if it is elsewhere. */
    String reserved(String key) {
        int start = key.indexOf(root);
        boolean ours = start == 0 || start > 0 && key.charAt(start - 1) == '/';
        return ours ? key.substring(0, start + root.length()) : null;
    }
}
