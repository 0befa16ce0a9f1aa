package io.github.camelsagemaker.async.benchmarks.report;

import io.github.camelsagemaker.async.benchmarks.scenario.Ways;
import java.util.Set;

/**
 * Public prices of requests in US East (N. Virginia), without free tiers, and without what depends on bytes and time. Sources:
 * the price lists of Amazon S3 (S3 Standard) and of Amazon SQS (standard queues, their first tier).
 * InvokeEndpointAsync has no price of its own.
 */
public final class Prices {

    /** When the lists said so. */
    public static final String DATE = "November 2026";

    public static final String SOURCES = "https://aws.amazon.com/s3/pricing/, https://aws.amazon.com/sqs/pricing/";

    /** PUT, COPY, POST and LIST, for each. */
    public static final double S3_WRITE_OR_LIST = 0.005 / 1_000;

    /** GET, HEAD and all others, for each. */
    public static final double S3_READ = 0.0004 / 1_000;

    /** Every action on a queue, for each 64 KiB of it. */
    public static final double SQS = 0.40 / 1_000_000;

    private static final Set<String> READS = Set.of("S3 GetObject", "S3 HeadObject");
    private static final Set<String> FREE = Set.of("S3 DeleteObject", "S3 DeleteObjects", "S3 AbortMultipartUpload");

    private Prices() {}

    /** US dollars for one request. DeleteObjects counts as a delete, which is free. */
    static double of(String operation) {
        if (operation.startsWith("SQS ")) {
            return SQS;
        }
        if (!operation.startsWith("S3 ") || FREE.contains(operation)) {
            return 0;
        }
        return READS.contains(operation) ? S3_READ : S3_WRITE_OR_LIST;
    }

    /** US dollars for so many listings. */
    static double ofListings(double count) {
        return count * S3_WRITE_OR_LIST;
    }

    /** US dollars for the requests of a million inferences. */
    public static double perMillion(Ways.Outcome way) {
        return way.requests().keySet().stream()
                .mapToDouble(operation -> way.perInference(operation) * of(operation) * 1e6)
                .sum();
    }
}
