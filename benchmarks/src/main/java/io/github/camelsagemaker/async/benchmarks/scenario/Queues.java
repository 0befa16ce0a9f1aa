package io.github.camelsagemaker.async.benchmarks.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelsagemaker.async.benchmarks.BenchmarkServer;
import io.github.camelsagemaker.async.benchmarks.Clients;
import io.github.camelsagemaker.async.benchmarks.measure.Contestant;
import io.github.camelsagemaker.async.benchmarks.measure.Meter;
import io.github.camelsagemaker.async.benchmarks.measure.Sample;
import io.github.camelsagemaker.async.benchmarks.measure.Spread;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.aws2.s3.AWS2S3Constants;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * Consumers by notifications. All of them stand ready with a long poll under way; a round delivers messages to the queue of
 * one, and ends when they were handled and deleted.
 */
public final class Queues implements AutoCloseable {

    /** How long a receive waits for messages: consumers end only after it. */
    static final int WAIT_SECONDS = 2;

    /** Receives under way at once, the same for all. */
    private static final int RECEIVES = 4;

    private static final int RESULT_BYTES = 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final BenchmarkServer server;
    private final boolean inNotification;
    private final Clients clients;
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final Map<String, Arrivals> arrivals = new HashMap<>();
    private final RawQueueLoop raw;

    /** @param inNotification whether results are in the notifications, or are read from S3 */
    public Queues(BenchmarkServer server, boolean inNotification) throws Exception {
        this.server = server;
        this.inNotification = inNotification;
        this.clients = new Clients(server);
        for (String name : List.of(Names.SDK, Names.COMPONENT, Names.POLLING)) {
            arrivals.put(name, new Arrivals());
        }
        raw = new RawQueueLoop(
                clients.sqs(), inNotification ? null : clients.s3(), url(Names.SDK), arrivals.get(Names.SDK));
        raw.start(RECEIVES);
        camel.addRoutes(routes());
        camel.start();
    }

    private String queue(String contestant) {
        return contestant.replace(' ', '-') + (inNotification ? "-inline" : "-s3");
    }

    private String url(String contestant) {
        return server.uri() + "/000000000000/" + queue(contestant);
    }

    private RouteBuilder routes() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("sagemaker-async:model?outputLocation=s3://model/out/&notificationQueue=" + queue(Names.COMPONENT)
                                + "&concurrentConsumers=" + RECEIVES + "&waitTimeSeconds=" + WAIT_SECONDS + "&"
                                + clients.componentOptions())
                        .process(exchange -> arrived(Names.COMPONENT, exchange));
                getContext().getRegistry().bind("blockingSqs", clients.blockingSqs());
                getContext().getRegistry().bind("blockingS3", clients.blockingS3());
                var polling = from("aws2-sqs:" + queue(Names.POLLING)
                                + "?amazonSQSClient=#blockingSqs&queueUrl=" + url(Names.POLLING)
                                + "&maxMessagesPerPoll=10&greedy=true&waitTimeSeconds="
                                + WAIT_SECONDS + "&concurrentConsumers=" + RECEIVES)
                        .process(Queues.this::readNotification);
                if (!inNotification) {
                    polling.to("aws2-s3:model?amazonS3Client=#blockingS3&operation=getObject&autoCreateBucket=false")
                            .convertBodyTo(byte[].class);
                }
                polling.process(exchange -> arrived(Names.POLLING, exchange));
            }
        };
    }

    /** What a user of aws2-sqs writes: the notification's JSON to a body, or to the key of an object. */
    private void readNotification(Exchange exchange) throws Exception {
        JsonNode notification = JSON.readTree(exchange.getMessage().getBody(String.class));
        if (inNotification) {
            String content = notification.path("responseBody").path("content").textValue();
            exchange.getMessage().setBody(Base64.getDecoder().decode(content));
            return;
        }
        String location =
                notification.path("responseParameters").path("outputLocation").textValue();
        exchange.getMessage().setHeader(AWS2S3Constants.KEY, location.substring(location.indexOf('/', 5) + 1));
    }

    private void arrived(String contestant, Exchange exchange) {
        if (exchange.getMessage().getBody(byte[].class).length != RESULT_BYTES) {
            throw new IllegalStateException("The result is not whole");
        }
        arrivals.get(contestant).arrived();
    }

    public List<Contestant> contestants(int messages) {
        return List.of(
                Producers.contestant(Names.SDK, () -> round(Names.SDK, messages)),
                Producers.contestant(Names.COMPONENT, () -> round(Names.COMPONENT, messages)),
                Producers.contestant(Names.POLLING, () -> round(Names.POLLING, messages)));
    }

    /** One round of one contestant. */
    public Sample round(String contestant, int messages) throws Exception {
        Arrivals arrived = arrivals.get(contestant);
        long deleted = deleted(contestant) + messages;
        long wanted = arrived.count() + messages;
        prepare(messages);
        Meter meter = new Meter();
        server.control("send?name=" + queue(contestant));
        arrived.await(wanted);
        while (deleted(contestant) < deleted) {
            Thread.onSpinWait();
        }
        return new Sample(messages, meter.stop());
    }

    private void prepare(int messages) {
        server.control("prepare?name=model&count=" + messages + "&size=" + RESULT_BYTES
                + (inNotification ? "&inline=true" : ""));
    }

    private long deleted(String contestant) {
        return Long.parseLong(server.control("deleted?name=" + queue(contestant)));
    }

    /** Milliseconds from the moment a single result lands to its exchange. */
    public Map<String, Spread> landingToExchange(int landings) throws InterruptedException {
        Map<String, Spread> spreads = new HashMap<>();
        for (String contestant : List.of(Names.SDK, Names.COMPONENT, Names.POLLING)) {
            List<Double> millis = new ArrayList<>();
            for (int i = 0; i < landings; i++) {
                Arrivals arrived = arrivals.get(contestant);
                long wanted = arrived.count() + 1;
                prepare(1);
                long landed = System.nanoTime();
                server.control("send?name=" + queue(contestant));
                arrived.await(wanted);
                millis.add((System.nanoTime() - landed) / 1e6);
            }
            spreads.put(contestant, Spread.of(millis, Double::doubleValue));
        }
        return spreads;
    }

    @Override
    public void close() {
        raw.stop();
        camel.shutdown();
        clients.close();
    }
}
