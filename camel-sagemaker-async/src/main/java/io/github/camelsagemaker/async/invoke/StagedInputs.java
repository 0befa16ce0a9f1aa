package io.github.camelsagemaker.async.invoke;

import io.github.camelsagemaker.async.result.S3Location;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Remembers which payload in S3 belongs to which result: an object in S3 does not tell which request it answers.
 *
 * <p>A convenience in memory, not a record: the least recently used of 10,000 requests is forgotten first, and a restart
 * forgets all. Thread-safe.
 */
public final class StagedInputs {

    private static final int CAPACITY = 10_000;

    private final Map<S3Location, StagedInput> byOutput;
    private final Map<S3Location, StagedInput> byFailure;

    public StagedInputs() {
        this(CAPACITY);
    }

    StagedInputs(int capacity) {
        this.byOutput = leastRecentlyUsed(capacity);
        this.byFailure = leastRecentlyUsed(capacity);
    }

    /**
     * A payload that the component uploaded.
     *
     * @param location where it is
     * @param inferenceId the id of the request that it belongs to
     */
    public record StagedInput(S3Location location, String inferenceId) {}

    /**
     * Remembers the payload of an accepted request.
     *
     * @param output where the result will be
     * @param failure where a failure would be, or null
     */
    public synchronized void remember(S3Location output, S3Location failure, StagedInput input) {
        byOutput.put(output, input);
        if (failure != null) {
            byFailure.put(failure, input);
        }
    }

    /** The payload whose result or failure is at this place, if it is still known. */
    public synchronized Optional<StagedInput> find(S3Location result) {
        StagedInput input = byOutput.get(result);
        return Optional.ofNullable(input != null ? input : byFailure.get(result));
    }

    private static Map<S3Location, StagedInput> leastRecentlyUsed(int capacity) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<S3Location, StagedInput> eldest) {
                return size() > capacity;
            }
        };
    }
}
