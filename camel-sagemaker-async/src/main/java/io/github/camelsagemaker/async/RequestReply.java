package io.github.camelsagemaker.async;

import static io.github.camelsagemaker.async.internal.options.OptionCheck.atLeast;

import io.github.camelsagemaker.async.await.AwaitService;
import io.github.camelsagemaker.async.await.AwaitSettings;
import io.github.camelsagemaker.async.await.AwaitedPath;
import io.github.camelsagemaker.async.await.DeliveredObjects;
import io.github.camelsagemaker.async.await.PollPace;
import io.github.camelsagemaker.async.await.WaitingRequest;
import io.github.camelsagemaker.async.await.WaitingRequests;
import io.github.camelsagemaker.async.invoke.InferenceRequest;
import io.github.camelsagemaker.async.invoke.InvocationReceipt;
import io.github.camelsagemaker.async.result.BodyMode;
import io.github.camelsagemaker.async.result.S3Location;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.support.ExchangeHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** What a producer with {@code awaitResult=true} does besides sending. Thread-safe; only {@link #close} blocks. */
final class RequestReply implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RequestReply.class);

    private static final long MIN_RECONCILE_MILLIS = 1000;

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
    private final AwaitService service;
    private final AwaitService.Waiting waiting;
    private final ResultHeaders headers;
    private final ReplyQueueSession queue;
    private final AtomicBoolean toldAboutHttp = new AtomicBoolean();

    /**
     * Checks the options, and begins.
     *
     * @throws IllegalArgumentException naming the option, its value and what it may be
     * @throws Exception if the notificationQueue cannot be prepared
     */
    RequestReply(SageMakerAsyncEndpoint endpoint, S3AsyncClient s3, Executor workers) throws Exception {
        this.options = endpoint.getConfiguration();
        atLeast("resultTimeout", options.getResultTimeout(), 1, " millisecond");
        AwaitedPath.checkLength("Option s3OutputPathExtension", options.getS3OutputPathExtension());
        this.service = endpoint.getComponent().awaitService();
        this.headers = new ResultHeaders(options.getHeaderFilterStrategy(), false);
        this.waiting = service.open(settings(options), new AwaitedPath(Clock.systemUTC()), s3, workers);
        this.queue = openQueue(endpoint, workers);
    }

    private ReplyQueueSession openQueue(SageMakerAsyncEndpoint endpoint, Executor workers) throws Exception {
        if (options.getNotificationQueue() == null) {
            return null;
        }
        try {
            return new ReplyQueueSession(endpoint, waiting, workers);
        } catch (Exception e) {
            service.close(waiting.requests());
            throw e;
        }
    }

    private static AwaitSettings settings(SageMakerAsyncConfiguration options) {
        BodyMode bodyMode = ConsumerSettings.bodyMode(options);
        if (options.getResultPollDelay() < 1 || options.getResultPollMaxDelay() < options.getResultPollDelay()) {
            throw new IllegalArgumentException("Options resultPollDelay and resultPollMaxDelay are "
                    + options.getResultPollDelay() + " and " + options.getResultPollMaxDelay()
                    + " ms: the first must be at least 1, and the second not less than it");
        }
        atLeast("resultReconcileInterval", options.getResultReconcileInterval(), MIN_RECONCILE_MILLIS, " ms");
        boolean notified = options.getNotificationQueue() != null;
        long shortest = notified ? options.getResultReconcileInterval() : options.getResultPollDelay();
        long longest = notified ? options.getResultReconcileInterval() : options.getResultPollMaxDelay();
        PollPace pace = new PollPace(Duration.ofMillis(shortest), Duration.ofMillis(longest));
        return new AwaitSettings(bodyMode, pace, notified, options.getMaxInFlight());
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
        waiting.beginCall(request.inferenceId());
        CompletableFuture<InvocationReceipt> call;
        try {
            call = sending.get();
        } catch (RuntimeException e) {
            call = CompletableFuture.failedFuture(e);
        }
        return call.whenComplete((receipt, failure) -> {
            if (failure != null) {
                waiting.failCall(request.inferenceId());
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
                    AwaitSettings.defaultTimeout(
                            options.getRequestTtlSeconds(), options.getInvocationTimeoutSeconds()));
        }
    }

    /** Has the exchange go on when its result has landed; ends the {@link #call}. */
    void await(Exchange exchange, AsyncCallback callback, InferenceRequest request, InvocationReceipt receipt) {
        try {
            enter(exchange, callback, request, receipt);
        } finally {
            waiting.endCall(request.inferenceId());
        }
    }

    private void enter(Exchange exchange, AsyncCallback callback, InferenceRequest request, InvocationReceipt receipt) {
        S3Location output = S3Location.parse(receipt.outputLocation());
        S3Location failure = receipt.failureLocation() == null ? null : S3Location.parse(receipt.failureLocation());
        boolean staged = receipt.inputLocation() != null && request.inputLocation() == null;
        ReplyExchange reply = new ReplyExchange(
                this,
                exchange,
                callback,
                new ReplyExchange.Request(
                        receipt.inferenceId(), output, failure, receipt.inputLocation(), receipt.payloadMode()),
                staged);
        WaitingRequest waitingRequest = new WaitingRequest(
                request.endpointName(),
                receipt.inferenceId(),
                output,
                failure,
                exchange.getFromRouteId(),
                routeOf(exchange),
                reply);
        waiting.requests().await(waitingRequest, timeout(request));
    }

    private Duration timeout(InferenceRequest request) {
        return options.getResultTimeout() != null
                ? Duration.ofMillis(options.getResultTimeout())
                : AwaitSettings.defaultTimeout(request.requestTtlSeconds(), request.invocationTimeoutSeconds());
    }

    private static String routeOf(Exchange exchange) {
        Route route = ExchangeHelper.getRoute(exchange);
        return route == null ? null : route.getRouteId();
    }

    SageMakerAsyncConfiguration options() {
        return options;
    }

    ResultHeaders headers() {
        return headers;
    }

    DeliveredObjects delivered() {
        return waiting.delivered();
    }

    WaitingRequests requests() {
        return waiting.requests();
    }

    /** Ends what still waits, and what is to be deleted yet, for which it waits a few seconds. */
    @Override
    public void close() {
        service.close(waiting.requests());
        if (queue != null) {
            queue.close();
        }
        waiting.delivered().close();
    }
}
