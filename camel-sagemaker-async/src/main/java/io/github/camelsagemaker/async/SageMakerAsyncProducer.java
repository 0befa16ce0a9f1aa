package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.client.AwsClients;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.invoke.InferenceRequest;
import io.github.camelsagemaker.async.invoke.InvocationReceipt;
import io.github.camelsagemaker.async.invoke.Payload;
import io.github.camelsagemaker.async.invoke.PayloadReader;
import io.github.camelsagemaker.async.invoke.ProducerSettings;
import io.github.camelsagemaker.async.invoke.RequestReader;
import io.github.camelsagemaker.async.invoke.RequestSender;
import io.github.camelsagemaker.async.observe.RequestObserver;
import io.github.camelsagemaker.async.result.S3Prefix;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedOperation;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.support.DefaultAsyncProducer;

/**
 * Sends each exchange's body to a SageMaker endpoint, and puts the receipt into its headers. An exchange that fails is left
 * as it came, request headers included, so that it can be tried again.
 *
 * <p>With {@code awaitResult} the exchange goes on with its result instead of the receipt, see {@link RequestReply}.
 *
 * <p>No thread waits for AWS. Exchanges go on, and streams are read, on threads of the component, of which there are always
 * enough: whatever a route does on one, other exchanges go on.
 */
@ManagedResource(description = "Producer of SageMaker asynchronous inference requests")
public class SageMakerAsyncProducer extends DefaultAsyncProducer {

    private RequestReader requestReader;
    private PayloadReader payloadReader;
    private RequestSender sender;
    private Executor workers;
    private RequestReply requestReply;
    private ProducerTracking tracking;
    private volatile RequestObserver observer;
    private Runnable giveUpInputs = () -> {};

    SageMakerAsyncProducer(SageMakerAsyncEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    public SageMakerAsyncEndpoint getEndpoint() {
        return (SageMakerAsyncEndpoint) super.getEndpoint();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        SageMakerAsyncEndpoint endpoint = getEndpoint();
        SageMakerAsyncConfiguration options = endpoint.getConfiguration();
        ProducerSettings settings = ProducerSettings.of(endpoint.getEndpointName(), options);
        AwsClients clients = endpoint.clients();
        if (settings.inputLocation() != null) {
            endpoint.getComponent()
                    .requiredBuckets()
                    .check(clients.s3(), options, Map.of("inputLocation", settings.inputLocation()));
        }
        workers = endpoint.getComponent().workers();
        observer = endpoint.getComponent().observability().requests(endpoint.getEndpointName());
        observer.addHealthCheck(
                getEndpoint().getCamelContext(),
                endpoint.getEndpointUri(),
                endpoint.getComponent().isHealthCheckProducerEnabled());
        try {
            begin(settings, clients);
        } catch (Exception e) {
            // Camel does not stop what failed to start.
            observer.close();
            throw e;
        }
    }

    private void begin(ProducerSettings settings, AwsClients clients) throws Exception {
        SageMakerAsyncEndpoint endpoint = getEndpoint();
        requestReader = new RequestReader(settings);
        payloadReader = new PayloadReader(settings, endpoint.getComponent().stagedInputs());
        sender = new RequestSender(settings, clients, endpoint.getComponent().stagedInputs(), workers, observer);
        requestReply = null;
        tracking = ProducerTracking.start(this, sender, workers);
        if (tracking != null) {
            tracking.show(observer);
        }
        if (endpoint.getConfiguration().isAwaitResult()) {
            requestReply = new RequestReply(endpoint, endpoint.resultBuckets(), workers);
            observer.pending("await", this::getAwaited);
        }
        claimInputs(
                endpoint.getConfiguration().getPayloadMode() == PayloadMode.INLINE ? null : settings.inputLocation());
    }

    /** Last of a start: a failed one is never stopped, and would keep it. */
    private void claimInputs(S3Prefix inputs) throws Exception {
        if (inputs == null) {
            return;
        }
        try {
            giveUpInputs = PlaceClaims.of(getEndpoint().getCamelContext())
                    .claim(
                            PlaceClaims.Owner.of(getEndpoint(), "a producer", null),
                            Map.of("inputLocation", inputs),
                            Map.of("inputLocation", PlaceClaims.Use.WRITTEN));
        } catch (IllegalArgumentException e) {
            doStop();
            throw e;
        }
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        InferenceRequest request;
        CompletableFuture<InvocationReceipt> sent;
        observer.begun();
        try {
            request = read(exchange);
            sent = send(exchange, request, payloadReader.read(exchange, request));
        } catch (Exception e) {
            observer.failed(e);
            exchange.setException(e);
            callback.done(true);
            return true;
        }
        sent.whenCompleteAsync((receipt, failure) -> complete(exchange, callback, request, receipt, failure), workers);
        return false;
    }

    private InferenceRequest read(Exchange exchange) {
        InferenceRequest request = requestReader.read(exchange.getMessage());
        if (tracking != null) {
            return tracking.prepare(exchange, request);
        }
        return requestReply == null ? request : requestReply.prepare(exchange, request);
    }

    private CompletableFuture<InvocationReceipt> send(Exchange exchange, InferenceRequest request, Payload payload) {
        if (tracking != null) {
            return tracking.send(exchange, request, payload);
        }
        RequestSender.Sending sending = new RequestSender.Sending(exchange, request);
        return sender.send(
                requestReply == null
                        ? sending
                        : sending.around(invocation -> () -> requestReply.call(exchange, request, invocation)),
                payload);
    }

    private void complete(
            Exchange exchange,
            AsyncCallback callback,
            InferenceRequest request,
            InvocationReceipt receipt,
            Throwable failure) {
        observe(receipt, failure);
        try {
            if (failure == null && requestReply != null) {
                requestReply.await(exchange, callback, request, receipt);
                return;
            }
            if (failure == null) {
                receipt.writeTo(exchange.getMessage());
            } else {
                exchange.setException(Futures.unwrap(failure));
            }
        } catch (Throwable e) {
            exchange.setException(e);
        }
        callback.done(false);
    }

    private void observe(InvocationReceipt receipt, Throwable failure) {
        if (failure == null) {
            observer.accepted(receipt.payloadMode());
        } else {
            observer.failed(failure);
        }
    }

    @Override
    protected void doStop() throws Exception {
        giveUpInputs.run();
        if (observer != null) {
            observer.close(); // first: its gauges ask the workers
        }
        if (requestReply != null) {
            requestReply.close();
        }
        super.doStop();
    }

    @ManagedAttribute(description = "Requests that SageMaker has not answered")
    public long getInFlight() {
        return observer == null ? 0 : observer.inFlight();
    }

    @ManagedAttribute(description = "Requests accepted since the start with the payload inside the call")
    public long getAcceptedInline() {
        return observer == null ? 0 : observer.counted(PayloadMode.INLINE);
    }

    @ManagedAttribute(description = "Requests accepted since the start with the payload in S3")
    public long getAcceptedByS3() {
        return observer == null ? 0 : observer.counted(PayloadMode.S3);
    }

    @ManagedAttribute(description = "Requests since the start that were not accepted, throttled ones among them")
    public long getFailed() {
        return observer == null ? 0 : observer.failed();
    }

    @ManagedAttribute(description = "Requests since the start that AWS throttled until the SDK gave up")
    public long getThrottled() {
        return observer == null ? 0 : observer.throttled();
    }

    @ManagedAttribute(description = "Bytes of accepted payloads since the start")
    public long getPayloadBytes() {
        return observer == null ? 0 : observer.bytes();
    }

    @ManagedAttribute(description = "Accepted requests whose results this producer awaits (awaitResult)")
    public int getAwaited() {
        return requestReply == null ? 0 : requestReply.requests().size();
    }

    @ManagedAttribute(description = "What fails at present, and since when; empty if nothing does")
    public String getFailing() {
        return observer == null ? "" : observer.failing();
    }

    @ManagedOperation(description = "Counts anew from zero; metrics go on")
    public void resetCounters() {
        if (observer != null) {
            observer.reset();
        }
    }
}
