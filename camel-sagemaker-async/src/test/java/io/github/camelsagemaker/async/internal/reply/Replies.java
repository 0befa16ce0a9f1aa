package io.github.camelsagemaker.async.internal.reply;

import io.github.camelsagemaker.async.internal.request.InvocationReceipt;
import io.github.camelsagemaker.async.internal.result.InferenceResult;
import io.github.camelsagemaker.async.internal.result.ResultEvent;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;

/** Requests that remember what they were told: a body, or an exception; and how often in all. */
final class Replies {

    final Map<String, Object> byId = new ConcurrentHashMap<>();
    final AtomicInteger told = new AtomicInteger();
    final Map<String, ResultEvent> events = new ConcurrentHashMap<>();

    final DefaultCamelContext camel = new DefaultCamelContext();

    /** How many were told so: a body, or an exception of this class. */
    long told(Class<?> how) {
        return byId.values().stream().filter(how::isInstance).count();
    }

    PendingReply request(String inferenceId, S3Location output, S3Location failure) {
        return request(inferenceId, output, failure, () -> {});
    }

    /** @param steps the route goes on when this returns */
    PendingReply request(String inferenceId, S3Location output, S3Location failure, Runnable steps) {
        InvocationReceipt receipt = new InvocationReceipt(inferenceId, output.uri(), S3Location.uriOf(failure), null);
        return new PendingReply(new DefaultExchange(camel), "endpoint", receipt) {
            @Override
            void completed(ResultEvent event, InferenceResult result) {
                steps.run();
                events.put(inferenceId, event);
                byId.put(inferenceId, new String((byte[]) result.body(), StandardCharsets.UTF_8));
                told.incrementAndGet();
            }

            @Override
            void failed(Exception cause) {
                byId.put(inferenceId, cause);
                told.incrementAndGet();
            }
        };
    }
}
