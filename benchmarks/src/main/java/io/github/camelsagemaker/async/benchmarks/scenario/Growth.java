package io.github.camelsagemaker.async.benchmarks.scenario;

import io.github.camelsagemaker.async.benchmarks.BenchmarkServer;
import io.github.camelsagemaker.async.benchmarks.Clients;
import io.github.camelsagemaker.async.benchmarks.measure.Cost;
import io.github.camelsagemaker.async.benchmarks.measure.Meter;
import io.github.camelsagemaker.async.benchmarks.measure.Sample;
import io.github.camelsagemaker.async.benchmarks.measure.Usage;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;

/** What a result costs while something grows: the backlog, the objects kept in a prefix, the routes, the nodes. */
public final class Growth {

    private static final String OLD = "-old";
    private static final int RESULT_BYTES = 256;
    private static final int FEW = 20;

    private final BenchmarkServer server;
    private final int rounds;
    private final int results;
    private final long idleMillis;

    /**
     * @param rounds at each size
     * @param results in a round of which something else grows than their number
     * @param idleMillis how long an idle route is watched
     */
    public Growth(BenchmarkServer server, int rounds, int results, long idleMillis) {
        this.server = server;
        this.rounds = rounds;
        this.results = results;
        this.idleMillis = idleMillis;
    }

    /**
     * What an idle route costs.
     *
     * @param kept objects in its prefix
     * @param listingsAMinute requests
     * @param processor part of one processor's time, of 1
     */
    public record Watched(int kept, double listingsAMinute, double processor) {}

    /** Messages that wait in a queue, with results in them. */
    public Cost backlog(int messages) throws Exception {
        return notified(messages, "backlog" + messages, 1, 1, messages);
    }

    /** Routes in a context, each with a queue of its own; together they have the same number of results. */
    public Cost routes(int routes) throws Exception {
        return notified(routes, "routes" + routes + "of", 1, routes, results);
    }

    /** Contexts with one queue. */
    public Cost nodes(int nodes) throws Exception {
        return notified(nodes, "nodes" + nodes, nodes, 1, results);
    }

    private Cost notified(int size, String queue, int nodes, int routes, int messages) throws Exception {
        long before = Meter.usedHeap();
        Arrivals arrivals = new Arrivals();
        List<String> uris = new ArrayList<>();
        for (int i = 0; i < routes; i++) {
            uris.add("sagemaker-async:model?outputLocation=s3://model/out/&waitTimeSeconds=" + Queues.WAIT_SECONDS
                    + "&notificationQueue=" + queue + i);
        }
        try (Contexts contexts = new Contexts(nodes, uris, arrivals)) {
            return cost(size, arrivals, before, messages, new Landing() {
                private long over;

                @Override
                public void prepare() {
                    server.control("prepare?name=model&inline=true&count=" + messages + "&size=" + RESULT_BYTES);
                }

                @Override
                public void land() {
                    over = deleted() + messages;
                    server.control("send?name=" + queue + "&queues=" + routes);
                }

                @Override
                public boolean isOver() {
                    return deleted() >= over;
                }
            });
        }
    }

    private long deleted() {
        return Long.parseLong(server.control("deletedInAll"));
    }

    /** Objects that were handled long ago and are kept in the prefix that is scanned for new ones. */
    public Cost kept(int objects, int fresh) throws Exception {
        String bucket = kept(objects, "kept");
        long before = Meter.usedHeap();
        Arrivals arrivals = new Arrivals();
        try (Contexts contexts = new Contexts(1, List.of(keeping(bucket) + "&delay=500"), arrivals)) {
            String land = "results?scattered=true&name=" + bucket + "&size=" + RESULT_BYTES + "&count=";
            server.control(land + FEW);
            arrivals.await(FEW);
            return cost(objects, arrivals, before, fresh, () -> server.control(land + fresh));
        } finally {
            server.control("clear?name=" + bucket);
        }
    }

    /** The same while nothing lands, at default settings, after its first scan, for a round and the rest behind it at the least. */
    public Watched idle(int objects) throws Exception {
        String bucket = kept(objects, "idle");
        Arrivals arrivals = new Arrivals();
        try (Contexts contexts = new Contexts(1, List.of(keeping(bucket)), arrivals)) {
            server.control("results?scattered=true&name=" + bucket + "&count=" + FEW);
            arrivals.await(FEW);
            // A round rests half a second for each page of a thousand.
            long watched = Math.max(idleMillis, objects);
            Thread.sleep(idleMillis / 4);
            server.resetCounts();
            Meter meter = new Meter();
            Thread.sleep(watched);
            Usage usage = meter.stop();
            return new Watched(
                    objects,
                    server.counts().getOrDefault("S3 ListObjectsV2", 0L) * 60e9 / usage.nanos(),
                    (double) usage.cpuNanos() / usage.nanos());
        } finally {
            server.control("clear?name=" + bucket);
        }
    }

    private String kept(int objects, String name) {
        String bucket = name + objects;
        server.control("results?scattered=true&mark=" + OLD + "&name=" + bucket + "&count=" + objects + "&size="
                + RESULT_BYTES);
        return bucket;
    }

    private static String keeping(String bucket) {
        return "sagemaker-async:model?outputLocation=s3://" + bucket
                + "/out/&deleteAfterRead=false&idempotentRepository=#handled&initialDelay=0";
    }

    private interface Landing {

        /** What is not measured. */
        default void prepare() {}

        void land();

        /** Whether all is done when all were handled. */
        default boolean isOver() {
            return true;
        }
    }

    private Cost cost(int size, Arrivals arrivals, long heapBefore, int count, Landing landing) throws Exception {
        List<Sample> samples = new ArrayList<>();
        List<Double> heap = new ArrayList<>();
        List<Double> requests = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            landing.prepare();
            long from = arrivals.count();
            server.resetCounts();
            Meter first = new Meter();
            landing.land();
            arrivals.await(from + count / 2);
            Usage firstHalf = first.stop();
            long atHalf = arrivals.count();
            heap.add((double) Meter.usedHeap() - heapBefore);
            long afterHeap = arrivals.count();
            Meter second = new Meter();
            arrivals.await(from + count);
            while (!landing.isOver()) {
                Thread.sleep(2);
            }
            Usage secondHalf = second.stop();
            samples.add(new Sample(atHalf + count - afterHeap, firstHalf.plus(secondHalf)));
            long asked =
                    server.counts().values().stream().mapToLong(Long::longValue).sum();
            requests.add((double) asked / count);
        }
        return new Cost(size, samples, heap, requests);
    }

    /** So many contexts that are alike, each with all routes. */
    private final class Contexts implements AutoCloseable {

        private final Clients clients = new Clients(server);
        private final List<DefaultCamelContext> contexts = new ArrayList<>();

        Contexts(int count, List<String> uris, Arrivals arrivals) throws Exception {
            for (int i = 0; i < count; i++) {
                DefaultCamelContext camel = new DefaultCamelContext();
                contexts.add(camel);
                camel.getRegistry().bind("handled", new Handled());
                camel.addRoutes(new RouteBuilder() {
                    @Override
                    public void configure() {
                        uris.forEach(uri ->
                                from(uri + "&" + clients.componentOptions()).process(exchange -> arrivals.arrived()));
                    }
                });
                camel.start();
            }
        }

        @Override
        public void close() {
            contexts.forEach(DefaultCamelContext::shutdown);
            clients.close();
        }
    }

    /** Knows the old objects by their names, so that none has to be handled first, and that takes no memory. */
    private static final class Handled extends MemoryIdempotentRepository {

        Handled() {
            setCacheSize(100_000);
        }

        @Override
        public boolean add(String key) {
            return !key.contains(OLD) && super.add(key);
        }

        @Override
        public boolean contains(String key) {
            return key.contains(OLD) || super.contains(key);
        }
    }
}
