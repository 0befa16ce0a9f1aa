package io.github.camelsagemaker.async.benchmarks.scenario;

import io.github.camelsagemaker.async.benchmarks.BenchmarkServer;
import io.github.camelsagemaker.async.benchmarks.Clients;
import io.github.camelsagemaker.async.benchmarks.measure.Comparison;
import io.github.camelsagemaker.async.benchmarks.measure.Contestant;
import io.github.camelsagemaker.async.benchmarks.measure.Meter;
import io.github.camelsagemaker.async.benchmarks.measure.Sample;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** Consumers by scanning: a round begins with so many results in the bucket, and ends when they are gone or it is over. */
public final class Scans implements AutoCloseable {

    private static final int RESULT_BYTES = 1024;
    private static final int UNDER_WAY = 64;
    private static final int DELAY_MILLIS = 500;
    private static final String KEPT = "kept";

    private final BenchmarkServer server;
    private final Clients clients;
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final S3AsyncClient s3;
    private final Map<String, Arrivals> arrivals = new HashMap<>();

    public Scans(BenchmarkServer server) throws Exception {
        this.server = server;
        this.clients = new Clients(server);
        this.s3 = clients.s3();
        for (String name : List.of(Names.SDK, Names.COMPONENT, Names.POLLING_S3, KEPT)) {
            arrivals.put(name, new Arrivals());
        }
        camel.addRoutes(routes());
        camel.start();
    }

    private RouteBuilder routes() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("sagemaker-async:scanned?outputLocation=s3://" + bucket(Names.COMPONENT) + "/out/"
                                + "&greedy=true&initialDelay=0&maxInFlight=" + UNDER_WAY + "&"
                                + clients.componentOptions())
                        .routeId(Names.COMPONENT)
                        .autoStartup(false)
                        .process(exchange -> arrived(Names.COMPONENT, exchange));
                getContext().getRegistry().bind("scannedS3", clients.blockingS3());
                from("aws2-s3:" + bucket(Names.POLLING_S3) + "?amazonS3Client=#scannedS3&autoCreateBucket=false"
                                + "&prefix=out/&maxMessagesPerPoll=1000&greedy=true&initialDelay=0")
                        .routeId(Names.POLLING_S3)
                        .autoStartup(false)
                        .convertBodyTo(byte[].class)
                        .process(exchange -> arrived(Names.POLLING_S3, exchange));
                getContext()
                        .getRegistry()
                        .bind("handled", MemoryIdempotentRepository.memoryIdempotentRepository(1_000_000));
                from("sagemaker-async:keeping?outputLocation=s3://" + bucket(KEPT) + "/out/&deleteAfterRead=false"
                                + "&idempotentRepository=#handled&includeBody=false&initialDelay=0&delay="
                                + DELAY_MILLIS + "&"
                                + clients.componentOptions())
                        .routeId(KEPT)
                        .autoStartup(false)
                        .process(exchange -> arrivals.get(KEPT).arrived());
            }
        };
    }

    private static String bucket(String contestant) {
        return "scan-" + contestant.toLowerCase(java.util.Locale.ROOT).replace(' ', '-');
    }

    private void arrived(String contestant, Exchange exchange) {
        if (exchange.getMessage().getBody(byte[].class).length != RESULT_BYTES) {
            throw new IllegalStateException("The result is not whole");
        }
        arrivals.get(contestant).arrived();
    }

    public List<Contestant> contestants(int keys, long millis) {
        return List.of(
                Producers.contestant(Names.SDK, () -> raw(keys, millis)),
                Producers.contestant(Names.COMPONENT, () -> route(Names.COMPONENT, keys, millis)),
                Producers.contestant(Names.POLLING_S3, () -> route(Names.POLLING_S3, keys, millis)));
    }

    private Sample raw(int keys, long millis) throws Exception {
        fill(Names.SDK, keys);
        Arrivals arrived = arrivals.get(Names.SDK);
        long before = arrived.count();
        Meter meter = new Meter();
        RawScan scan = new RawScan(s3, bucket(Names.SDK), UNDER_WAY, arrived);
        scan.start();
        arrived.await(before + keys, millis);
        Sample sample = new Sample(arrived.count() - before, meter.stop());
        scan.stop();
        return sample;
    }

    private Sample route(String contestant, int keys, long millis) throws Exception {
        fill(contestant, keys);
        Arrivals arrived = arrivals.get(contestant);
        long before = arrived.count();
        Meter meter = new Meter();
        camel.getRouteController().startRoute(contestant);
        arrived.await(before + keys, millis);
        Sample sample = new Sample(arrived.count() - before, meter.stop());
        camel.getRouteController().stopRoute(contestant);
        return sample;
    }

    private void fill(String contestant, int keys) {
        server.control("clear?name=" + bucket(contestant));
        server.control("results?name=" + bucket(contestant) + "&count=" + keys + "&size=" + RESULT_BYTES);
    }

    /**
     * Times single results from the moment they land to their exchange, in a prefix that keeps so many results that were
     * handled before; a round is the median of so many.
     */
    public Comparison landingToExchange(String title, int keys, int rounds, int landings) throws Exception {
        fill(KEPT, keys);
        long before = arrivals.get(KEPT).count();
        camel.getRouteController().startRoute(KEPT);
        arrivals.get(KEPT).await(before + keys);
        Contestant contestant = Producers.contestant(Names.COMPONENT, () -> landed(landings));
        Comparison comparison = Comparison.run(title, List.of(contestant), 0, rounds);
        camel.getRouteController().stopRoute(KEPT);
        return comparison;
    }

    private Sample landed(int landings) throws InterruptedException {
        Arrivals arrived = arrivals.get(KEPT);
        List<Long> nanos = new ArrayList<>();
        for (int i = 0; i < landings; i++) {
            // Spread over the time between two scans, so that none is favoured.
            Thread.sleep(i * (DELAY_MILLIS - 1L) / landings);
            long wanted = arrived.count() + 1;
            long landed = System.nanoTime();
            server.control("results?name=" + bucket(KEPT) + "&count=1&size=" + RESULT_BYTES);
            arrived.await(wanted);
            nanos.add(System.nanoTime() - landed);
        }
        return Sample.ofMedian(nanos);
    }

    @Override
    public void close() {
        camel.shutdown();
        clients.close();
    }
}
