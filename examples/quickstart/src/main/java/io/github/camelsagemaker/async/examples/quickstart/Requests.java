package io.github.camelsagemaker.async.examples.quickstart;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Requests to AWS, in the groups of the closing table. */
record Requests(long invocations, long uploads, long heads, long lists, long reads, long deletes, long receives) {

    private static final Duration POLL = Duration.ofSeconds(15);

    static final long LOOKS_IN_FIVE_MINUTES = Duration.ofMinutes(5).dividedBy(POLL);

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
        return outcomes.stream()
                .map(outcome -> uploadFirst(1, looks(outcome.took())))
                .reduce(new Requests(0, 0, 0, 0, 0, 0, 0), Requests::plus);
    }

    /** The same with so many looks for each document. */
    static Requests uploadFirst(long documents, long looks) {
        return new Requests(documents, documents, 2 * looks * documents, 0, documents, 0, 0);
    }

    /** These, had the model taken five minutes: listings of two prefixes every 15 seconds, or a receive every 10. */
    Requests inFiveMinutes() {
        return lists > 0
                ? new Requests(invocations, uploads, heads, 2 * LOOKS_IN_FIVE_MINUTES, reads, deletes, receives)
                : plus(new Requests(0, 0, 0, 0, 0, 0, Duration.ofMinutes(5).toSeconds() / 10));
    }

    private Requests plus(Requests other) {
        return new Requests(
                invocations + other.invocations,
                uploads + other.uploads,
                heads + other.heads,
                lists + other.lists,
                reads + other.reads,
                deletes + other.deletes,
                receives + other.receives);
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
