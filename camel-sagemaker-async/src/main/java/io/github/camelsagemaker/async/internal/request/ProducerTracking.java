package io.github.camelsagemaker.async.internal.request;

import static io.github.camelsagemaker.async.internal.s3.S3Location.parseOrNull;
import static io.github.camelsagemaker.async.internal.s3.S3Location.uriOf;

import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.github.camelsagemaker.async.internal.EndpointContext;
import io.github.camelsagemaker.async.internal.aws.CallAttempts;
import io.github.camelsagemaker.async.internal.concurrent.Backoff;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.options.OptionCheck;
import io.github.camelsagemaker.async.internal.tracking.TrackingSettings;
import io.github.camelsagemaker.async.tracking.DuplicateInferenceIdException;
import io.github.camelsagemaker.async.tracking.InvocationKey;
import io.github.camelsagemaker.async.tracking.PendingInvocation;
import io.github.camelsagemaker.async.tracking.PendingInvocationStore;
import io.github.camelsagemaker.async.tracking.PendingState;
import io.github.camelsagemaker.async.tracking.PendingStoreException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests of which a record is kept: written before the call, after the upload, given its locations after it, removed if SageMaker refused
 * it, and kept if it is not known whether it did. The store is called on the workers.
 *
 * @param stopped whether nothing is tried again any more
 */
public record ProducerTracking(
        TrackingSettings settings, RequestSender sender, Executor workers, Clock clock, BooleanSupplier stopped)
        implements Sender {

    private static final Logger LOG = LoggerFactory.getLogger(ProducerTracking.class);

    /** Time for a result to be found after it landed. */
    private static final Duration SLACK = Duration.ofMinutes(5);

    /** After that a record without locations is of a call that nobody will answer; or a second call does less harm than none. */
    private static final Duration LONGEST_CALL = Duration.ofMinutes(1);

    private static final long TRANSACTION_WAITS_SECONDS = 10;
    private static final long RETRY_MILLIS = 250;
    private static final long LONGEST_RETRY_MILLIS = 5_000;
    private static final long ACCEPTED_WAITS_SECONDS = 5;

    private static final String NOT_REMOVED =
            "The record of request {}, which was not sent, could not be removed: unless it"
                    + " was not written, it will be reported as expired";

    /** The record that is kept of an exchange's attempt of unknown outcome, which another attempt takes over. */
    private static final String KEPT = "CamelAwsSageMakerAsyncKeptRecord";

    /**
     * @param ownStore whether the store is this endpoint's, and not the component's
     * @return null if the producer tracks nothing
     */
    public static ProducerTracking start(
            EndpointContext endpoint, boolean ownStore, RequestSender sender, Executor workers) throws Exception {
        TrackingSettings settings = TrackingSettings.of(endpoint.options());
        if (settings == null) {
            return null;
        }
        if (endpoint.options().isAwaitResult()) {
            OptionCheck.require(
                    !ownStore, // one that the component has for all its endpoints is no mistake of this one
                    "Options awaitResult=true and pendingStore exclude each other: an exchange that waits is in memory and"
                            + " ends with this process, and no other node could go on with it. Remove one of them");
            return null;
        }
        endpoint.start(settings.store());
        return new ProducerTracking(settings, sender, workers, Clock.systemUTC(), () -> !endpoint.camel()
                .isRunAllowed());
    }

    private record Kept(PendingInvocationStore store, Object step, String endpointName, String inferenceId) {}

    /** Which step of a route sends: toD may have another producer by the next attempt. */
    private Object stepOf(Exchange exchange) {
        return Objects.requireNonNullElse(exchange.getExchangeExtension().getHistoryNodeId(), this);
    }

    /**
     * The request, with the inference id of the exchange's earlier attempt if that may have been carried out: both are then one request with one
     * record, and the result of either ends it.
     */
    @Override
    public InferenceRequest prepare(Exchange exchange, InferenceRequest request) {
        Kept kept = exchange.getProperty(KEPT, Kept.class);
        Object chosen = exchange.getMessage().getHeader(SageMakerAsyncConstants.REQUEST_INFERENCE_ID);
        if (kept != null
                && exchange.getMessage().getHeader(Exchange.REDELIVERED, false, Boolean.class)
                && kept.store == settings.store()
                && kept.step.equals(stepOf(exchange))
                && kept.endpointName.equals(request.endpointName())
                && (chosen == null || kept.inferenceId.equals(request.inferenceId()))) {
            return request.with(kept.inferenceId, request.call().s3OutputPathExtension());
        }
        exchange.removeProperty(KEPT);
        return request;
    }

    /** Throws an IllegalArgumentException if the headers are too large. */
    @Override
    public CompletableFuture<InvocationReceipt> send(Exchange exchange, InferenceRequest request, Payload payload) {
        boolean again = exchange.getProperty(KEPT) != null;
        String headers = settings.headers().encode(exchange.getMessage().getHeaders());
        AtomicReference<PendingInvocation> recorded = new AtomicReference<>();
        RequestSender.Sending sending = new RequestSender.Sending(
                exchange,
                request,
                new CallAttempts(),
                () -> {
                    if (again) {
                        return CompletableFuture.completedFuture(null);
                    }
                    PendingInvocation begun = record(request, headers); // only now: an upload may take long
                    return add(exchange, begun).thenRun(() -> recorded.set(begun));
                },
                () -> {});
        return Futures.call(() -> sender.send(sending, payload))
                .exceptionallyComposeAsync(
                        failure -> failed(sending, again, recorded.get(), Futures.unwrap(failure)), workers)
                .thenCompose(receipt -> {
                    exchange.removeProperty(KEPT);
                    return accepted(new InvocationKey(request.endpointName(), request.inferenceId()), receipt)
                            .thenApply(done -> receipt);
                });
    }

    private CompletableFuture<Void> add(Exchange exchange, PendingInvocation invocation) {
        CompletableFuture<Void> added = CompletableFuture.runAsync(() -> add(invocation), workers);
        if (!exchange.isTransacted()) {
            return added;
        }
        // A pool whose connections are all held by transactions that wait for this one would have both wait for ever.
        return added.copy()
                .orTimeout(TRANSACTION_WAITS_SECONDS, TimeUnit.SECONDS)
                .exceptionallyCompose(failure -> {
                    if (!(failure instanceof TimeoutException)) {
                        return CompletableFuture.failedFuture(failure);
                    }
                    added.thenRunAsync(
                            () -> forget(
                                    invocation,
                                    left -> LOG.warn(NOT_REMOVED + "; trying again", invocation.key(), left)),
                            workers);
                    return CompletableFuture.failedFuture(
                            new PendingStoreException(
                                    "Request " + invocation.key()
                                            + " was not sent: the pendingStore has not answered for "
                                            + TRANSACTION_WAITS_SECONDS
                                            + " s, while the exchange's transaction held a connection. If both have"
                                            + " them from one pool, it must have two for each exchange at once; or give the store a DataSource of its own"));
                });
    }

    void add(PendingInvocation invocation) {
        try {
            settings.store().add(invocation);
        } catch (DuplicateInferenceIdException e) {
            if (!isOfAnEndedAttempt(invocation)) {
                throw e;
            }
            settings.store().remove(invocation.key());
            settings.store().add(invocation);
        } catch (RuntimeException | Error e) {
            try {
                remove(invocation); // it may have been written all the same
            } catch (RuntimeException | Error left) {
                LOG.warn(NOT_REMOVED, invocation.key(), left);
            }
            throw e;
        }
    }

    /** Whether the process ended, or lost the answer, between the record that is there and the call's answer. */
    private boolean isOfAnEndedAttempt(PendingInvocation invocation) {
        return settings.store()
                .find(invocation.key())
                .filter(there -> there.state() == PendingState.PENDING
                        && there.outputLocation() == null
                        && there.created().isBefore(clock.instant().minus(LONGEST_CALL)))
                .isPresent();
    }

    private void remove(PendingInvocation invocation) {
        settings.store()
                .find(invocation.key()) // it may be another request's with the same inference id
                .filter(there -> there.created().equals(invocation.created()))
                .ifPresent(there -> settings.store().remove(there.key()));
    }

    /** The caller has the error, which is the request's end. If the store fails, {@code left} receives why, and it is asked again. */
    void forget(PendingInvocation invocation, Consumer<Throwable> left) {
        untilDone(Runnable::run, () -> remove(invocation), () -> remove(invocation), left);
    }

    /** Has the store do something, and, if it fails, something later, again and again while the context runs. */
    private CompletableFuture<Void> untilDone(
            Executor first, Runnable now, Runnable later, Consumer<Throwable> failed) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        first.execute(() -> attempt(now, later, new Backoff(RETRY_MILLIS, LONGEST_RETRY_MILLIS), done, failed));
        return done;
    }

    private void attempt(
            Runnable now, Runnable later, Backoff backoff, CompletableFuture<Void> done, Consumer<Throwable> failed) {
        try {
            now.run();
            done.complete(null);
        } catch (RuntimeException | Error e) {
            failed.accept(e);
            Futures.later(backoff.next(), workers, () -> {
                if (!stopped.getAsBoolean()) {
                    attempt(later, later, backoff, done, again -> LOG.debug("The store failed again", again));
                }
            });
        }
    }

    PendingInvocation record(InferenceRequest request, String headers) {
        Instant now = clock.instant();
        Duration lifetime = settings.deadline() != null
                ? settings.deadline()
                : request.lifetime().plus(SLACK);
        return PendingInvocation.pending(
                request.inferenceId(), request.endpointName(), now, now.plus(lifetime), headers);
    }

    /**
     * A failure of the store is logged and not thrown: the request is under way, and failing its exchange would
     * have it sent again. It is tried again, while the record is pending. Until then the record is found by inference id only, so
     * the exchange waits a little, also for a store that does not answer.
     */
    CompletableFuture<Void> accepted(InvocationKey key, InvocationReceipt receipt) {
        String output = uriOf(parseOrNull(receipt.outputLocation()));
        String failure = uriOf(parseOrNull(receipt.failureLocation()));
        String input = uriOf(parseOrNull(receipt.inputLocation()));
        Runnable record = () -> settings.store().addLocations(key, output, failure, input);
        return untilDone(
                        workers,
                        record,
                        () -> settings.store()
                                .find(key)
                                // By now another request may have the id, and places of its own.
                                .filter(there ->
                                        there.state() == PendingState.PENDING && there.outputLocation() == null)
                                .ifPresent(there -> record.run()),
                        e -> LOG.warn(
                                "Request {} was accepted, but its locations could not be recorded; trying again. If this node ends"
                                        + " before, a result found by scanning will lack its original headers, and the request will be"
                                        + " reported as expired too{}",
                                key,
                                input == null ? "" : "; if another node finds it, the payload " + input + " stays",
                                e))
                .completeOnTimeout(null, ACCEPTED_WAITS_SECONDS, TimeUnit.SECONDS)
                .thenRunAsync(() -> {}, workers);
    }

    private CompletableFuture<InvocationReceipt> failed(
            RequestSender.Sending sending, boolean again, PendingInvocation recorded, Throwable failure) {
        InferenceRequest request = sending.request();
        Exchange exchange = sending.exchange();
        if (again || sending.attempts().mayHaveBeenCarriedOut()) {
            LOG.warn(
                    "It is not known whether SageMaker accepted request {}, so its record is kept: its result or its expiry"
                            + " will be emitted besides this error",
                    request.inferenceId());
            exchange.setProperty(
                    KEPT, new Kept(settings.store(), stepOf(exchange), request.endpointName(), request.inferenceId()));
        } else if (recorded != null) {
            forget(recorded, failure::addSuppressed);
        }
        return CompletableFuture.failedFuture(failure);
    }
}
