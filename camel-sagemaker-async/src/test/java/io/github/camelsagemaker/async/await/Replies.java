package io.github.camelsagemaker.async.await;

import io.github.camelsagemaker.async.landing.Landing;
import io.github.camelsagemaker.async.result.InferenceResult;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;

/** Handlers that remember what they were told: a body, or an exception; and how often in all. */
final class Replies {

    final Map<String, Object> byId = new ConcurrentHashMap<>();
    final AtomicInteger told = new AtomicInteger();
    final Map<String, Landing> landings = new ConcurrentHashMap<>();

    private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());

    ReplyHandler handler(String inferenceId) {
        return new ReplyHandler() {
            @Override
            public Exchange exchange() {
                return exchange;
            }

            @Override
            public void completed(Landing landing, InferenceResult result) {
                landings.put(inferenceId, landing);
                byId.put(inferenceId, new String((byte[]) result.body(), java.nio.charset.StandardCharsets.UTF_8));
                told.incrementAndGet();
            }

            @Override
            public void failed(Exception cause) {
                byId.put(inferenceId, cause);
                told.incrementAndGet();
            }
        };
    }
}
