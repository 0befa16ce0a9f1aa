package io.github.camelsagemaker.async.internal.request;

import io.github.camelsagemaker.async.PayloadMode;
import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.github.camelsagemaker.async.internal.aws.AwsClients;
import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.aws.CallAttempts;
import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.concurrent.RouteStops;
import io.github.camelsagemaker.async.internal.concurrent.RouteStops.Target;
import io.github.camelsagemaker.async.internal.observe.LogContext;
import io.github.camelsagemaker.async.internal.observe.RequestObserver;
import io.github.camelsagemaker.async.internal.request.InputStager.Staged;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.s3.StagedInputs;
import io.github.camelsagemaker.async.internal.s3.StagedInputs.StagedInput;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;
import software.amazon.awssdk.services.sagemakerruntime.model.InvokeEndpointAsyncRequest;
import software.amazon.awssdk.services.sagemakerruntime.model.InvokeEndpointAsyncResponse;

/**
 * The way of a request: decide how its payload travels, upload it if need be, invoke, and take the upload away again if the
 * invocation was refused.
 *
 * <p>Payloads in memory are handled on the caller's thread, which is never blocked; streams are read on workers. The futures
 * may end on a thread of the AWS SDK.
 */
public final class RequestSender implements Sender {

    private static final Logger LOG = LoggerFactory.getLogger(RequestSender.class);

    private static final String OPERATION = "InvokeEndpointAsync";

    /** In place of the length of a payload that was counted when it was sent before. */
    private static final long COUNTED = -1;

    private final ProducerSettings settings;
    private final AwsClients clients;
    private final SageMakerRuntimeAsyncClient sageMaker;
    private final AsyncSemaphore reading;
    private final InputStager stager;
    private final StagedInputs stagedInputs;
    private final KeptPayloads kept;
    private final Executor workers;
    private final RequestObserver observer;
    private final RouteStops stops;

    /** @param workers where streams are read; its threads may be blocked */
    public RequestSender(
            ProducerSettings settings,
            AwsClients clients,
            StagedInputs stagedInputs,
            KeptPayloads kept,
            Executor workers,
            RequestObserver observer,
            RouteStops stops) {
        this.settings = settings;
        this.stops = stops;
        this.clients = clients;
        this.sageMaker = clients.sageMaker();
        this.stager = settings.inputLocation() == null ? null : new InputStager(clients.s3(), settings, workers, stops);
        this.stagedInputs = stagedInputs;
        this.kept = kept;
        this.reading = new AsyncSemaphore(settings.options().getMaxInFlight(), workers);
        this.workers = workers;
        this.observer = observer;
    }

    /**
     * @param attempts says afterwards, if it failed, whether SageMaker may have accepted the request
     * @param before what is to be done between the upload and the call to SageMaker; if it fails, the request is not sent
     * @param check throws if the call to SageMaker is not to be made after all, when it is the request's turn
     */
    public record Sending(
            Exchange exchange,
            InferenceRequest request,
            CallAttempts attempts,
            Supplier<CompletableFuture<Void>> before,
            Runnable check) {

        public Sending(Exchange exchange, InferenceRequest request, Runnable check) {
            this(exchange, request, new CallAttempts(), () -> CompletableFuture.completedFuture(null), check);
        }
    }

    @Override
    public CompletableFuture<InvocationReceipt> send(Exchange exchange, InferenceRequest request, Payload payload) {
        return send(new Sending(exchange, request, () -> {}), payload);
    }

    public CompletableFuture<InvocationReceipt> send(Sending sending, Payload payload) {
        if (payload instanceof Payload.InS3 object) {
            return call(sending, () -> invoke(sending, object.location(), null));
        }
        if (payload instanceof Payload.Kept object) {
            LOG.debug(
                    "Request {} names {}, which an earlier attempt uploaded",
                    sending.request.inferenceId(),
                    object.location());
            return invokeNaming(sending, object);
        }
        PayloadPolicy policy = new PayloadPolicy(
                sending.request.payloadMode(), settings.options().getInlineThreshold(), stager != null);
        if (payload instanceof Payload.InMemory memory) {
            return Futures.call(() -> sendBytes(sending, policy, memory.bytes()));
        }
        return reading.submit(() -> read(sending, policy, (BodySource) payload)).thenCompose(Supplier::get);
    }

    private CompletableFuture<InvocationReceipt> sendBytes(Sending sending, PayloadPolicy policy, byte[] bytes) {
        return policy.modeFor(bytes.length) == PayloadMode.INLINE
                ? invokeInline(sending, bytes)
                : inTurn(clients.uploads(), "PutObject", () -> stager.stage(sending, bytes))
                        .thenCompose(staged -> invokeStaged(sending, staged));
    }

    /** Reads, and if need be uploads, a stream. Ends in what is to be done next, when another may be read. */
    private CompletableFuture<Supplier<CompletableFuture<InvocationReceipt>>> read(
            Sending sending, PayloadPolicy policy, BodySource source) {
        byte[] head;
        InputStream stream;
        PayloadMode way;
        try {
            long length = source.length();
            if (length != BodySource.UNKNOWN) {
                policy.modeFor(length);
            }
            stream = source.open();
            byte[] ahead = new byte[policy.readAhead()];
            head = Arrays.copyOf(ahead, BodySource.fill(stream, ahead, 0));
            way = head.length < ahead.length ? policy.modeFor(head.length) : policy.modeForMoreThan(head.length - 1L);
        } catch (Throwable e) { // whatever a user's stream throws: the exchange must end
            source.release();
            return CompletableFuture.failedFuture(e);
        }
        if (way == PayloadMode.INLINE) {
            source.release();
            return CompletableFuture.completedFuture(() -> invokeInline(sending, head));
        }
        return stager.stage(sending, head, stream)
                .whenCompleteAsync((staged, failure) -> source.release(), workers)
                .thenApply(staged -> () -> invokeStaged(sending, staged));
    }

    private CompletableFuture<InvocationReceipt> call(
            Sending sending, Supplier<CompletableFuture<InvocationReceipt>> invocation) {
        return Futures.call(sending.before)
                .thenCompose(done -> inTurn(clients.calls(), OPERATION, () -> {
                    sending.check.run();
                    return invocation.get();
                }));
    }

    private <T> CompletableFuture<T> inTurn(
            AsyncSemaphore turns, String operation, Supplier<CompletableFuture<T>> call) {
        int maxWaiting = settings.options().getMaxWaitingCalls();
        return turns.submitHere(call, maxWaiting, () -> AwsErrors.tooManyWaiting(operation, maxWaiting));
    }

    /** One of input location and body is null. Failures are the component's own exceptions. */
    private CompletableFuture<InvocationReceipt> invoke(Sending sending, String inputLocation, SdkBytes body) {
        InferenceRequest request = sending.request;
        CallAttempts attempts = sending.attempts;
        InvokeEndpointAsyncRequest call = request.call().copy(copy -> copy.inputLocation(inputLocation)
                .body(body)
                .overrideConfiguration(override -> clients.watch(override, attempts)));
        CompletableFuture<InvocationReceipt> receipt = stops.call(
                        sending.exchange,
                        Target.SAGEMAKER,
                        () -> attempts.of(() -> sageMaker.invokeEndpointAsync(call)))
                .thenApply(response -> receipt(request, inputLocation, response));
        return Futures.onFailure(receipt, failure -> {
            attempts.failedForGood(failure);
            return CompletableFuture.failedFuture(AwsErrors.translate(
                    OPERATION,
                    "endpoint '" + request.endpointName() + "' (of the URI, or of the header "
                            + SageMakerAsyncConstants.REQUEST_ENDPOINT_NAME + ")",
                    attempts.reason(failure),
                    attempts.mayHaveBeenCarriedOut()));
        });
    }

    private static InvocationReceipt receipt(
            InferenceRequest request, String inputLocation, InvokeEndpointAsyncResponse response) {
        AwsErrors.require("SageMaker", "OutputLocation", response.outputLocation(), S3Location::parse);
        if (response.failureLocation() != null) {
            AwsErrors.require("SageMaker", "FailureLocation", response.failureLocation(), S3Location::parse);
        }
        if (LOG.isDebugEnabled()) {
            String requestId = response.responseMetadata() == null
                    ? null
                    : response.responseMetadata().requestId();
            try (LogContext context = new LogContext(request.inferenceId(), requestId)) {
                LOG.debug(
                        "Endpoint {} accepted request {}, the result will be at {}",
                        request.endpointName(),
                        request.inferenceId(),
                        response.outputLocation());
            }
        }
        return new InvocationReceipt(
                response.inferenceId() != null ? response.inferenceId() : request.inferenceId(),
                response.outputLocation(),
                response.failureLocation(),
                inputLocation);
    }

    private CompletableFuture<InvocationReceipt> invokeInline(Sending sending, byte[] bytes) {
        return call(sending, () -> invoke(sending, null, SdkBytes.fromByteArrayUnsafe(bytes)))
                .thenApply(receipt -> {
                    observer.payload(PayloadMode.INLINE, bytes.length);
                    return receipt;
                });
    }

    private CompletableFuture<InvocationReceipt> invokeStaged(Sending sending, Staged staged) {
        InferenceRequest request = sending.request;
        return Futures.onFailure(invokeNaming(sending, staged.object()), failure -> {
            if (sending.attempts.mayHaveBeenCarriedOut()) {
                try (LogContext context = LogContext.of(request.inferenceId(), failure)) {
                    LOG.warn(
                            "It is not known whether SageMaker accepted request {}, so its payload {} is kept",
                            request.inferenceId(),
                            staged.object().location());
                }
                kept.keep(sending.exchange, settings.uploads(), request.call().contentType(), staged.object());
                return CompletableFuture.failedFuture(failure);
            }
            return Futures.failAfter(staged.discard(), failure);
        });
    }

    /** Keeps the payload of an exchange for another attempt, though its request was accepted: its awaited result did not come. */
    public void keepPayload(Exchange exchange, String contentType, S3Location location) {
        kept.keep(exchange, settings.uploads(), contentType, new Payload.Kept(location, COUNTED));
    }

    private CompletableFuture<InvocationReceipt> invokeNaming(Sending sending, Payload.Kept object) {
        return call(sending, () -> {
            stagedInputs.callBegun();
            return Futures.call(() -> invoke(sending, object.location().uri(), null))
                    // What follows may begin calls to S3, and the client answers on its I/O thread.
                    .whenCompleteAsync((receipt, failure) -> {}, workers)
                    .thenApply(receipt -> accepted(sending.exchange, receipt, object))
                    .whenComplete((receipt, failure) -> stagedInputs.callEnded());
        });
    }

    /** The receipt; what cannot be remembered is no reason to fail a request that was accepted. */
    private InvocationReceipt accepted(Exchange exchange, InvocationReceipt receipt, Payload.Kept object) {
        kept.forget(exchange);
        if (object.length() != COUNTED) {
            observer.payload(PayloadMode.S3, object.length());
        }
        try {
            stagedInputs.remember(
                    S3Location.parse(receipt.outputLocation()),
                    receipt.failureLocation() == null ? null : S3Location.parse(receipt.failureLocation()),
                    new StagedInput(object.location(), receipt.inferenceId()));
        } catch (RuntimeException e) {
            // Of who had waited for the payload's name; the caller's request was accepted all the same.
            LOG.warn("The payload {} stays: it could not be cleared up after its result", object.location(), e);
        }
        return receipt;
    }
}
