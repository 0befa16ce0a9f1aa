package io.github.camelsagemaker.async.internal.reply;

import static io.github.camelsagemaker.async.internal.options.OptionCheck.atLeast;
import static io.github.camelsagemaker.async.internal.options.OptionCheck.require;

import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.github.camelsagemaker.async.internal.EndpointContext;
import io.github.camelsagemaker.async.internal.aws.AwsClients;
import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.concurrent.StartPatience;
import io.github.camelsagemaker.async.internal.observe.LogContext;
import io.github.camelsagemaker.async.internal.observe.RequestObserver;
import io.github.camelsagemaker.async.internal.request.InferenceRequest;
import io.github.camelsagemaker.async.internal.request.InvocationReceipt;
import io.github.camelsagemaker.async.internal.request.Payload;
import io.github.camelsagemaker.async.internal.request.RequestSender;
import io.github.camelsagemaker.async.internal.request.Sender;
import io.github.camelsagemaker.async.internal.result.AwaitedFolder;
import io.github.camelsagemaker.async.internal.result.BodyMode;
import io.github.camelsagemaker.async.internal.result.InferenceResult;
import io.github.camelsagemaker.async.internal.result.ResultEvent;
import io.github.camelsagemaker.async.internal.result.ResultHeaders;
import io.github.camelsagemaker.async.internal.result.ResultStream;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Message;
import org.apache.camel.spi.UnitOfWork;
import org.apache.camel.support.SynchronizationAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a producer with {@code awaitResult=true} does besides sending. Thread-safe; nothing blocks but the start. */
public final class RequestReply implements Sender {

    private static final Logger LOG = LoggerFactory.getLogger(RequestReply.class);

    /** So long routes may block for what a waiting result would bring. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    /** For writing the result, and for seeing it. */
    private static final Duration SLACK = Duration.ofMinutes(1);

    /** Components whose consumers have an HTTP client waiting. */
    private static final Pattern HTTP =
            Pattern.compile("platform-http|rest|rest-openapi|servlet|jetty|undertow|netty-http"
                    + "|vertx-http|cxfrs|atmosphere-websocket");

    /** Who has taken a producer out of a cache uses it at once. */
    private static final long IN_USE_MILLIS = 5_000;

    private final EndpointContext endpoint;
    private final RequestObserver observer;
    private final RequestSender sender;
    private final SageMakerAsyncConfiguration options;
    private final ReplyManager service;
    private final PendingReplies waiting;
    private final ResultHeaders headers;
    private final ReplyQueue queue;
    private final AtomicBoolean warnedAboutHttp = new AtomicBoolean();

    public RequestReply(
            EndpointContext endpoint,
            ReplyManager service,
            Executor workers,
            RequestObserver observer,
            RequestSender sender,
            StartPatience patience)
            throws Exception {
        this.endpoint = endpoint;
        this.observer = observer;
        this.sender = sender;
        this.options = endpoint.options();
        atLeast("resultTimeout", options.getResultTimeout(), 1, " millisecond");
        if (options.getResultTimeout() != null && options.getResultTimeout() < 1000) {
            LOG.warn(
                    "Option resultTimeout is {} ms, less than SageMaker needs for any result. Seconds are written as 30s",
                    options.getResultTimeout());
        }
        AwaitedPath.checkLength("Option s3OutputPathExtension", options.getS3OutputPathExtension());
        this.service = service;
        this.headers = new ResultHeaders(options.getHeaderFilterStrategy(), false);
        this.waiting = new PendingReplies(
                service.timer(),
                service.stops,
                workers,
                endpoint.resultBuckets(),
                BodyMode.of(options),
                new AsyncSemaphore(options.getMaxInFlight(), workers, PATIENCE),
                endpoint.memory(),
                pace(options));
        this.queue = options.getNotificationQueue() == null ? null : new ReplyQueue(endpoint, waiting, patience);
        service.open(waiting, this::ending);
        endpoint.clients().hold();
    }

    private static S3ReplySource.Pace pace(SageMakerAsyncConfiguration options) {
        long delay = options.getResultPollDelay();
        long maxDelay = options.getResultPollMaxDelay();
        long reconcile = options.getResultReconcileInterval();
        require(
                delay >= 1 && maxDelay >= delay,
                "Options resultPollDelay and resultPollMaxDelay are " + delay + " and " + maxDelay
                        + " ms: the first must be at least 1, and the second not less than it");
        atLeast("resultReconcileInterval", reconcile, 1000, " ms");
        return options.getNotificationQueue() != null
                ? new S3ReplySource.Pace(Duration.ofMillis(reconcile), Duration.ofMillis(reconcile))
                : new S3ReplySource.Pace(Duration.ofMillis(delay), Duration.ofMillis(maxDelay));
    }

    /** The request with a place for its result that is this producer's own; throws a {@code ReplyCancelledException} during a stop. */
    @Override
    public InferenceRequest prepare(Exchange exchange, InferenceRequest request) {
        waiting.checkOpen(exchange);
        warnAboutHttp(exchange, request);
        boolean chosen = exchange.getMessage().getHeader(SageMakerAsyncConstants.REQUEST_INFERENCE_ID) != null;
        return request.with(
                chosen ? request.inferenceId() : AwaitedFolder.newId(),
                waiting.path.next(
                        request.call().s3OutputPathExtension(), request.call().filename()));
    }

    @Override
    public CompletableFuture<InvocationReceipt> send(Exchange exchange, InferenceRequest request, Payload payload) {
        waiting.sends(request.inferenceId());
        return Futures.call(() -> sender.send(
                        new RequestSender.Sending(exchange, request, () -> waiting.checkOpen(exchange)), payload))
                .whenComplete((receipt, failure) -> {
                    if (failure != null) {
                        waiting.notSent(request.inferenceId());
                    }
                });
    }

    private void warnAboutHttp(Exchange exchange, InferenceRequest request) {
        if (options.getResultTimeout() != null || exchange.getFromEndpoint() == null || warnedAboutHttp.get()) {
            return;
        }
        String uri = exchange.getFromEndpoint().getEndpointUri();
        String scheme = uri.substring(0, Math.max(0, uri.indexOf(':')));
        if (HTTP.matcher(scheme).matches() && warnedAboutHttp.compareAndSet(false, true)) {
            LOG.warn(
                    "Route {} begins with {} and awaits results, but the option resultTimeout is not set: an HTTP client"
                            + " waits up to {}",
                    exchange.getFromRouteId(),
                    scheme,
                    timeout(request));
        }
    }

    /** Has the exchange go on when its result has landed; ends the {@link #send}. */
    public void await(Exchange exchange, AsyncCallback callback, InferenceRequest request, InvocationReceipt receipt) {
        try {
            waiting.await(new ReplyExchange(exchange, callback, request, receipt), timeout(request));
        } finally {
            waiting.sent(request.inferenceId());
        }
    }

    private Duration timeout(InferenceRequest request) {
        return options.getResultTimeout() != null
                ? Duration.ofMillis(options.getResultTimeout())
                : request.lifetime().plus(SLACK);
    }

    public PendingReplies requests() {
        return waiting;
    }

    /**
     * The producer stops. What waits, waits on, and what begins now begins: a cache may drop, and stop, a producer that is in
     * use. A stop of the route or of the context ends it.
     */
    public void close() {
        if (endpoint.camel().getStatus().isStopping()) {
            service.end(waiting);
            return;
        }
        Futures.later(IN_USE_MILLIS, waiting.workers, () -> waiting.whenEmpty(() -> service.end(waiting)));
    }

    /** Who expects bytes, as callers of templates do, may read them when the exchange is done. What runs then must not reach the stream. */
    private static void endWhenUnreachable(
            ResultStream stream, AwsClients clients, PendingReplies waiting, S3Location output) {
        stream.whenUnreachable(() -> {
            if (output != null) {
                waiting.delete(output);
            }
            clients.release();
        });
    }

    private CompletableFuture<Void> ending() {
        CompletableFuture<Void> removed = queue == null ? CompletableFuture.completedFuture(null) : queue.close();
        return CompletableFuture.allOf(removed, waiting.delivered.close())
                .whenComplete((done, failure) -> endpoint.close());
    }

    /**
     * An exchange that waits for its result, and goes on with it. Of a failure it keeps the message as it was sent, so that it
     * can be tried again, and adds the receipt.
     */
    private final class ReplyExchange extends PendingReply {

        private final AsyncCallback callback;
        private final String input;
        private final boolean staged;
        private final String contentType;

        ReplyExchange(Exchange exchange, AsyncCallback callback, InferenceRequest request, InvocationReceipt receipt) {
            super(exchange, request.endpointName(), receipt);
            this.callback = callback;
            this.input = receipt.inputLocation();
            this.staged = input != null && request.call().inputLocation() == null;
            this.contentType = request.call().contentType();
        }

        private InvocationReceipt receipt() {
            return new InvocationReceipt(inferenceId, output.uri(), S3Location.uriOf(failure), input);
        }

        @Override
        void completed(ResultEvent event, InferenceResult result) {
            try {
                Message message = exchange.getMessage();
                receipt().writeTo(message);
                headers.write(message, event);
                headers.write(message, event, result);
                message.setBody(options.isIncludeBody() ? result.body() : null);
                cleanUpAfterwards(result);
                observer.awaitEnded(null);
            } catch (Throwable e) { // of a header filter, for example
                observer.awaitEnded(e);
                exchange.setException(e);
            }
            goOn();
        }

        @Override
        void failed(Exception cause) {
            exchange.setException(cause);
            try {
                observer.awaitEnded(cause);
                if (staged) {
                    sender.keepPayload(exchange, contentType, S3Location.parse(input));
                }
                receipt().addTo(exchange.getMessage());
            } finally {
                goOn();
            }
        }

        private void goOn() {
            try (LogContext context = new LogContext(inferenceId, null)) {
                callback.done(false);
            }
        }

        /** With the unit of work that owns the exchange: of a split, a multicast or an enrichment that of the exchange it was made of. */
        private void cleanUpAfterwards(InferenceResult result) {
            endpoint.clients().hold(); // until the exchange is done, also if the producer stops before
            ResultStream stream = result.body() instanceof ResultStream it ? it : null;
            boolean isInPlaceOfBytes = stream != null && !options.isStreamBody();
            SynchronizationAdapter cleanUp = new SynchronizationAdapter() {
                @Override
                public void onComplete(Exchange done) {
                    boolean committed = !done.isRollbackOnly() && !done.isRollbackOnlyLast();
                    if (committed && staged && options.isDeleteInputAfterAwait()) {
                        waiting.delete(S3Location.parse(input));
                    }
                    end(committed && options.isDeleteResultAfterAwait());
                }

                @Override
                public void onFailure(Exchange done) {
                    end(false);
                }

                private void end(boolean deletes) {
                    result.giveBackMemory();
                    if (isInPlaceOfBytes) {
                        endWhenUnreachable(stream, endpoint.clients(), waiting, deletes ? output : null);
                        return;
                    }
                    result.released().thenRun(() -> {
                        if (deletes) {
                            waiting.delete(output);
                        }
                        result.closeForGood();
                        endpoint.clients().release();
                    });
                }
            };
            UnitOfWork parent = exchange.getProperty(ExchangePropertyKey.STREAM_CACHE_UNIT_OF_WORK, UnitOfWork.class);
            if (parent != null && parent.getRoute() != null) {
                parent.addSynchronization(cleanUp);
            } else if (exchange.getUnitOfWork() != null
                    || exchange.getProperty(ExchangePropertyKey.CORRELATION_ID) != null // enrich hands it over
                    || stream != null && !isInPlaceOfBytes) {
                exchange.getExchangeExtension().addOnCompletion(cleanUp);
            } else {
                cleanUp.onComplete(exchange); // nobody would say when it is done, and its body does not need the object
            }
        }
    }
}
