package io.github.camelsagemaker.async.benchmarks.scenario;

import io.github.camelsagemaker.async.benchmarks.BenchmarkServer;
import io.github.camelsagemaker.async.benchmarks.Clients;
import io.github.camelsagemaker.async.benchmarks.measure.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * Counts the requests to AWS that inferences of five minutes take, there and back, at the servers. Time is 100 times
 * shorter in a full run: an inference takes 3 seconds, and what would ask every 15 seconds asks every 150 milliseconds.
 */
public final class Ways {

    public static final String POLLING = "upload, invoke, ask for output and failure every 15 seconds, read";
    public static final String AT_ONCE = "payload in the call, result in the notification, arriving at once";
    public static final String THROUGH_S3 = "payload through S3, notification, result from S3, arriving at once";
    public static final String WAITING = "payload in the call, exchanges wait for their results";

    private static final int INFERENCE_MILLIS = 300_000;
    private static final int POLL_MILLIS = 15_000;

    /** Longer than what a consumer waits for others before it acknowledges a message. */
    private static final int SETTLED_MILLIS = 500;

    private static final int SMALL = 1024;
    private static final int LARGE = 200_000;

    private final BenchmarkServer server;
    private final int rounds;
    private final int inferences;
    private final int inferenceMillis;
    private final int pollMillis;

    /**
     * @param rounds of each way that there is a goal for
     * @param shortened how many times shorter time is
     */
    public Ways(BenchmarkServer server, int rounds, int inferences, int shortened) {
        this.server = server;
        this.rounds = rounds;
        this.inferences = inferences;
        this.inferenceMillis = INFERENCE_MILLIS / shortened;
        this.pollMillis = POLL_MILLIS / shortened;
    }

    /**
     * What a way took.
     *
     * @param name the way
     * @param inferences how many there were in a round
     * @param rounds requests of each round, by service and operation
     */
    public record Outcome(String name, int inferences, List<Map<String, Long>> rounds) {

        /** Of all rounds. */
        public Map<String, Long> requests() {
            Map<String, Long> sum = new TreeMap<>();
            rounds.forEach(round -> round.forEach((operation, count) -> sum.merge(operation, count, Long::sum)));
            return sum;
        }

        public double perInference(String operation) {
            return (double) requests().getOrDefault(operation, 0L) / (inferences * rounds.size());
        }

        public Spread perInference() {
            return Spread.of(
                    rounds,
                    round -> (double) round.values().stream()
                                    .mapToLong(Long::longValue)
                                    .sum()
                            / inferences);
        }
    }

    private interface Way {
        Outcome run() throws Exception;
    }

    private Outcome repeated(Way way) throws Exception {
        Outcome first = way.run();
        List<Map<String, Long>> all = new ArrayList<>(first.rounds());
        while (all.size() < rounds) {
            all.addAll(way.run().rounds());
        }
        return new Outcome(first.name(), first.inferences(), all);
    }

    public List<Outcome> all() throws Exception {
        List<Outcome> outcomes = new ArrayList<>();
        outcomes.add(polling());
        String scan =
                "?outputLocation=s3://%1$s/out/&failureLocation=s3://%1$s/failed/&greedy=true&delay=" + pollMillis;
        String queue = "?outputLocation=s3://%1$s/out/&notificationQueue=%1$s&waitTimeSeconds=1&deleteAfterRead=true";
        outcomes.add(oneWay("payload in the call, results by scanning", "scan", SMALL, scan, "", true));
        outcomes.add(oneWay("payload through S3, results by scanning", "scan-s3", LARGE, scan, "", true));
        outcomes.add(oneWay(
                "payload in the call, result in the notification, arriving one by one",
                "queue-single",
                SMALL,
                queue,
                "&inline=true&queue=queue-single",
                true));
        outcomes.add(
                repeated(() -> oneWay(AT_ONCE, "queue-burst", SMALL, queue, "&inline=true&queue=queue-burst", false)));
        outcomes.add(oneWay(
                "payload in the call, notification, result from S3, arriving at once",
                "queue-objects",
                SMALL,
                queue,
                "&queue=queue-objects",
                false));
        outcomes.add(oneWay(THROUGH_S3, "queue-large", LARGE, queue, "&queue=queue-large", false));
        outcomes.add(repeated(this::awaiting));
        return outcomes;
    }

    /** Each waiter has two threads, so there are fewer of them; what each asks does not depend on that. */
    private Outcome polling() throws Exception {
        int few = Math.min(inferences, 50);
        try (Clients clients = new Clients(server)) {
            server.control("endpoint?name=polled&delay=" + inferenceMillis);
            PollingWaiter waiter =
                    new PollingWaiter(clients.blockingS3(), clients.blockingSageMaker(), "polled", pollMillis);
            Arrivals arrivals = new Arrivals();
            server.resetCounts();
            for (int i = 0; i < few; i++) {
                waiter.predict("polled" + i, new byte[SMALL], failure -> arrivals.arrived());
            }
            arrivals.await(few);
            return new Outcome(POLLING, few, List.of(server.counts()));
        }
    }

    /**
     * Sends with the component's producer and takes results with its consumer.
     *
     * @param spread whether inferences are spread over the five minutes; else they all end at once
     */
    private Outcome oneWay(String name, String endpoint, int size, String consumer, String behaviour, boolean spread)
            throws Exception {
        Arrivals arrivals = new Arrivals();
        try (Clients clients = new Clients(server);
                DefaultCamelContext camel = new DefaultCamelContext()) {
            server.control("endpoint?name=" + endpoint + "&delay=" + (spread ? inferenceMillis : -1) + behaviour);
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("sagemaker-async:" + endpoint + consumer.formatted(endpoint) + "&"
                                    + clients.componentOptions())
                            .process(exchange -> arrivals.arrived());
                }
            });
            camel.start();
            server.resetCounts();
            send(camel, endpoint, "inputLocation=s3://payloads/in/&" + clients.componentOptions(), size, spread);
            if (!spread) {
                while (server.counts().getOrDefault("SageMaker InvokeEndpointAsync", 0L) < inferences) {
                    Thread.sleep(20);
                }
                server.control("land?name=" + endpoint);
            }
            arrivals.await(inferences);
            Thread.sleep(SETTLED_MILLIS);
            return new Outcome(name, inferences, List.of(server.counts()));
        }
    }

    private Outcome awaiting() throws Exception {
        try (Clients clients = new Clients(server);
                DefaultCamelContext camel = new DefaultCamelContext()) {
            server.control("endpoint?name=awaited&delay=" + inferenceMillis);
            camel.start();
            server.resetCounts();
            // The defaults of the two delays are 250 ms and 5 s.
            String options = "awaitResult=true&resultPollDelay=3&resultPollMaxDelay=" + Math.max(3, pollMillis / 3)
                    + "&" + clients.componentOptions();
            send(camel, "awaited", options, SMALL, true).await(inferences);
            Thread.sleep(SETTLED_MILLIS);
            return new Outcome(WAITING, inferences, List.of(server.counts()));
        }
    }

    private Arrivals send(DefaultCamelContext camel, String name, String options, int size, boolean spread)
            throws Exception {
        Endpoint endpoint = camel.getEndpoint("sagemaker-async:" + name + "?" + options);
        AsyncProducer producer = endpoint.createAsyncProducer();
        camel.addService(producer);
        Arrivals done = new Arrivals();
        for (int i = 0; i < inferences; i++) {
            Exchange exchange = endpoint.createExchange();
            exchange.getMessage().setBody(new byte[size]);
            producer.process(exchange, doneSync -> done.arrived());
            if (spread) {
                Thread.sleep(Math.max(1, inferenceMillis / inferences));
            }
        }
        return done;
    }
}
