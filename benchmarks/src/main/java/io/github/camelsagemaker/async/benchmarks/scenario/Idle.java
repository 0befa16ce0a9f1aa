package io.github.camelsagemaker.async.benchmarks.scenario;

import io.github.camelsagemaker.async.benchmarks.BenchmarkServer;
import io.github.camelsagemaker.async.benchmarks.Clients;
import io.github.camelsagemaker.async.benchmarks.measure.Spread;
import java.util.stream.IntStream;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** Counts what scanning routes ask while nothing lands, at default settings, each of its own two empty places. */
public final class Idle implements AutoCloseable {

    /** A route that has just begun may look more often. */
    private static final double SETTLING = 0.3;

    private static final int PLACES = 2;
    private static final double MONTH_MILLIS = 30 * 24 * 3_600_000.0;

    private final BenchmarkServer server = BenchmarkServer.start();
    private final Clients clients = new Clients(server);
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final int routes;
    private final long began;

    public Idle(int routes) throws Exception {
        this.routes = routes;
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                for (int i = 0; i < routes; i++) {
                    from("sagemaker-async:idle?outputLocation=s3://idle" + i + "/out/&failureLocation=s3://idle" + i
                                    + "/failed/&" + clients.componentOptions())
                            .process(exchange -> {});
                }
            }
        });
        camel.start();
        began = System.nanoTime();
    }

    /** Listings of one place in a month, one value for each route, as they were in so many milliseconds. */
    public Spread listingsAMonth(long millis) throws InterruptedException {
        Thread.sleep(Math.max(0, (long) (millis * SETTLING) - (System.nanoTime() - began) / 1_000_000));
        long from = System.nanoTime();
        long[] before = listings();
        Thread.sleep(millis);
        long[] after = listings();
        double elapsed = (System.nanoTime() - from) / 1e6;
        return Spread.of(IntStream.range(0, routes)
                .mapToDouble(i -> (after[i] - before[i]) * MONTH_MILLIS / elapsed / PLACES)
                .toArray());
    }

    private long[] listings() {
        return IntStream.range(0, routes)
                .mapToLong(i -> Long.parseLong(server.control("listed?name=idle" + i)))
                .toArray();
    }

    @Override
    public void close() throws Exception {
        camel.close();
        clients.close();
        server.close();
    }
}
