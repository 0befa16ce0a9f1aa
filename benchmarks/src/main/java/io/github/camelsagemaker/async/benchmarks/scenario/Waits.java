package io.github.camelsagemaker.async.benchmarks.scenario;

import io.github.camelsagemaker.async.benchmarks.BenchmarkServer;
import io.github.camelsagemaker.async.benchmarks.Clients;
import io.github.camelsagemaker.async.benchmarks.measure.Meter;
import io.github.camelsagemaker.async.benchmarks.measure.Spread;
import java.lang.management.ManagementFactory;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * Request-reply with many exchanges that wait at once. All requests are sent; then the heap is looked at; then all results
 * land at once.
 */
public final class Waits implements AutoCloseable {

    private static final int PAYLOAD_BYTES = 1024;
    private static final int LOOKS = 7;
    private static final String ENDPOINT = "replies";

    private final BenchmarkServer server;
    private final Clients clients;
    private final DefaultCamelContext camel = new DefaultCamelContext();

    public Waits(BenchmarkServer server) {
        this.server = server;
        this.clients = new Clients(server);
        camel.start();
        server.control("endpoint?name=" + ENDPOINT + "&delay=-1&size=" + PAYLOAD_BYTES);
    }

    /**
     * What waiting took.
     *
     * @param name who waited
     * @param waiting how many at once
     * @param rounds one after the other
     */
    public record Outcome(String name, int waiting, List<Round> rounds) {

        public Spread heapBytes() {
            return Spread.of(rounds, Round::heapBytes);
        }

        public Spread besideBytes() {
            return Spread.of(rounds, Round::besideBytes);
        }

        public Spread seconds() {
            return Spread.of(rounds, Round::secondsToAll);
        }

        /** Over all looks of all rounds. */
        public Spread threads() {
            return Spread.of(rounds.stream()
                    .flatMap(round -> round.threads().stream())
                    .mapToDouble(Integer::doubleValue)
                    .toArray());
        }
    }

    /**
     * One round.
     *
     * @param heapBytes heap for each, its exchange and its payload of 1 KiB included
     * @param besideBytes heap for each without these
     * @param threads how many threads more there were, each time they were counted while all waited
     * @param secondsToAll from the landing of the results until the last exchange had its own
     * @param requests to S3 for each, from when all waited to the end, by operation
     */
    public record Round(
            double heapBytes,
            double besideBytes,
            List<Integer> threads,
            double secondsToAll,
            Map<String, Long> requests) {}

    public Outcome component(int waiting, int rounds) throws Exception {
        List<Round> all = new ArrayList<>();
        for (int i = 0; i < rounds; i++) {
            all.add(component(waiting));
        }
        return new Outcome(Names.COMPONENT, waiting, all);
    }

    private Round component(int waiting) throws Exception {
        String uri = "sagemaker-async:" + ENDPOINT + "?awaitResult=true&" + clients.componentOptions();
        Endpoint endpoint = camel.getEndpoint(uri);
        AsyncProducer producer = endpoint.createAsyncProducer();
        producer.start();
        try {
            return measure(waiting, () -> exchange(endpoint), callback -> {
                Exchange exchange = exchange(endpoint);
                producer.process(exchange, doneSync -> callback.accept(exchange.getException()));
            });
        } finally {
            producer.stop();
        }
    }

    private static Exchange exchange(Endpoint endpoint) {
        Exchange exchange = endpoint.createExchange();
        exchange.getMessage().setBody(new byte[PAYLOAD_BYTES]);
        return exchange;
    }

    /** @param delayMillis how often is asked; the Python SDK's default is 15,000 */
    public Outcome pollingWaiter(int waiting, long delayMillis) throws Exception {
        PollingWaiter waiter =
                new PollingWaiter(clients.blockingS3(), clients.blockingSageMaker(), ENDPOINT, delayMillis);
        Round round = measure(
                waiting,
                () -> new byte[PAYLOAD_BYTES],
                callback -> waiter.predict("p" + System.nanoTime(), new byte[PAYLOAD_BYTES], callback));
        return new Outcome(Names.WAITER, waiting, List.of(round));
    }

    private interface Request {
        void send(Consumer<Throwable> callback);
    }

    /** @param caller makes what the caller of a request has anyway */
    private Round measure(int waiting, Supplier<Object> caller, Request request) throws Exception {
        double callers = heapOf(waiting, caller);
        Arrivals arrivals = new Arrivals();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        server.resetCounts();
        request.send(problem -> arrivals.arrived());
        awaitAccepted(1);
        server.control("land?name=" + ENDPOINT);
        arrivals.await(1);
        server.resetCounts();
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();
        long heap = Meter.usedHeap();
        for (int i = 0; i < waiting; i++) {
            request.send(problem -> {
                if (problem != null) {
                    failure.compareAndSet(null, problem);
                }
                arrivals.arrived();
            });
        }
        awaitAccepted(waiting);
        double heapEach = (double) (Meter.usedHeap() - heap) / waiting;
        List<Integer> threadsMore = new ArrayList<>();
        for (int i = 0; i < LOOKS; i++) {
            threadsMore.add(ManagementFactory.getThreadMXBean().getThreadCount() - threads);
            Thread.sleep(100);
        }
        server.resetCounts();
        long landed = System.nanoTime();
        server.control("land?name=" + ENDPOINT);
        arrivals.await(waiting + 1L);
        double seconds = (System.nanoTime() - landed) / 1e9;
        if (failure.get() != null) {
            throw new IllegalStateException("A wait failed", failure.get());
        }
        return new Round(heapEach, heapEach - callers, threadsMore, seconds, server.counts());
    }

    private void awaitAccepted(int wanted) throws InterruptedException {
        long end = System.nanoTime() + 120_000_000_000L;
        while (server.counts().getOrDefault("SageMaker InvokeEndpointAsync", 0L) < wanted) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("Not all requests were accepted");
            }
            Thread.sleep(20);
        }
        Thread.sleep(500); // the last answers are on their way back
    }

    private static double heapOf(int count, Supplier<Object> maker) {
        long before = Meter.usedHeap();
        List<Object> held = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            held.add(maker.get());
        }
        double each = (double) (Meter.usedHeap() - before) / held.size();
        Reference.reachabilityFence(held);
        return each;
    }

    @Override
    public void close() {
        camel.shutdown();
        clients.close();
    }
}
