package io.github.camelsagemaker.async.internal.request;

import io.github.camelsagemaker.async.internal.s3.StagedInputs;
import java.lang.ref.WeakReference;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.Exchange;

/**
 * Which payload in S3 belongs to an exchange of which it is not known whether SageMaker accepted its request, or whose awaited
 * result did not come: another attempt of the same exchange, at whichever endpoint, names the object that is there instead of
 * uploading the same bytes again. Keeps no body alive, and forgets the least recently used of 10,000 first. Thread-safe.
 */
public final class KeptPayloads {

    private static final int CAPACITY = 10_000;

    private final Map<String, Kept> byExchange = StagedInputs.leastRecentlyUsed(CAPACITY);

    private record Kept(
            WeakReference<Object> body, ProducerSettings.Uploads uploads, String contentType, Payload.Kept payload) {}

    synchronized void keep(
            Exchange exchange, ProducerSettings.Uploads uploads, String contentType, Payload.Kept payload) {
        Object body = exchange.getMessage().getBody();
        byExchange.put(exchange.getExchangeId(), new Kept(new WeakReference<>(body), uploads, contentType, payload));
    }

    /** The object that has the exchange's body already, as it would be uploaded now; or null. */
    synchronized Payload.Kept find(Exchange exchange, ProducerSettings.Uploads uploads, InferenceRequest request) {
        Kept kept = byExchange.get(exchange.getExchangeId());
        return kept != null
                        && kept.body.refersTo(exchange.getMessage().getBody())
                        && kept.uploads.equals(uploads)
                        && Objects.equals(kept.contentType, request.call().contentType())
                ? kept.payload
                : null;
    }

    synchronized void forget(Exchange exchange) {
        byExchange.remove(exchange.getExchangeId());
    }
}
