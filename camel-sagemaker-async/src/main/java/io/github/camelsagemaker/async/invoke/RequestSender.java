package io.github.camelsagemaker.async.invoke;

import io.github.camelsagemaker.async.PayloadMode;
import io.github.camelsagemaker.async.error.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.invoke.InputStager.Staged;
import io.github.camelsagemaker.async.invoke.StagedInputs.StagedInput;
import io.github.camelsagemaker.async.observe.LogContext;
import io.github.camelsagemaker.async.observe.RequestObserver;
import io.github.camelsagemaker.async.result.S3Location;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;

/**
 * The way of a request: decide how its payload travels, upload it if need be, invoke, and take the upload away again if the
 * invocation was refused. Thread-safe.
 *
 * <p>Payloads in memory are handled on the caller's thread, which is never blocked; streams are read on workers. The futures
 * may end on a thread of the AWS SDK.
 */
public final class RequestSender {

    private static final Logger LOG = LoggerFactory.getLogger(RequestSender.class);

    private final ProducerSettings settings;
    private final Clients clients;
    private final ConcurrencyLimit reading;
    private final InferenceInvoker invoker;
    private final InputStager stager;
    private final StagedInputs stagedInputs;
    private final KeptPayloads keptPayloads;
    private final Executor workers;
    private final RequestObserver observer;

    /**
     * @param clients what sends
     * @param memory what is known of payloads in S3
     * @param workers where streams are read; its threads may be blocked
     * @param observer is told of the sizes of accepted payloads
     */
    public RequestSender(
            ProducerSettings settings, Clients clients, Memory memory, Executor workers, RequestObserver observer) {
        this.settings = settings;
        this.clients = clients;
        this.invoker = new InferenceInvoker(clients.sageMaker());
        this.stager = new InputStager(clients.s3(), settings, workers);
        this.stagedInputs = memory.stagedInputs();
        this.keptPayloads = memory.keptPayloads();
        this.reading = new ConcurrencyLimit(settings.maxReads(), workers);
        this.workers = workers;
        this.observer = observer;
    }

    /**
     * Where calls go.
     *
     * @param s3 may be null when the settings have no inputLocation
     * @param calls how many calls to SageMaker are under way at once
     * @param uploads how many uploads of payloads in memory are
     */
    public record Clients(
            SageMakerRuntimeAsyncClient sageMaker,
            S3AsyncClient s3,
            ConcurrencyLimit calls,
            ConcurrencyLimit uploads) {}

    /**
     * What producers share about payloads in S3.
     *
     * @param stagedInputs is told which payload was staged for which result
     * @param keptPayloads is told of payloads of requests of unknown outcome
     */
    public record Memory(StagedInputs stagedInputs, KeptPayloads keptPayloads) {}

    /**
     * One request on its way.
     *
     * @param attempts tells afterwards, if it failed, whether SageMaker may have accepted the request
     * @param around what is done around the call to SageMaker, when it is the request's turn
     */
    public record Sending(
            Exchange exchange,
            InferenceRequest request,
            CallAttempts attempts,
            UnaryOperator<Supplier<CompletableFuture<InvocationReceipt>>> around) {

        public Sending(Exchange exchange, InferenceRequest request) {
            this(exchange, request, new CallAttempts(), UnaryOperator.identity());
        }

        public Sending around(UnaryOperator<Supplier<CompletableFuture<InvocationReceipt>>> step) {
            return new Sending(exchange, request, attempts, step);
        }
    }

    /**
     * Sends one request.
     *
     * @return the receipt; or fails with an {@link InvalidInferenceRequestException}, a {@link
     *     io.github.camelsagemaker.async.error.SageMakerAsyncException}, or what reading the body threw
     */
    public CompletableFuture<InvocationReceipt> send(Sending sending, Payload payload) {
        if (payload instanceof Payload.InS3 object) {
            return call(sending, () -> invoker.invokeWithInput(sending.request, object.location(), sending.attempts));
        }
        if (payload instanceof Payload.Kept kept) {
            return invokeKept(sending, kept);
        }
        PayloadPolicy policy = new PayloadPolicy(
                sending.request.payloadMode(), settings.inlineThreshold(), settings.inputLocation() != null);
        if (payload instanceof Payload.InMemory memory) {
            return Futures.call(() -> sendBytes(sending, policy, memory.bytes()));
        }
        BodySource source = ((Payload.Streamed) payload).source();
        return reading.submit(() -> read(sending, policy, source))
                .thenCompose(read ->
                        read.staged == null ? invokeInline(sending, read.inline) : invokeStaged(sending, read.staged));
    }

    private CompletableFuture<InvocationReceipt> sendBytes(Sending sending, PayloadPolicy policy, byte[] bytes) {
        return policy.wayOf(bytes.length) == PayloadMode.INLINE
                ? invokeInline(sending, bytes)
                : clients.uploads
                        .submitHere(
                                () -> stager.stage(sending.request, bytes),
                                settings.maxWaitingCalls(),
                                () -> AwsErrors.tooManyWaiting("PutObject", settings.maxWaitingCalls()))
                        .thenCompose(staged -> invokeStaged(sending, staged));
    }

    /** A stream that was read: one of the two. */
    private record Read(byte[] inline, Staged staged) {}

    private CompletableFuture<Read> read(Sending sending, PayloadPolicy policy, BodySource source) {
        byte[] head;
        InputStream stream;
        PayloadMode way;
        try {
            long length = source.length();
            if (length != BodySource.UNKNOWN) {
                policy.wayOf(length);
            }
            stream = source.open();
            head = readAhead(stream, policy.readAhead());
            way = wayOf(policy, head.length);
        } catch (Throwable e) { // whatever a user's stream throws: the exchange must end
            source.release();
            return CompletableFuture.failedFuture(e);
        }
        if (way == PayloadMode.INLINE) {
            source.release();
            return CompletableFuture.completedFuture(new Read(head, null));
        }
        return stager.stage(sending.request, head, stream)
                .whenCompleteAsync((staged, failure) -> source.release(), workers)
                .thenApply(staged -> new Read(null, staged));
    }

    private static byte[] readAhead(InputStream stream, int bytes) throws IOException {
        byte[] head = new byte[bytes];
        return Arrays.copyOf(head, Streams.fill(stream, head, 0));
    }

    private static PayloadMode wayOf(PayloadPolicy policy, int bytesSeen) {
        return bytesSeen < policy.readAhead() ? policy.wayOf(bytesSeen) : policy.wayOfMoreThan(bytesSeen - 1L);
    }

    /** Calls SageMaker when it is the request's turn. */
    private CompletableFuture<InvocationReceipt> call(
            Sending sending, Supplier<CompletableFuture<InvocationReceipt>> invocation) {
        return clients.calls.submitHere(
                sending.around.apply(invocation),
                settings.maxWaitingCalls(),
                () -> AwsErrors.tooManyWaiting("InvokeEndpointAsync", settings.maxWaitingCalls()));
    }

    private CompletableFuture<InvocationReceipt> invokeInline(Sending sending, byte[] bytes) {
        return call(sending, () -> invoker.invokeInline(sending.request, bytes, sending.attempts))
                .thenApply(receipt -> observed(receipt, bytes.length));
    }

    private InvocationReceipt observed(InvocationReceipt receipt, long length) {
        observer.payload(receipt.payloadMode(), length);
        return receipt;
    }

    private CompletableFuture<InvocationReceipt> invokeStaged(Sending sending, Staged staged) {
        InferenceRequest request = sending.request;
        return Futures.onFailure(invokeNaming(sending, staged.location(), staged.length()), failure -> {
            if (sending.attempts.mayHaveBeenCarriedOut()) {
                try (LogContext context = LogContext.of(request.inferenceId(), failure)) {
                    LOG.warn(
                            "It is not known whether SageMaker accepted request {}, so its payload {} is kept",
                            request.inferenceId(),
                            staged.location());
                }
                keptPayloads.keep(sending.exchange, settings, request, staged.location(), staged.length());
                return CompletableFuture.failedFuture(failure);
            }
            return Futures.failAfter(staged.discard(), failure);
        });
    }

    private CompletableFuture<InvocationReceipt> invokeKept(Sending sending, Payload.Kept kept) {
        LOG.debug(
                "Request {} names {}, which an earlier attempt uploaded",
                sending.request.inferenceId(),
                kept.location());
        return invokeNaming(sending, kept.location(), kept.length()).thenApply(receipt -> {
            keptPayloads.forget(sending.exchange);
            return receipt;
        });
    }

    private CompletableFuture<InvocationReceipt> invokeNaming(Sending sending, S3Location location, long length) {
        return call(sending, () -> {
            stagedInputs.callBegun();
            return Futures.call(() -> invoker.invokeWithInput(sending.request, location.uri(), sending.attempts))
                    // What follows may begin calls to S3, and the client answers on its I/O thread.
                    .whenCompleteAsync((receipt, failure) -> {}, workers)
                    .thenApply(receipt -> remembered(observed(receipt, length), location))
                    .whenComplete((receipt, failure) -> stagedInputs.callEnded());
        });
    }

    /** The receipt; what cannot be remembered is no reason to fail a request that was accepted. */
    private InvocationReceipt remembered(InvocationReceipt receipt, S3Location input) {
        try {
            stagedInputs.remember(
                    S3Location.parse(receipt.outputLocation()),
                    receipt.failureLocation() == null ? null : S3Location.parse(receipt.failureLocation()),
                    new StagedInput(input, receipt.inferenceId()));
        } catch (IllegalArgumentException e) {
            LOG.debug("The input of {} cannot be told from its result", receipt.inferenceId(), e);
        } catch (RuntimeException e) {
            // Of who had waited for the payload's name; the caller's request was accepted all the same.
            LOG.warn("The payload {} stays: it could not be cleared up after its result", input, e);
        }
        return receipt;
    }
}
