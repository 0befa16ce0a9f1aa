package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.error.AwsErrors;
import io.github.camelsagemaker.async.invoke.CallAttempts;
import io.github.camelsagemaker.async.invoke.InferenceRequest;
import io.github.camelsagemaker.async.invoke.InvocationReceipt;
import io.github.camelsagemaker.async.invoke.Payload;
import io.github.camelsagemaker.async.invoke.RequestSender;
import io.github.camelsagemaker.async.observe.RequestObserver;
import io.github.camelsagemaker.async.tracking.PendingInvocation;
import io.github.camelsagemaker.async.tracking.PendingView;
import io.github.camelsagemaker.async.tracking.RequestTracker;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests of which a record is kept: written before the call, given its locations after it, removed if SageMaker refused
 * it, and kept if it is not known whether it did. Thread-safe; the store is called on the workers.
 */
final class ProducerTracking {

    private static final Logger LOG = LoggerFactory.getLogger(ProducerTracking.class);

    /** The record that is kept of an exchange's attempt of unknown outcome, which another attempt takes over. */
    private static final String KEPT = "CamelAwsSageMakerAsyncKeptRecord";

    private final SageMakerAsyncProducer producer;
    private final RequestSender sender;
    private final RequestTracker tracker;
    private final Executor workers;

    ProducerTracking(
            SageMakerAsyncProducer producer, TrackingSettings settings, RequestSender sender, Executor workers) {
        this.producer = producer;
        this.sender = sender;
        this.tracker = new RequestTracker(settings.store(), settings.headers(), settings.deadline(), Clock.systemUTC());
        this.workers = workers;
    }

    /**
     * Checks the options, and starts the store if it is a Camel service.
     *
     * @return null if the producer tracks nothing
     * @throws IllegalArgumentException naming the option, its value and what it may be
     */
    static ProducerTracking start(SageMakerAsyncProducer producer, RequestSender sender, Executor workers)
            throws Exception {
        SageMakerAsyncEndpoint endpoint = producer.getEndpoint();
        SageMakerAsyncConfiguration options = endpoint.getConfiguration();
        TrackingSettings settings = TrackingSettings.of(options);
        if (settings == null || options.isAwaitResult()) {
            refuseBoth(endpoint, settings);
            return null;
        }
        settings.startStore(endpoint.getCamelContext());
        return new ProducerTracking(producer, settings, sender, workers);
    }

    /** A store that the component has for all its endpoints is no mistake of this one. */
    private static void refuseBoth(SageMakerAsyncEndpoint endpoint, TrackingSettings settings) {
        if (settings != null && !endpoint.hasAdoptedStore()) {
            throw new IllegalArgumentException(
                    "Options awaitResult=true and pendingStore exclude each other: an exchange that"
                            + " waits is in memory and ends with this process, and no other node could go on with it. Remove one"
                            + " of them");
        }
    }

    /** Shows how many requests of the endpoint the store has pending, whoever sent them. */
    void show(RequestObserver observer) {
        PendingView.Gauge count = producer.getEndpoint().pendingView().gauge(workers);
        count.start();
        observer.pending("store", count);
    }

    private record Kept(SageMakerAsyncProducer producer, String endpointName, String inferenceId) {}

    /**
     * The request, with the inference id of the exchange's earlier attempt if that may have been carried out: both are then one request with one
     * record, and the result of either ends it.
     */
    InferenceRequest prepare(Exchange exchange, InferenceRequest request) {
        Kept kept = exchange.getProperty(KEPT, Kept.class);
        if (kept == null) {
            return request;
        }
        Object chosen = exchange.getMessage().getHeader(SageMakerAsyncConstants.REQUEST_INFERENCE_ID);
        boolean same = exchange.getMessage().getHeader(Exchange.REDELIVERED, false, Boolean.class)
                && kept.producer == producer
                && kept.endpointName.equals(request.endpointName())
                && (chosen == null || kept.inferenceId.equals(request.inferenceId()));
        if (!same) {
            exchange.removeProperty(KEPT);
            return request;
        }
        return request.withInferenceId(kept.inferenceId);
    }

    /**
     * Sends one request.
     *
     * @return as {@link RequestSender#send}; or fails with the store's exception, and then nothing was sent
     */
    CompletableFuture<InvocationReceipt> send(Exchange exchange, InferenceRequest request, Payload payload) {
        boolean again = exchange.getProperty(KEPT) != null;
        PendingInvocation invocation;
        try {
            invocation = tracker.record(
                    request.inferenceId(),
                    request.endpointName(),
                    request.requestTtlSeconds(),
                    request.invocationTimeoutSeconds(),
                    exchange.getMessage().getHeaders());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
        CompletableFuture<Void> recorded = again
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.runAsync(() -> tracker.begin(invocation), workers);
        return recorded.thenCompose(done -> sendRecorded(exchange, request, payload, again));
    }

    private CompletableFuture<InvocationReceipt> sendRecorded(
            Exchange exchange, InferenceRequest request, Payload payload, boolean again) {
        CallAttempts attempts = new CallAttempts();
        CompletableFuture<InvocationReceipt> sent;
        try {
            sent = sender.send(new RequestSender.Sending(exchange, request).watchedBy(attempts), payload);
        } catch (RuntimeException e) {
            sent = CompletableFuture.failedFuture(e);
        }
        return sent.handleAsync(
                        (receipt, failure) -> {
                            if (failure == null) {
                                return accepted(exchange, request, receipt);
                            }
                            boolean keep = again || attempts.mayHaveBeenCarriedOut();
                            return failed(exchange, request, AwsErrors.unwrap(failure), keep);
                        },
                        workers)
                .thenCompose(Function.identity());
    }

    private CompletableFuture<InvocationReceipt> accepted(
            Exchange exchange, InferenceRequest request, InvocationReceipt receipt) {
        exchange.removeProperty(KEPT);
        tracker.accepted(
                request.inferenceId(), receipt.outputLocation(), receipt.failureLocation(), receipt.inputLocation());
        return CompletableFuture.completedFuture(receipt);
    }

    private CompletableFuture<InvocationReceipt> failed(
            Exchange exchange, InferenceRequest request, Throwable failure, boolean keep) {
        if (keep) {
            LOG.warn(
                    "It is not known whether SageMaker accepted request {}, so its record is kept: its result or its expiry"
                            + " will be emitted besides this error",
                    request.inferenceId());
            exchange.setProperty(KEPT, new Kept(producer, request.endpointName(), request.inferenceId()));
        } else {
            tracker.refused(request.inferenceId(), failure);
        }
        return CompletableFuture.failedFuture(failure);
    }
}
