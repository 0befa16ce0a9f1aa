package io.github.camelsagemaker.async.benchmarks.scenario;

import io.github.camelsagemaker.async.benchmarks.BenchmarkServer;
import io.github.camelsagemaker.async.benchmarks.Clients;
import io.github.camelsagemaker.async.benchmarks.measure.ClosedLoop;
import io.github.camelsagemaker.async.benchmarks.measure.ClosedLoop.Operation;
import io.github.camelsagemaker.async.benchmarks.measure.Contestant;
import io.github.camelsagemaker.async.benchmarks.measure.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;

/** Sends payloads: from bytes in memory to the accepted request. */
public final class Producers implements AutoCloseable {

    private final Clients clients;
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final SageMakerRuntimeAsyncClient sageMaker;
    private final S3AsyncClient s3;
    private final Endpoint endpoint;
    private final AsyncProducer component;
    private final AsyncProducer route;
    private final AsyncProducer uploadFirst;

    public Producers(BenchmarkServer server) throws Exception {
        clients = new Clients(server);
        sageMaker = clients.sageMaker();
        s3 = clients.s3();
        String uri = "sagemaker-async:model?contentType=application/json&inputLocation=s3://payloads/staged/&"
                + clients.componentOptions();
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:route").to(uri);
            }
        });
        camel.addRoutes(new UploadFirstRoute(clients));
        camel.start();
        endpoint = camel.getEndpoint(uri);
        component = started(uri);
        route = started("direct:route");
        uploadFirst = started(UploadFirstRoute.FROM);
    }

    private AsyncProducer started(String uri) throws Exception {
        AsyncProducer producer = camel.getEndpoint(uri).createAsyncProducer();
        camel.addService(producer);
        return producer;
    }

    /** Payloads that travel inside the call. */
    public List<Contestant> inline(int size, int concurrency, long millis) {
        byte[] payload = new byte[size];
        List<Contestant> contestants = new ArrayList<>();
        contestants.add(
                contestant(Names.SDK, () -> ClosedLoop.run(Operation.of(() -> invoke(payload)), concurrency, millis)));
        contestants.addAll(camel(payload, concurrency, millis));
        return contestants;
    }

    /** Payloads that are too large for that. */
    public List<Contestant> throughS3(int size, int concurrency, long millis) {
        byte[] payload = new byte[size];
        List<Contestant> contestants = new ArrayList<>();
        contestants.add(contestant(
                Names.SDK, () -> ClosedLoop.run(Operation.of(() -> uploadAndInvoke(payload)), concurrency, millis)));
        contestants.addAll(camel(payload, concurrency, millis));
        return contestants;
    }

    private List<Contestant> camel(byte[] payload, int concurrency, long millis) {
        return List.of(
                contestant(Names.COMPONENT, () -> ClosedLoop.run(process(component, payload), concurrency, millis)),
                contestant(Names.ROUTE, () -> ClosedLoop.run(process(route, payload), concurrency, millis)),
                contestant(
                        Names.UPLOAD_FIRST,
                        () -> ClosedLoop.runBlocking(() -> processBlocking(payload), concurrency, millis)));
    }

    /** The component's way alone, to be profiled. */
    public Sample profiled(String name, int size, int concurrency, long millis) throws Exception {
        byte[] payload = new byte[size];
        return ClosedLoop.run(
                name.equals(Names.SDK) ? Operation.of(() -> invoke(payload)) : process(component, payload),
                concurrency,
                millis);
    }

    private CompletableFuture<?> invoke(byte[] payload) {
        return sageMaker.invokeEndpointAsync(request -> request.endpointName("model")
                .contentType("application/json")
                .inferenceId(UUID.randomUUID().toString())
                .body(SdkBytes.fromByteArrayUnsafe(payload)));
    }

    private CompletableFuture<?> uploadAndInvoke(byte[] payload) {
        String id = UUID.randomUUID().toString();
        String key = "raw/" + id;
        return s3.putObject(
                        put -> put.bucket("payloads").key(key).contentType("application/json"),
                        AsyncRequestBody.fromBytesUnsafe(payload))
                .thenCompose(stored -> sageMaker.invokeEndpointAsync(request -> request.endpointName("model")
                        .contentType("application/json")
                        .inferenceId(id)
                        .inputLocation("s3://payloads/" + key)));
    }

    private Operation process(AsyncProducer producer, byte[] payload) {
        return callback -> {
            Exchange exchange = endpoint.createExchange();
            exchange.getMessage().setBody(payload);
            producer.process(exchange, doneSync -> callback.accept(exchange.getException()));
        };
    }

    private void processBlocking(byte[] payload) throws Exception {
        Exchange exchange = endpoint.createExchange();
        exchange.getMessage().setBody(payload);
        uploadFirst.process(exchange);
        if (exchange.getException() != null) {
            throw exchange.getException();
        }
    }

    static Contestant contestant(String name, Callable<Sample> round) {
        return new Contestant() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public Sample round() throws Exception {
                return round.call();
            }
        };
    }

    @Override
    public void close() {
        camel.stop();
        clients.close();
    }
}
