package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.internal.EndpointContext;
import io.github.camelsagemaker.async.internal.EndpointPart;
import io.github.camelsagemaker.async.internal.PlaceClaims;
import io.github.camelsagemaker.async.internal.aws.AwsClients;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.consume.ConsumerRuntime;
import io.github.camelsagemaker.async.internal.observe.Metric;
import io.github.camelsagemaker.async.internal.observe.RequestObserver;
import io.github.camelsagemaker.async.internal.observe.RequestObserver.AwaitEnding;
import io.github.camelsagemaker.async.internal.observe.RequestObserver.Outcome;
import io.github.camelsagemaker.async.internal.reply.RequestReply;
import io.github.camelsagemaker.async.internal.request.InferenceRequest;
import io.github.camelsagemaker.async.internal.request.InvocationReceipt;
import io.github.camelsagemaker.async.internal.request.PayloadReader;
import io.github.camelsagemaker.async.internal.request.ProducerSettings;
import io.github.camelsagemaker.async.internal.request.ProducerTracking;
import io.github.camelsagemaker.async.internal.request.RequestReader;
import io.github.camelsagemaker.async.internal.request.RequestSender;
import io.github.camelsagemaker.async.internal.request.Sender;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executor;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedOperation;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.camel.util.json.JsonObject;

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
public class SageMakerAsyncProducer extends DefaultAsyncProducer implements EndpointPart {

    private final Deque<Runnable> closing = new ConcurrentLinkedDeque<>();
    private volatile EndpointContext context;
    private RequestReader requestReader;
    private PayloadReader payloadReader;
    private volatile Sender sender;
    private Executor workers;
    private volatile RequestObserver observer = RequestObserver.none();

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
        getEndpoint().getComponent().start(this);
    }

    @Override
    public void begin() throws Exception {
        SageMakerAsyncEndpoint endpoint = getEndpoint();
        SageMakerAsyncComponent component = endpoint.getComponent();
        ConsumerRuntime.Shared shared = component.shared;
        ProducerSettings settings = ProducerSettings.of(endpoint.getEndpointName(), endpoint.getConfiguration());
        requestReader = new RequestReader(settings);
        context = endpoint.context();
        closing.push(context::close);
        try {
            // What starts later, by toD for example, starts on a caller's thread, which must not wait for S3.
            boolean atStart = !endpoint.getCamelContext().getStatus().isStarted();
            if (atStart && settings.inputLocation() != null && context.options().isCheckBucketsAtStart()) {
                shared.buckets()
                        .await(shared.buckets()
                                .ask(context.clients().s3(), Map.of("inputLocation", settings.inputLocation())));
            }
            workers = component.workers();
            observer = shared.observability().requests(endpoint.getEndpointName());
            closing.push(observer::close);
            observer.addHealthCheck(
                    endpoint.getCamelContext(), endpoint.getEndpointUri(), component.isHealthCheckProducerEnabled());
            payloadReader = new PayloadReader(settings, component.keptPayloads);
            RequestSender direct = new RequestSender(
                    settings,
                    context.clients(),
                    shared.staged(),
                    component.keptPayloads,
                    workers,
                    observer,
                    component.stops);
            Sender whole = direct;
            ProducerTracking tracking = ProducerTracking.start(context, !endpoint.adoptedStore, direct, workers);
            if (tracking != null) {
                whole = tracking;
                endpoint.pendingView().countFirst();
                observer.gauge(Metric.PENDING, endpoint.pendingView(), "store");
            }
            if (context.options().isAwaitResult()) {
                RequestReply awaiting =
                        new RequestReply(context, component.replyManager, workers, observer, direct, shared.queues());
                closing.push(awaiting::close);
                whole = awaiting;
                observer.gauge(Metric.PENDING, this::getAwaited, "await");
            }
            if (context.options().getPayloadMode() != PayloadMode.INLINE && settings.inputLocation() != null) {
                closing.push(PlaceClaims.ofProducer(context, settings.inputLocation()));
            }
            sender = whole;
        } catch (Exception e) {
            end(); // Camel does not stop what failed to start
            throw e;
        }
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback caller) {
        AwsClients clients = context.clients();
        clients.hold(); // also if a cache drops, and stops, this producer before or meanwhile
        AsyncCallback callback = sync -> {
            clients.release();
            caller.done(sync);
        };
        // What a start meanwhile replaces ends what it began.
        Sender by = sender;
        RequestObserver counter = observer;
        InferenceRequest request;
        CompletableFuture<InvocationReceipt> sent;
        counter.begun();
        try {
            request = by.prepare(exchange, requestReader.read(exchange.getMessage()));
            sent = by.send(exchange, request, payloadReader.read(exchange, request));
        } catch (Throwable e) { // also an Error: memory for the bytes of a text, for example
            counter.failed(e);
            exchange.setException(e);
            callback.done(true);
            return true;
        }
        sent.whenCompleteAsync(
                (receipt, failure) -> complete(exchange, callback, by, counter, request, receipt, failure), workers);
        return false;
    }

    private void complete(
            Exchange exchange,
            AsyncCallback callback,
            Sender by,
            RequestObserver counter,
            InferenceRequest request,
            InvocationReceipt receipt,
            Throwable failure) {
        try {
            if (failure != null) {
                counter.failed(failure);
                exchange.setException(Futures.unwrap(failure));
            } else {
                counter.accepted(receipt.payloadMode());
                if (by instanceof RequestReply awaiting) {
                    awaiting.await(exchange, callback, request, receipt);
                    return;
                }
                getEndpoint().getComponent().shared.paces().accepted(request.endpointName());
                receipt.writeTo(exchange.getMessage());
            }
        } catch (Throwable e) {
            exchange.setException(e);
        }
        callback.done(false);
    }

    @Override
    protected void doStop() throws Exception {
        getEndpoint().getComponent().stop(this);
        super.doStop();
    }

    @Override
    public void end() {
        for (Runnable step = closing.poll(); step != null; step = closing.poll()) {
            step.run();
        }
    }

    @ManagedAttribute(description = "Requests that SageMaker has not answered")
    public long getInFlight() {
        return observer.inFlight();
    }

    @ManagedAttribute(description = "Requests accepted since the start with the payload inside the call")
    public long getAcceptedInline() {
        return observer.counted(PayloadMode.INLINE);
    }

    @ManagedAttribute(description = "Requests accepted since the start with the payload in S3")
    public long getAcceptedByS3() {
        return observer.counted(PayloadMode.S3);
    }

    @ManagedAttribute(description = "Requests since the start that were not accepted, throttled ones among them")
    public long getFailed() {
        return observer.failed();
    }

    @ManagedAttribute(description = "Requests since the start that AWS throttled until the SDK gave up")
    public long getThrottled() {
        return observer.counted(Outcome.THROTTLED);
    }

    @ManagedAttribute(description = "Bytes of accepted payloads since the start")
    public long getPayloadBytes() {
        return observer.bytes();
    }

    @ManagedAttribute(description = "Accepted requests whose results this producer awaits (awaitResult)")
    public int getAwaited() {
        return sender instanceof RequestReply awaiting ? awaiting.requests().size() : 0;
    }

    @ManagedAttribute(description = "Awaited requests since the start whose result was delivered")
    public long getAwaitedCompleted() {
        return observer.counted(AwaitEnding.COMPLETED);
    }

    @ManagedAttribute(description = "Awaited requests since the start whose inference failed")
    public long getAwaitedFailed() {
        return observer.counted(AwaitEnding.FAILED);
    }

    @ManagedAttribute(description = "Awaited requests since the start that ended by resultTimeout")
    public long getAwaitedTimedOut() {
        return observer.counted(AwaitEnding.TIMED_OUT);
    }

    @ManagedAttribute(description = "What fails at present, and since when; empty if nothing does")
    public String getFailing() {
        return observer.failing();
    }

    @Override
    public Facts facts() {
        JsonObject numbers = new JsonObject();
        numbers.put("inFlight", getInFlight());
        numbers.put("acceptedInline", getAcceptedInline());
        numbers.put("acceptedByS3", getAcceptedByS3());
        numbers.put("failed", getFailed());
        numbers.put("awaited", getAwaited());
        numbers.put("failing", getFailing());
        return new Facts(getEndpoint().getEndpointName(), "producer " + getEndpoint(), numbers);
    }

    @ManagedOperation(description = "Counts anew from zero; metrics go on")
    public void resetCounters() {
        observer.reset();
    }
}
