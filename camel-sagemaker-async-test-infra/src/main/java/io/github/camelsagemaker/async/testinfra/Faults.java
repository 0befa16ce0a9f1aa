package io.github.camelsagemaker.async.testinfra;

import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Faults to order. Each order stands for a number of calls and is used up by them; the oldest order that fits a call wins.
 * A faulted call is counted in the {@link Ledger} like any other. Thread-safe.
 */
public interface Faults {

    /** The next {@code times} calls of {@code InvokeEndpointAsync} meet {@code fault}. */
    default Faults next(int times, Fault fault) {
        return forSageMaker(times, fault);
    }

    /** The next {@code times} calls of {@code InvokeEndpointAsync} meet {@code fault}. */
    default Faults forSageMaker(int times, Fault fault) {
        return forCalls("InvokeEndpointAsync", times, fault);
    }

    /** The next {@code times} calls of one S3 operation, such as {@code PutObject}, meet {@code fault}. */
    default Faults forS3(String operation, int times, Fault fault) {
        return forCalls(operation, times, fault);
    }

    /** The next {@code times} uploads of part {@code partNumber} (from 1) meet {@code fault}. */
    default Faults forS3Part(int partNumber, int times, Fault fault) {
        String number = Integer.toString(partNumber);
        return forCalls("UploadPart", call -> number.equals(call.queryParameter("partNumber")), times, fault);
    }

    /**
     * The next {@code times} calls of {@code operation}, at any of the servers, meet {@code fault}. SNS names its operations
     * in the body, which is not read before a fault is decided: {@code Sns} stands for all of them.
     */
    default Faults forCalls(String operation, int times, Fault fault) {
        return forCalls(operation, call -> true, times, fault);
    }

    /**
     * The next {@code times} calls of {@code operation} that {@code which} accepts meet {@code fault}.
     *
     * @param times at least 1; {@link Integer#MAX_VALUE} means until {@link #clear()}
     */
    Faults forCalls(String operation, Predicate<HttpCall> which, int times, Fault fault);

    /**
     * Every call that no order fits is shown to {@code plan}, which answers with its fault or null, until {@link #clear()}. It is
     * called on the servers' threads and must not block. A later plan replaces it.
     */
    Faults plan(Function<HttpCall, Fault> plan);

    /** How many faults are still waiting for their call; 0 tells that every ordered fault was met. */
    long pending();

    /** Withdraws all orders and the plan, and allows listing again. */
    void clear();

    /**
     * Takes {@code s3:ListBucket} away from the caller, or gives it back. Without it S3 refuses every listing and answers
     * 403 instead of 404 for a missing key. Given by default.
     */
    Faults denyListBucket(boolean deny);
}
