package io.github.camelsagemaker.async.faults;

import static io.github.camelsagemaker.async.faults.Expect.SHORTLY;

import io.github.camelsagemaker.async.SageMakerAsyncComponent;
import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.testinfra.AcceptedRequest;
import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.converter.stream.InputStreamCache;
import org.apache.camel.impl.DefaultCamelContext;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;

/**
 * Messages of every size and type go, by a route of one shape, to two endpoints while calls fail. A request holds a whole payload or is
 * none, and no object is left that nobody knows of.
 */
final class RequestTrial implements Seeds.Attempt {

    private static final int MESSAGES = 10;
    private static final int LARGE = 6 * 1024 * 1024;
    private static final Integer[] SIZES = {0, 1, 127_999, 128_000, 128_001, 300_000, 300_001, LARGE};
    private static final Duration DEADLINE = Duration.ofSeconds(90);

    /** What a route does with a message. */
    private enum Shape {
        REDELIVERY,
        FAILOVER,
        MULTICAST,
        SPLIT,
        DYNAMIC,
        WIRE_TAP
    }

    private enum BodyType {
        BYTES,
        STREAM,
        STREAM_CACHE,
        FILE
    }

    private record Message(int number, BodyType type, byte[] payload) {}

    private final LocalAws aws;
    private final Seeded seeded;
    private final Shape shape;
    private final boolean cached;
    private final String name;
    private final CallFaults faults;
    private final DefaultCamelContext context = new DefaultCamelContext();
    private final Set<String> warnedOf = ConcurrentHashMap.newKeySet();
    private final Map<String, Message> byContent = new HashMap<>();
    private final List<String> violations = new ArrayList<>();
    private int failed;

    RequestTrial(LocalAws aws, long seed) {
        this.aws = aws;
        this.seeded = new Seeded(seed);
        this.shape = Shape.values()[(int) (seed % Shape.values().length)];
        this.cached = seeded.unit("cached", 0) < 0.5;
        this.name = "requests-" + seed;
        this.faults = new CallFaults(seeded, Math.pow(seeded.unit("rate", 0), 2) * 0.6);
    }

    @Override
    public List<String> run() throws Exception {
        aws.faults().clear();
        aws.ledger().reset();
        aws.createBucket(name);
        for (String endpoint : List.of("a", "b")) {
            aws.endpoint(name + "-" + endpoint)
                    .outputPath("s3://" + name + "/out-" + endpoint)
                    .failurePath("s3://" + name + "/failed-" + endpoint)
                    .model(request -> ModelResponse.text("done with " + request.body().length))
                    .create();
        }
        Warnings.listen(name, warnedOf::add);
        Map<String, String> servers = aws.sdkSystemProperties();
        try (SageMakerRuntimeAsyncClient sageMaker = Application.client(
                        SageMakerRuntimeAsyncClient.builder(), servers, "aws.endpointUrlSageMakerRuntime");
                S3AsyncClient s3 = Application.client(
                        S3AsyncClient.builder().forcePathStyle(true), servers, "aws.endpointUrlS3")) {
            SageMakerAsyncComponent component = context.getComponent("sagemaker-async", SageMakerAsyncComponent.class);
            component.getConfiguration().setSageMakerRuntimeAsyncClient(sageMaker);
            component.getConfiguration().setS3AsyncClient(s3);
            context.addRoutes(routes());
            context.start();
            aws.faults().plan(faults);
            sendAll();
            aws.faults().clear();
            // Clearing up goes on for a moment after the last exchange ended, and an attempt of it may time out first.
            Expect.none("it is not cleared up", SHORTLY.multipliedBy(3), this::audit, violations::add);
            context.stop();
        } finally {
            aws.faults().clear();
            context.stop();
            Warnings.stopListening(name);
        }
        return violations;
    }

    private String to(String endpoint) {
        return "sagemaker-async:" + name + "-" + endpoint + "?maxInFlight=4&inputLocation=s3://" + name + "/in/";
    }

    private RouteBuilder routes() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                context.setStreamCaching(cached);
                onException(SageMakerAsyncException.class)
                        .maximumRedeliveries(3)
                        .redeliveryDelay(10);
                switch (shape) {
                    case REDELIVERY -> from("direct:in").to(to("a"));
                    case FAILOVER ->
                        from("direct:in")
                                .errorHandler(noErrorHandler())
                                .loadBalance()
                                .failover(3, false, true)
                                .to(to("a"), to("b"));
                    case MULTICAST ->
                        from("direct:in").multicast().parallelProcessing().to(to("a"), to("b"));
                    case SPLIT ->
                        from("direct:in").split(body()).parallelProcessing().to(to("a"));
                    case DYNAMIC ->
                        from("direct:in")
                                .toD(
                                        "sagemaker-async:" + name
                                                + "-${header.endpoint}?maxInFlight=4&inputLocation=s3://" + name
                                                + "/in/",
                                        1);
                    case WIRE_TAP -> from("direct:in").wireTap(to("b")).to(to("a"));
                }
            }
        };
    }

    private void sendAll() throws Exception {
        List<Message> messages = new ArrayList<>();
        for (int number = 0; number < MESSAGES; number++) {
            byte[] payload = new byte[seeded.pick("size", number, SIZES)];
            new Random(seeded.seed() * 1000 + number).nextBytes(payload);
            Message message = new Message(number, seeded.pick("type", number, BodyType.values()), payload);
            messages.add(message);
            byContent.put(sha256(payload), message);
        }
        ExecutorService senders = Executors.newFixedThreadPool(MESSAGES);
        ProducerTemplate template = context.createProducerTemplate();
        try {
            List<Future<Exchange>> sent = new ArrayList<>();
            for (Message message : messages) {
                sent.add(senders.submit(() -> template.send("direct:in", exchange -> fill(exchange, message))));
            }
            for (int number = 0; number < MESSAGES; number++) {
                try {
                    told(messages.get(number), sent.get(number).get(DEADLINE.toSeconds(), TimeUnit.SECONDS));
                } catch (TimeoutException e) {
                    violations.add("message " + number + " has no end");
                }
            }
        } finally {
            senders.shutdownNow();
        }
    }

    private void fill(Exchange exchange, Message message) throws IOException {
        Object body = body(message);
        exchange.getMessage().setBody(shape == Shape.SPLIT ? List.of(body) : body);
        exchange.getMessage().setHeader("endpoint", message.number() % 2 == 0 ? "a" : "b");
    }

    private Object body(Message message) throws IOException {
        byte[] payload = message.payload();
        return switch (message.type()) {
            case BYTES -> payload;
            // Of a length that nobody knows, and to be read once.
            case STREAM ->
                new InputStream() {
                    private final InputStream content = new ByteArrayInputStream(payload);

                    @Override
                    public int read() throws IOException {
                        return content.read();
                    }

                    @Override
                    public int read(byte[] bytes, int offset, int length) throws IOException {
                        return content.read(bytes, offset, Math.min(length, 10_000));
                    }
                };
            case STREAM_CACHE -> new InputStreamCache(payload);
            case FILE -> {
                Path file = Path.of("target", name + "-" + message.number());
                Files.write(file, payload);
                yield file.toFile();
            }
        };
    }

    private void told(Message message, Exchange exchange) {
        if (exchange.isFailed()) {
            failed++;
            return;
        }
        String location = exchange.getMessage().getHeader(SageMakerAsyncConstants.OUTPUT_LOCATION, String.class);
        if (shape != Shape.SPLIT
                && requests().noneMatch(request -> request.outputLocation().equals(location))) {
            violations.add("message " + message.number() + " has a receipt of no request: " + location);
        }
    }

    private Stream<AcceptedRequest> requests() {
        return aws.ledger().accepted().stream();
    }

    private List<String> audit() {
        List<String> wrong = new ArrayList<>();
        requests().forEach(request -> {
            if (!request.outcome().isFinal()) {
                wrong.add("the model has not read " + request);
            } else if (!byContent.containsKey(request.bodySha256())) {
                wrong.add("a request has no whole payload: " + request);
            }
        });
        Set<String> needed = requests()
                .map(AcceptedRequest::inputLocation)
                .filter(input -> input != null)
                .collect(Collectors.toSet());
        Map<String, Integer> objects = new HashMap<>();
        for (String key : aws.keys(name, "in/")) {
            String place = "s3://" + name + "/" + key;
            if (!needed.contains(place) && !warnedOf.contains(place)) {
                wrong.add("nobody knows of " + place);
            }
            if (!warnedOf.contains(place)) {
                objects.merge(sha256(content(key)), 1, Integer::sum);
            }
        }
        int most = shape == Shape.MULTICAST || shape == Shape.WIRE_TAP ? 2 : 1;
        objects.forEach((content, count) -> {
            // Very short payloads are alike.
            if (count > most && byContent.get(content).payload().length > 1) {
                wrong.add(
                        count + " objects for message " + byContent.get(content).number());
            }
        });
        return wrong;
    }

    private byte[] content(String key) {
        return aws.s3Client()
                .getObject(get -> get.bucket(name).key(key), AsyncResponseTransformer.toBytes())
                .join()
                .asByteArray();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return shape + (cached ? ", cached" : "") + ", " + requests().count() + " accepted, " + failed + " of "
                + MESSAGES + " failed, " + faults;
    }
}
