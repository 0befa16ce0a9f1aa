package io.github.camelsagemaker.async.examples.quickstart;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Requests to AWS, in the groups of the closing table. */
record Requests(long invocations, long uploads, long heads, long lists, long reads, long deletes, long receives) {

    private static final Duration POLL = Duration.ofSeconds(15);

    /** As the servers counted them. A large upload is several: one for each part, one to begin, one to complete. */
    static Requests counted(Map<String, Long> calls) {
        return new Requests(
                sum(calls, "InvokeEndpointAsync"),
                sum(
                        calls,
                        "PutObject",
                        "CreateMultipartUpload",
                        "UploadPart",
                        "CompleteMultipartUpload",
                        "AbortMultipartUpload"),
                sum(calls, "HeadBucket", "HeadObject"),
                sum(calls, "ListObjectsV2"),
                sum(calls, "GetObject"),
                sum(calls, "DeleteObject", "DeleteObjects"),
                sum(calls, "ReceiveMessage", "DeleteMessage", "DeleteMessageBatch", "ChangeMessageVisibilityBatch"));
    }

    /**
     * What the way would have made that uploads every document, invokes, looks at output and failure every 15 seconds, and
     * reads: 3 + 2 for each look. It looks as often as fits into the time that the document took, and at least once. Each
     * upload counts as one request, and nothing is deleted.
     */
    static Requests uploadFirst(Collection<Journal.Outcome> outcomes) {
        long documents = outcomes.size();
        long looks =
                outcomes.stream().mapToLong(outcome -> looks(outcome.took())).sum();
        return new Requests(documents, documents, 2 * looks, 0, documents, 0, 0);
    }

    private static long looks(Duration took) {
        return Math.max(1, (took.toMillis() + POLL.toMillis() - 1) / POLL.toMillis());
    }

    private static long sum(Map<String, Long> calls, String... operations) {
        return List.of(operations).stream()
                .mapToLong(operation -> calls.getOrDefault(operation, 0L))
                .sum();
    }

    long total() {
        return invocations + uploads + heads + lists + reads + deletes + receives;
    }
}
