package io.github.camelsagemaker.async.invoke;

import io.github.camelsagemaker.async.result.S3Location;
import java.lang.ref.WeakReference;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Exchange;

/**
 * Remembers the objects of exchanges of which it is not known whether SageMaker accepted them: another attempt of the same exchange,
 * at whichever endpoint, names the object that is there instead of uploading the same bytes again. A convenience in memory: the
 * oldest of 10,000 are forgotten. Thread-safe; keeps no body alive.
 */
public final class KeptPayloads {

    private static final int CAPACITY = 10_000;

    private final Map<String, Kept> byExchange = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Kept> eldest) {
            return size() > CAPACITY;
        }
    };

    private record Kept(
            WeakReference<Object> body, ProducerSettings.Uploads uploads, String contentType, Payload.Kept payload) {}

    synchronized void keep(
            Exchange exchange, ProducerSettings settings, InferenceRequest request, S3Location location, long length) {
        byExchange.put(
                exchange.getExchangeId(),
                new Kept(
                        new WeakReference<>(exchange.getMessage().getBody()),
                        settings.uploads(),
                        request.contentType(),
                        new Payload.Kept(location, length)));
    }

    /** The object that has the exchange's body already, as these settings would have uploaded it; or null. */
    synchronized Payload.Kept find(Exchange exchange, ProducerSettings settings, InferenceRequest request) {
        Kept kept = byExchange.get(exchange.getExchangeId());
        return kept != null
                        && kept.body.refersTo(exchange.getMessage().getBody())
                        && kept.uploads.equals(settings.uploads())
                        && Objects.equals(kept.contentType, request.contentType())
                ? kept.payload
                : null;
    }

    synchronized void forget(Exchange exchange) {
        byExchange.remove(exchange.getExchangeId());
    }
}
