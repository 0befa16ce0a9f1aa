package io.github.camelsagemaker.async;

import static io.github.camelsagemaker.async.internal.options.OptionCheck.atLeast;

import io.github.camelsagemaker.async.await.AwaitedPath;
import io.github.camelsagemaker.async.await.BatchDeleter;
import io.github.camelsagemaker.async.await.PendingReplies;
import io.github.camelsagemaker.async.await.PollBackoff;
import io.github.camelsagemaker.async.await.ReplyManager;
import io.github.camelsagemaker.async.await.WaitingRequest;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.invoke.InferenceRequest;
import io.github.camelsagemaker.async.invoke.InvocationReceipt;
import io.github.camelsagemaker.async.landing.Landing;
import io.github.camelsagemaker.async.observe.LogContext;
import io.github.camelsagemaker.async.result.InferenceResult;
import io.github.camelsagemaker.async.result.ResultStream;
import io.github.camelsagemaker.async.result.S3Location;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Route;
import org.apache.camel.support.ExchangeHelper;
import org.apache.camel.support.SynchronizationAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** What a producer with {@code awaitResult=true} does besides sending. Thread-safe; only {@link #close} blocks. */
final class RequestReply implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RequestReply.class);

    private static final long MIN_RECONCILE_MILLIS = 1000;

    /** For writing the result, and for seeing it. */
    private static final Duration SLACK = Duration.ofMinutes(1);

    /** Components whose consumers have an HTTP client waiting. */
    private static final Set<String> HTTP = Set.of(
            "platform-http",
            "rest",
            "rest-openapi",
            "servlet",
            "jetty",
            "undertow",
            "netty-http",
            "vertx-http",
            "cxfrs",
            "atmosphere-websocket");

    private final SageMakerAsyncConfiguration options;
    private final ReplyManager service;
    private final ReplyManager.Waiting waiting;
    private final ResultHeaders headers;
    private final ReplyQueueSession queue;
    private final AtomicBoolean toldAboutHttp = new AtomicBoolean();

    /**
     * Checks the options, and begins.
     *
     * @throws Exception if the notificationQueue cannot be prepared
     */
    RequestReply(SageMakerAsyncEndpoint endpoint, S3AsyncClient s3, Executor workers) throws Exception {
        this.options = endpoint.getConfiguration();
        atLeast("resultTimeout", options.getResultTimeout(), 1, " millisecond");
        AwaitedPath.checkLength("Option s3OutputPathExtension", options.getS3OutputPathExtension());
        this.service = endpoint.getComponent().replyManager();
        this.headers = new ResultHeaders(options.getHeaderFilterStrategy(), false);
        this.waiting = service.open(
                ConsumerSettings.bodyMode(options),
                backoff(options),
                options.getMaxInFlight(),
                new AwaitedPath(Clock.systemUTC()),
                s3,
                workers);
        this.queue = openQueue(endpoint);
    }

    private ReplyQueueSession openQueue(SageMakerAsyncEndpoint endpoint) throws Exception {
        if (options.getNotificationQueue() == null) {
            return null;
        }
        try {
            return new ReplyQueueSession(endpoint, waiting);
        } catch (Exception e) {
            service.close(waiting);
            throw e;
        }
    }

    private static PollBackoff backoff(SageMakerAsyncConfiguration options) {
        if (options.getResultPollDelay() < 1 || options.getResultPollMaxDelay() < options.getResultPollDelay()) {
            throw new IllegalArgumentException("Options resultPollDelay and resultPollMaxDelay are "
                    + options.getResultPollDelay() + " and " + options.getResultPollMaxDelay()
                    + " ms: the first must be at least 1, and the second not less than it");
        }
        atLeast("resultReconcileInterval", options.getResultReconcileInterval(), MIN_RECONCILE_MILLIS, " ms");
        boolean notified = options.getNotificationQueue() != null;
        long shortest = notified ? options.getResultReconcileInterval() : options.getResultPollDelay();
        long longest = notified ? options.getResultReconcileInterval() : options.getResultPollMaxDelay();
        return new PollBackoff(Duration.ofMillis(shortest), Duration.ofMillis(longest));
    }

    /**
     * The request with a place for its result that is this producer's own.
     *
     * @throws io.github.camelsagemaker.async.await.WaitEndedException if the route or the context is being stopped
     */
    InferenceRequest prepare(Exchange exchange, InferenceRequest request) {
        checkOpen(exchange);
        warnAboutHttp(exchange);
        return request.withOutputPathExtension(waiting.path().next(request.outputPathExtension(), request.filename()));
    }

    /** Sends the request, unless its result could not be awaited. */
    CompletableFuture<InvocationReceipt> call(
            Exchange exchange, InferenceRequest request, Supplier<CompletableFuture<InvocationReceipt>> sending) {
        checkOpen(exchange);
        waiting.requests().callBegins(request.inferenceId());
        return Futures.call(sending).whenComplete((receipt, failure) -> {
            if (failure != null) {
                waiting.requests().callFailed(request.inferenceId());
            }
        });
    }

    private void checkOpen(Exchange exchange) {
        waiting.requests().checkOpen(exchange.getFromRouteId(), routeOf(exchange));
    }

    private void warnAboutHttp(Exchange exchange) {
        if (options.getResultTimeout() != null || exchange.getFromEndpoint() == null || toldAboutHttp.get()) {
            return;
        }
        String uri = exchange.getFromEndpoint().getEndpointUri();
        String scheme = uri.substring(0, Math.max(0, uri.indexOf(':')));
        if (HTTP.contains(scheme) && toldAboutHttp.compareAndSet(false, true)) {
            LOG.warn(
                    "Route {} begins with {} and awaits results, but the option resultTimeout is not set: an HTTP client"
                            + " waits up to {}",
                    exchange.getFromRouteId(),
                    scheme,
                    defaultTimeout(options.getRequestTtlSeconds(), options.getInvocationTimeoutSeconds()));
        }
    }

    /** Has the exchange go on when its result has landed; ends the {@link #call}. */
    void await(Exchange exchange, AsyncCallback callback, InferenceRequest request, InvocationReceipt receipt) {
        try {
            waiting.requests().await(new ReplyExchange(exchange, callback, request, receipt), timeout(request));
        } finally {
            waiting.requests().callEnded(request.inferenceId());
        }
    }

    private Duration timeout(InferenceRequest request) {
        return options.getResultTimeout() != null
                ? Duration.ofMillis(options.getResultTimeout())
                : defaultTimeout(request.requestTtlSeconds(), request.invocationTimeoutSeconds());
    }

    private static Duration defaultTimeout(Integer requestTtlSeconds, Integer invocationTimeoutSeconds) {
        return InferenceRequest.lifetime(requestTtlSeconds, invocationTimeoutSeconds)
                .plus(SLACK);
    }

    private static String routeOf(Exchange exchange) {
        Route route = ExchangeHelper.getRoute(exchange);
        return route == null ? null : route.getRouteId();
    }

    PendingReplies requests() {
        return waiting.requests();
    }

    /** Ends what still waits, and what is to be deleted yet, for which it waits a few seconds. */
    @Override
    public void close() {
        service.close(waiting);
        if (queue != null) {
            queue.close();
        }
        BatchDeleter.close(List.of(waiting.delivered()));
    }

    /**
     * An exchange that waits for its result, and goes on with it. Of a failure it keeps the message as it was sent, so that it
     * can be tried again, and adds the receipt.
     */
    private final class ReplyExchange extends WaitingRequest {

        private final AsyncCallback callback;
        private final String input;
        private final PayloadMode payloadMode;
        private final boolean staged;

        ReplyExchange(Exchange exchange, AsyncCallback callback, InferenceRequest request, InvocationReceipt receipt) {
            super(
                    exchange,
                    routeOf(exchange),
                    request.endpointName(),
                    receipt.inferenceId(),
                    S3Location.parse(receipt.outputLocation()),
                    receipt.failureLocation() == null ? null : S3Location.parse(receipt.failureLocation()));
            this.callback = callback;
            this.input = receipt.inputLocation();
            this.payloadMode = receipt.payloadMode();
            this.staged = input != null && request.inputLocation() == null;
        }

        private InvocationReceipt receipt() {
            return new InvocationReceipt(
                    inferenceId(),
                    output().uri(),
                    failure() == null ? null : failure().uri(),
                    input,
                    payloadMode);
        }

        @Override
        protected void completed(Landing landing, InferenceResult result) {
            try {
                Message message = exchange().getMessage();
                receipt().writeTo(message);
                headers.write(message, landing);
                headers.write(message, landing, result);
                if (options.isIncludeBody()) {
                    message.setBody(result.body());
                }
                cleanUpAfterwards(result);
            } catch (RuntimeException e) {
                exchange().setException(e);
            }
            goOn();
        }

        @Override
        protected void failed(Exception cause) {
            receipt().addTo(exchange().getMessage());
            exchange().setException(cause);
            goOn();
        }

        private void goOn() {
            try (LogContext context = LogContext.of(inferenceId(), (String) null)) {
                callback.done(false);
            }
        }

        private void cleanUpAfterwards(InferenceResult result) {
            if (result.body() instanceof ResultStream stream) {
                stream.closeWith(exchange());
            } else if (exchange().getUnitOfWork() == null) {
                cleanUp(); // nobody would tell when the exchange is done, and its body does not need the object
                return;
            }
            exchange().getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
                @Override
                public void onComplete(Exchange done) {
                    cleanUp();
                }
            });
        }

        private void cleanUp() {
            if (options.isDeleteResultAfterAwait()) {
                waiting.delivered().delete(output());
            }
            if (staged && options.isDeleteInputAfterAwait()) {
                waiting.delivered().delete(S3Location.parse(input));
            }
        }
    }
}
