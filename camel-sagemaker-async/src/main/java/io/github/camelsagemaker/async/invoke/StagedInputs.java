package io.github.camelsagemaker.async.invoke;

import io.github.camelsagemaker.async.result.S3Location;
import java.lang.ref.WeakReference;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.camel.Exchange;

/**
 * Remembers which payload in S3 belongs to which result (an object in S3 does not tell which request it answers), and which
 * to an exchange of which it is not known whether SageMaker accepted it.
 *
 * <p>A convenience in memory, not a record: the least recently used of 10,000 is forgotten first, and a restart forgets all.
 *
 * <p>A result can be quicker than the answer to its call. Who has handled it leaves word here what to do with the payload.
 * Thread-safe.
 */
public final class StagedInputs {

    private static final int CAPACITY = 10_000;

    private final Map<String, Kept> keptByExchange;
    private final Map<S3Location, StagedInput> byOutput;
    private final Map<S3Location, StagedInput> byFailure;
    private final Map<S3Location, Consumer<S3Location>> early;
    private int callsUnderWay;

    public StagedInputs() {
        this(CAPACITY);
    }

    StagedInputs(int capacity) {
        this.keptByExchange = leastRecentlyUsed(capacity);
        this.byOutput = leastRecentlyUsed(capacity);
        this.byFailure = leastRecentlyUsed(capacity);
        this.early = leastRecentlyUsed(capacity);
    }

    /**
     * A payload that the component uploaded.
     *
     * @param location where it is
     * @param inferenceId the id of the request that it belongs to, or null
     */
    public record StagedInput(S3Location location, String inferenceId) {}

    /**
     * Remembers the payload of an accepted request.
     *
     * @param output where the result will be, or is
     * @param failure where a failure would be, or null
     */
    public void remember(S3Location output, S3Location failure, StagedInput input) {
        Consumer<S3Location> afterOutput;
        Consumer<S3Location> afterFailure;
        synchronized (this) {
            byOutput.put(output, input);
            afterOutput = early.remove(output);
            afterFailure = early.remove(failure);
            if (failure != null) {
                byFailure.put(failure, input);
            }
        }
        if (afterOutput != null) {
            afterOutput.accept(input.location());
        } else if (afterFailure != null) {
            afterFailure.accept(input.location());
        }
    }

    /** A call that names a staged payload begins. */
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
     * Tells the payload of a handled result: now if it is known, else when the answer to a call under way names it; never, if
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
        StagedInput input = byOutput.get(result);
        return Optional.ofNullable(input != null ? input : byFailure.get(result));
    }

    /** The payload of an exchange's attempt of unknown outcome. Keeps no body alive. */
    private record Kept(
            WeakReference<Object> body, ProducerSettings.Uploads uploads, String contentType, Payload.Kept payload) {}

    /**
     * It is not known whether SageMaker accepted the exchange's request: another attempt of the same exchange, at whichever
     * endpoint, names the object that is there instead of uploading the same bytes again.
     */
    synchronized void keep(
            Exchange exchange, ProducerSettings settings, InferenceRequest request, S3Location location, long length) {
        keptByExchange.put(
                exchange.getExchangeId(),
                new Kept(
                        new WeakReference<>(exchange.getMessage().getBody()),
                        settings.uploads(),
                        request.contentType(),
                        new Payload.Kept(location, length)));
    }

    /** The object that has the exchange's body already, as these settings would have uploaded it; or null. */
    synchronized Payload.Kept kept(Exchange exchange, ProducerSettings settings, InferenceRequest request) {
        Kept kept = keptByExchange.get(exchange.getExchangeId());
        return kept != null
                        && kept.body.refersTo(exchange.getMessage().getBody())
                        && kept.uploads.equals(settings.uploads())
                        && Objects.equals(kept.contentType, request.contentType())
                ? kept.payload
                : null;
    }

    synchronized void forget(Exchange exchange) {
        keptByExchange.remove(exchange.getExchangeId());
    }

    private static <K, V> Map<K, V> leastRecentlyUsed(int capacity) {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > capacity;
            }
        };
    }
}
