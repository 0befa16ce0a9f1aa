package io.github.camelsagemaker.async.benchmarks.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelsagemaker.async.benchmarks.BenchmarkServer;
import io.github.camelsagemaker.async.benchmarks.Clients;
import io.github.camelsagemaker.async.benchmarks.measure.Contestant;
import io.github.camelsagemaker.async.benchmarks.measure.Meter;
import io.github.camelsagemaker.async.benchmarks.measure.Sample;
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

    static final int RESULT_BYTES = 1024;
    private static final List<String> CONTESTANTS = List.of(Names.SDK, Names.CAREFUL, Names.COMPONENT, Names.POLLING);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final BenchmarkServer server;
    private final boolean inNotification;
    private final Clients clients;
    private final DefaultCamelContext camel = new DefaultCamelContext();
    private final Map<String, Arrivals> arrivals = new HashMap<>();
    private final List<RawQueueLoop> loops = new ArrayList<>();

    /** @param inNotification whether results are in the notifications, or are read from S3 */
    public Queues(BenchmarkServer server, boolean inNotification) throws Exception {
        this.server = server;
        this.inNotification = inNotification;
        this.clients = new Clients(server);
        for (String name : CONTESTANTS) {
            arrivals.put(name, new Arrivals());
        }
        loop(Names.SDK, false);
        loop(Names.CAREFUL, true);
        camel.addRoutes(routes());
        camel.start();
    }

    private void loop(String name, boolean careful) {
        RawQueueLoop loop = new RawQueueLoop(
                clients.sqs(), inNotification ? null : clients.s3(), url(name), arrivals.get(name), careful);
        loop.start(RECEIVES);
        loops.add(loop);
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
        return CONTESTANTS.stream()
                .map(name -> Producers.contestant(name, () -> round(name, messages)))
                .toList();
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

    /** Time single results from the moment they land to their exchange; a round is the median of so many. */
    public List<Contestant> landings(int landings) {
        return CONTESTANTS.stream()
                .map(name -> Producers.contestant(name, () -> landed(name, landings)))
                .toList();
    }

    private Sample landed(String contestant, int landings) throws InterruptedException {
        Arrivals arrived = arrivals.get(contestant);
        List<Long> nanos = new ArrayList<>();
        for (int i = 0; i < landings; i++) {
            long wanted = arrived.count() + 1;
            prepare(1);
            long landed = System.nanoTime();
            server.control("send?name=" + queue(contestant));
            arrived.await(wanted);
            nanos.add(System.nanoTime() - landed);
        }
        return Sample.ofMedian(nanos);
    }

    @Override
    public void close() {
        loops.forEach(RawQueueLoop::stop);
        camel.shutdown();
        clients.close();
    }
}
