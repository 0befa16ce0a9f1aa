package io.github.camelsagemaker.async.benchmarks.scenario;

import io.github.camelsagemaker.async.benchmarks.BenchmarkServer;
import io.github.camelsagemaker.async.benchmarks.Clients;
import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
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
     * @param heapBytes heap for each, its payload of 1 KiB included
     * @param threads how many threads more there were
     * @param secondsToAll from the landing of the results until the last exchange had its own
     * @param requests to S3 for each, from when all waited to the end, by operation
     */
    public record Outcome(
            String name, int waiting, double heapBytes, int threads, double secondsToAll, Map<String, Long> requests) {}

    public Outcome component(int waiting) throws Exception {
        String uri = "sagemaker-async:" + ENDPOINT + "?awaitResult=true&" + clients.componentOptions();
        Endpoint endpoint = camel.getEndpoint(uri);
        AsyncProducer producer = endpoint.createAsyncProducer();
        producer.start();
        try {
            return measure(Names.COMPONENT, waiting, callback -> {
                Exchange exchange = endpoint.createExchange();
                exchange.getMessage().setBody(new byte[PAYLOAD_BYTES]);
                producer.process(exchange, doneSync -> callback.accept(exchange.getException()));
            });
        } finally {
            producer.stop();
        }
    }

    /** @param delayMillis how often is asked; the Python SDK's default is 15,000 */
    public Outcome pollingWaiter(int waiting, long delayMillis) throws Exception {
        PollingWaiter waiter =
                new PollingWaiter(clients.blockingS3(), clients.blockingSageMaker(), ENDPOINT, delayMillis);
        return measure(
                Names.WAITER,
                waiting,
                callback -> waiter.predict("p" + System.nanoTime(), new byte[PAYLOAD_BYTES], callback));
    }

    private interface Request {
        void send(Consumer<Throwable> callback);
    }

    private Outcome measure(String name, int waiting, Request request) throws Exception {
        Arrivals arrivals = new Arrivals();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        server.resetCounts();
        request.send(problem -> arrivals.arrived());
        awaitAccepted(1);
        server.control("land?name=" + ENDPOINT);
        arrivals.await(1);
        server.resetCounts();
        int threads = ManagementFactory.getThreadMXBean().getThreadCount();
        long heap = usedHeap();
        for (int i = 0; i < waiting; i++) {
            request.send(problem -> {
                if (problem != null) {
                    failure.compareAndSet(null, problem);
                }
                arrivals.arrived();
            });
        }
        awaitAccepted(waiting);
        double heapEach = (double) (usedHeap() - heap) / waiting;
        int threadsMore = ManagementFactory.getThreadMXBean().getThreadCount() - threads;
        server.resetCounts();
        long landed = System.nanoTime();
        server.control("land?name=" + ENDPOINT);
        arrivals.await(waiting + 1L);
        double seconds = (System.nanoTime() - landed) / 1e9;
        if (failure.get() != null) {
            throw new IllegalStateException("A wait failed", failure.get());
        }
        return new Outcome(name, waiting, heapEach, threadsMore, seconds, server.counts());
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

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Override
    public void close() {
        camel.shutdown();
        clients.close();
    }
}
