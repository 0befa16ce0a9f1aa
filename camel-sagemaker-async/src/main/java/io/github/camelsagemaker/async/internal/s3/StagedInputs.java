package io.github.camelsagemaker.async.internal.s3;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Remembers which payload in S3 belongs to which result (an object in S3 does not say which request it answers).
 *
 * <p>A convenience in memory, not a record: the least recently used of 10,000 is forgotten first, and a restart forgets all.
 *
 * <p>A result can be quicker than the answer to its call. Who has handled it leaves here what to do with the payload.
 * Thread-safe.
 */
public final class StagedInputs {

    static final int CAPACITY = 10_000;

    private static final Pattern NAME = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    /** By output and by failure. */
    private final Map<S3Location, StagedInput> byResult = leastRecentlyUsed(2 * CAPACITY);

    private final Map<S3Location, Consumer<S3Location>> early = leastRecentlyUsed(CAPACITY);
    private int callsUnderWay;

    /** A payload that the component uploaded; its request's inference id may be null. */
    public record StagedInput(S3Location location, String inferenceId) {}

    public static S3Location newPlace(S3Prefix inputLocation) {
        return inputLocation.resolve(UUID.randomUUID().toString());
    }

    /** Whether an object is a payload that this component may have put there: others have names of their own. */
    public static boolean isStaged(S3Prefix inputLocation, S3Location object) {
        return inputLocation.contains(object)
                && NAME.matcher(object.key().substring(inputLocation.prefix().length()))
                        .matches();
    }

    /** Of an accepted request, whose result may be there already; {@code failure} may be null. */
    public void remember(S3Location output, S3Location failure, StagedInput input) {
        Consumer<S3Location> then;
        synchronized (this) {
            byResult.put(output, input);
            if (failure != null) {
                byResult.put(failure, input);
            }
            Consumer<S3Location> afterFailure = early.remove(failure);
            Consumer<S3Location> afterOutput = early.remove(output);
            then = afterOutput != null ? afterOutput : afterFailure;
        }
        if (then != null) {
            then.accept(input.location());
        }
    }

    public synchronized void callBegun() {
        callsUnderWay++;
    }

    /** Its answer was remembered, or there is none. */
    public synchronized void callEnded() {
        callsUnderWay--;
        if (callsUnderWay == 0) {
            early.clear(); // results of somebody else's requests
        }
    }

    /**
     * Passes on the payload of a handled result: now if it is known, else when the answer to a call under way names it; never, if
     * there is none.
     */
    public void whenKnown(S3Location result, Consumer<S3Location> then) {
        Optional<StagedInput> known;
        synchronized (this) {
            known = find(result);
            if (known.isEmpty() && callsUnderWay > 0) {
                early.put(result, then);
            }
        }
        known.ifPresent(input -> then.accept(input.location()));
    }

    /** The payload whose result or failure is at this place, if it is still known. */
    public synchronized Optional<StagedInput> find(S3Location result) {
        return Optional.ofNullable(byResult.get(result));
    }

    public static <K, V> Map<K, V> leastRecentlyUsed(int capacity) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > capacity;
            }
        };
    }
}
