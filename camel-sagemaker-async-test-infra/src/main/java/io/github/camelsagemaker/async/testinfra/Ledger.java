package io.github.camelsagemaker.async.testinfra;

import java.util.List;
import java.util.Map;

/**
 * What happened at the servers: every HTTP call counted as the client made it, and every accepted inference request with its
 * outcome. What the servers do among themselves (writing outputs, seeding objects) is not counted. Thread-safe.
 */
public interface Ledger {

    /** The accepted requests in the order of their acceptance. The latest 200,000 are kept; {@link #acceptedCount()} counts all. */
    List<AcceptedRequest> accepted();

    /** The accepted request with this inference id, the latest if there are several; null if there is none. */
    AcceptedRequest accepted(String inferenceId);

    /** How many requests were accepted since the start or the last {@link #reset()}. */
    long acceptedCount();

    /** How many accepted requests have this outcome now. */
    long count(Outcome outcome);

    /**
     * How many HTTP calls of an operation arrived, by AWS's name: {@code InvokeEndpointAsync}, {@code PutObject},
     * {@code GetObject}, {@code HeadObject}, {@code ListObjectsV2}, {@code DeleteObject}, {@code DeleteObjects},
     * {@code CopyObject}, {@code CreateMultipartUpload}, {@code UploadPart}, {@code CompleteMultipartUpload},
     * {@code AbortMultipartUpload} and so on. Refused and faulted calls count too, and so does each retry.
     */
    long calls(String operation);

    /** All counts by operation, as they are now. */
    Map<String, Long> calls();

    /** Forgets all counts and all requests. Requests still at work go on, unrecorded. */
    void reset();
}
