package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.OnFailedInference;
import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.github.camelsagemaker.async.error.InferenceFailedException;
import io.github.camelsagemaker.async.internal.observe.LogContext;
import io.github.camelsagemaker.async.internal.options.LogSanitizer;
import io.github.camelsagemaker.async.internal.result.InferenceResult;
import io.github.camelsagemaker.async.internal.result.RequestRecords.RequestRecord;
import io.github.camelsagemaker.async.internal.result.ResultEvent;
import io.github.camelsagemaker.async.internal.result.ResultHeaders;
import io.github.camelsagemaker.async.internal.result.ResultReader;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.tracking.PendingInvocation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Expression;
import org.apache.camel.Message;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.support.BridgeExceptionHandlerToErrorHandler;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.MessageHelper;
import org.apache.camel.support.PluginHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The route of a consumer: makes exchanges of results, sends them through, and reports what went wrong. Thread-safe. */
class ConsumerRoute {

    private static final Logger LOG = LoggerFactory.getLogger(ConsumerRoute.class);

    private final DefaultConsumer consumer;
    private final ResultHeaders headers;
    private final SageMakerAsyncConfiguration options;
    private final Expression key;

    ConsumerRoute(DefaultConsumer consumer, SageMakerAsyncConfiguration options) {
        this.consumer = consumer;
        this.headers = new ResultHeaders(options.getHeaderFilterStrategy(), options.isPropagateTraceContext());
        this.options = options;
        CamelContext context = consumer.getEndpoint().getCamelContext();
        String idempotentKey = options.getIdempotentKey();
        this.key =
                idempotentKey == null ? null : context.resolveLanguage("simple").createExpression(idempotentKey);
        if (key != null) {
            key.init(context);
        }
        // Routes do it, but whoever only polls may have none.
        PluginHelper.getUnitOfWorkFactory(context).afterPropertiesConfigured(context);
    }

    /** Makes an exchange that tells what the event tells. It must be given back with {@link #close}. */
    Exchange open(ResultEvent event) {
        Exchange exchange = consumer.createExchange(false);
        headers.write(exchange.getIn(), event);
        return exchange;
    }

    /** What the user says that identifies the result among duplicates (option idempotentKey); null for the default. */
    String keyOf(ResultEvent event, Exchange exchange) {
        if (key == null) {
            return null;
        }
        String value = key.evaluate(exchange, String.class);
        if (value == null || value.isEmpty()) {
            Exception failure = exchange.getException(); // of a bean, for example
            throw new IllegalArgumentException(
                    "Option idempotentKey " + (failure == null ? "is empty" : "failed") + " for " + event
                            + ": only headers that the result's source tells can be used, before the result is read",
                    failure);
        }
        return value;
    }

    /** As {@link #keyOf(ResultEvent, Exchange)}, where there is no exchange yet. */
    String keyOf(ResultEvent event) {
        if (key == null) {
            return null;
        }
        Exchange exchange = open(event);
        try {
            return keyOf(event, exchange);
        } finally {
            close(exchange);
        }
    }

    /** Whether the event is to be emitted; one that is not counts as handled. */
    boolean wants(ResultEvent event) {
        boolean ignored =
                event.status() == InferenceStatus.FAILED && options.getOnFailedInference() == OnFailedInference.IGNORE;
        if (ignored) {
            LOG.info(
                    "Ignoring a failed inference (option onFailedInference): {}{}{}",
                    event,
                    known(", inference id ", event.inferenceId()),
                    known(", reason: ", event.failureReason()));
        }
        return !ignored;
    }

    private static String known(String what, String value) {
        return value == null ? "" : what + LogSanitizer.shown(value);
    }

    CompletableFuture<Void> process(
            Exchange exchange, ResultEvent event, InferenceResult result, RequestRecord record) {
        String inferenceId = event.inferenceId() != null ? event.inferenceId() : record.inferenceId();
        headers.write(exchange.getIn(), event, result);
        headers.restore(exchange.getIn(), record);
        exchange.getIn().setBody(result.body());
        if (event.status() == InferenceStatus.FAILED && options.getOnFailedInference() == OnFailedInference.EXCEPTION) {
            // As Camel's BridgeExceptionHandlerToErrorHandler does: nothing is redelivered, the first step's error
            // handler acts.
            exchange.setException(new InferenceFailedException(
                    event.endpointName(),
                    inferenceId,
                    S3Location.uriOf(event.outputLocation()),
                    S3Location.uriOf(event.failureLocation()),
                    event.failureReason(),
                    beginning(exchange.getIn())));
            exchange.setProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, exchange.getException());
            exchange.setProperty(ExchangePropertyKey.ERRORHANDLER_BRIDGE, true);
            exchange.getExchangeExtension().setRedeliveryExhausted(true);
        }
        return send(exchange, inferenceId);
    }

    /** Sends an exchange of a request that expired; ends on a worker, exceptionally if it failed, which was reported. */
    CompletableFuture<Void> processExpired(
            PendingInvocation expired, Map<String, Object> requestHeaders, Executor workers) {
        Exchange exchange = open(ResultEvent.of(InferenceStatus.EXPIRED, expired.endpointName(), event -> {
            event.inferenceId = expired.inferenceId();
            event.outputLocation = S3Location.parseOrNull(expired.outputLocation());
            event.failureLocation = S3Location.parseOrNull(expired.failureLocation());
            event.inputLocation = S3Location.parseOrNull(expired.inputLocation());
        }));
        headers.restore(exchange.getIn(), requestHeaders);
        if (options.isIncludeBody()) {
            exchange.getIn()
                    .setBody("No result of the request with the inference id " + expired.inferenceId()
                            + " was found before its deadline, " + expired.deadline());
        }
        return send(exchange, expired.inferenceId())
                .whenCompleteAsync(
                        (done, failure) -> {
                            if (failure != null) {
                                report("Error processing an expired request, which comes again", exchange, failure);
                            }
                            close(exchange);
                        },
                        workers);
    }

    /** Ends when the unit of work that owns the exchange has ended, exceptionally if it failed or was rolled back. */
    private CompletableFuture<Void> send(Exchange exchange, String inferenceId) {
        try (LogContext context = new LogContext(inferenceId, null)) {
            return RoutedExchange.send(consumer, exchange);
        }
    }

    private static String beginning(Message failure) {
        if (failure.getBody() == null || failure.getBody() instanceof String) {
            return (String) failure.getBody();
        }
        try {
            InputStream stream = failure.getBody(InputStream.class);
            byte[] read = stream.readNBytes(ResultReader.MAX_FAILURE_BYTES);
            MessageHelper.resetStreamCache(failure);
            return new String(read, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("The failure's content could not be read", e);
        }
    }

    void close(Exchange exchange) {
        consumer.releaseExchange(exchange, false);
    }

    void report(String message, Throwable failure) {
        report(message, null, failure);
    }

    /** With bridgeErrorHandler the route's error handler has seen the exchange, if not null: it is logged, and not dispatched again. */
    void report(String message, Exchange exchange, Throwable failure) {
        String inferenceId = exchange == null
                ? null
                : exchange.getIn().getHeader(SageMakerAsyncConstants.INFERENCE_ID, String.class);
        ExceptionHandler handler = consumer.getExceptionHandler();
        try (LogContext context = LogContext.of(inferenceId, failure)) {
            if (exchange == null) {
                handler.handleException(message, failure);
            } else if (handler instanceof BridgeExceptionHandlerToErrorHandler) {
                LOG.warn("{} {}", message, exchange.getExchangeId(), failure);
            } else {
                handler.handleException(message, exchange, failure);
            }
        } catch (Throwable e) { // an Error too must not keep what the result holds
            LOG.warn("The exception handler failed on: {}", message, e);
        }
    }
}
