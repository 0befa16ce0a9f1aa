package io.github.camelsagemaker.async.invoke;

import io.github.camelsagemaker.async.PayloadMode;
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
    private final InferenceInvoker invoker;
    private final InputStager stager;
    private final StagedInputs stagedInputs;
    private final KeptPayloads keptPayloads;
    private final Executor workers;
    private final RequestObserver observer;

    /**
     * @param s3 may be null when the settings have no inputLocation
     * @param stagedInputs is told which payload was staged for which result
     * @param keptPayloads is told of payloads of requests of unknown outcome
     * @param workers where streams are read; its threads may be blocked
     * @param observer is told of the sizes of accepted payloads
     */
    public RequestSender(
            ProducerSettings settings,
            SageMakerRuntimeAsyncClient sageMaker,
            S3AsyncClient s3,
            StagedInputs stagedInputs,
            KeptPayloads keptPayloads,
            Executor workers,
            RequestObserver observer) {
        this.settings = settings;
        this.invoker = new InferenceInvoker(sageMaker);
        this.stager = new InputStager(s3, settings, workers);
        this.stagedInputs = stagedInputs;
        this.keptPayloads = keptPayloads;
        this.workers = workers;
        this.observer = observer;
    }

    /**
     * Sends one request.
     *
     * @param exchange whose request it is
     * @return the receipt; or fails with an {@link InvalidInferenceRequestException}, a {@link
     *     io.github.camelsagemaker.async.error.SageMakerAsyncException}, or what reading the body threw
     */
    public CompletableFuture<InvocationReceipt> send(Exchange exchange, InferenceRequest request, Payload payload) {
        return send(exchange, request, payload, CallAttempts.UNWATCHED);
    }

    /**
     * As {@link #send(Exchange, InferenceRequest, Payload)}.
     *
     * @param attempts tells afterwards, if it failed, whether SageMaker may have accepted the request
     */
    public CompletableFuture<InvocationReceipt> send(
            Exchange exchange, InferenceRequest request, Payload payload, CallAttempts attempts) {
        if (payload instanceof Payload.InS3 object) {
            return invoker.invokeWithInput(request, object.location(), attempts);
        }
        if (payload instanceof Payload.Kept kept) {
            return invokeKept(exchange, request, kept, attempts);
        }
        return new Sending(exchange, request, attempts).send(payload);
    }

    /** A request whose payload is not in S3, or not yet. */
    private final class Sending {

        private final Exchange exchange;
        private final InferenceRequest request;
        private final CallAttempts attempts;
        private final PayloadPolicy policy;

        Sending(Exchange exchange, InferenceRequest request, CallAttempts attempts) {
            this.exchange = exchange;
            this.request = request;
            this.attempts = attempts;
            this.policy = new PayloadPolicy(
                    request.payloadMode(), settings.inlineThreshold(), settings.inputLocation() != null);
        }

        CompletableFuture<InvocationReceipt> send(Payload payload) {
            if (payload instanceof Payload.InMemory memory) {
                return Futures.call(() -> sendBytes(memory.bytes()));
            }
            BodySource source = ((Payload.Streamed) payload).source();
            return CompletableFuture.completedFuture(source).thenComposeAsync(this::sendStream, workers);
        }

        private CompletableFuture<InvocationReceipt> sendBytes(byte[] bytes) {
            return policy.wayOf(bytes.length) == PayloadMode.INLINE
                    ? invokeInline(request, bytes, attempts)
                    : stager.stage(request, bytes)
                            .thenCompose(staged -> invokeStaged(exchange, request, staged, attempts));
        }

        private CompletableFuture<InvocationReceipt> sendStream(BodySource source) {
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
                return invokeInline(request, head, attempts);
            }
            return stager.stage(request, head, stream)
                    .whenCompleteAsync((staged, failure) -> source.release(), workers)
                    .thenCompose(staged -> invokeStaged(exchange, request, staged, attempts));
        }
    }

    private static byte[] readAhead(InputStream stream, int bytes) throws IOException {
        byte[] head = new byte[bytes];
        return Arrays.copyOf(head, Streams.fill(stream, head, 0));
    }

    private static PayloadMode wayOf(PayloadPolicy policy, int bytesSeen) {
        return bytesSeen < policy.readAhead() ? policy.wayOf(bytesSeen) : policy.wayOfMoreThan(bytesSeen - 1L);
    }

    private CompletableFuture<InvocationReceipt> invokeInline(
            InferenceRequest request, byte[] bytes, CallAttempts attempts) {
        return invoker.invokeInline(request, bytes, attempts).thenApply(receipt -> observed(receipt, bytes.length));
    }

    private InvocationReceipt observed(InvocationReceipt receipt, long length) {
        observer.payload(receipt.payloadMode(), length);
        return receipt;
    }

    private CompletableFuture<InvocationReceipt> invokeStaged(
            Exchange exchange, InferenceRequest request, Staged staged, CallAttempts watching) {
        CallAttempts attempts = watching == CallAttempts.UNWATCHED ? new CallAttempts() : watching;
        return Futures.onFailure(invokeNaming(request, staged.location(), staged.length(), attempts), failure -> {
            if (attempts.mayHaveBeenCarriedOut()) {
                try (LogContext context = LogContext.of(request.inferenceId(), failure)) {
                    LOG.warn(
                            "It is not known whether SageMaker accepted request {}, so its payload {} is kept",
                            request.inferenceId(),
                            staged.location());
                }
                keptPayloads.keep(exchange, settings, request, staged.location(), staged.length());
                return CompletableFuture.failedFuture(failure);
            }
            return Futures.failAfter(staged.discard(), failure);
        });
    }

    private CompletableFuture<InvocationReceipt> invokeKept(
            Exchange exchange, InferenceRequest request, Payload.Kept kept, CallAttempts attempts) {
        LOG.debug("Request {} names {}, which an earlier attempt uploaded", request.inferenceId(), kept.location());
        return invokeNaming(request, kept.location(), kept.length(), attempts).thenApply(receipt -> {
            keptPayloads.forget(exchange);
            return receipt;
        });
    }

    private CompletableFuture<InvocationReceipt> invokeNaming(
            InferenceRequest request, S3Location location, long length, CallAttempts attempts) {
        stagedInputs.callBegun();
        return Futures.call(() -> invoker.invokeWithInput(request, location.uri(), attempts))
                // What follows may begin calls to S3, and the client answers on its I/O thread.
                .whenCompleteAsync((receipt, failure) -> {}, workers)
                .thenApply(receipt -> remembered(observed(receipt, length), location))
                .whenComplete((receipt, failure) -> stagedInputs.callEnded());
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
