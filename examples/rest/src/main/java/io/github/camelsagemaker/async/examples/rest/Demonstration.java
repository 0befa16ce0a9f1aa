package io.github.camelsagemaker.async.examples.rest;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.StartupListener;
import org.apache.camel.builder.RouteBuilder;

/** Asks in each of the three ways, and prints what comes back. */
final class Demonstration extends RouteBuilder implements StartupListener {

    private final HttpClient client = HttpClient.newHttpClient();
    private final CountDownLatch answers = new CountDownLatch(2);
    private final URI server;
    private final int parts;
    private final Runnable whenComplete;

    Demonstration(URI server, int parts, Runnable whenComplete) {
        this.server = server;
        this.parts = parts;
        this.whenComplete = whenComplete;
    }

    boolean isComplete() {
        return answers.getCount() == 0;
    }

    @Override
    public void configure() throws Exception {
        getContext().addStartupListener(this);

        from("aws2-sqs:{{rest.answers}}?messageAttributeNames=All")
                .routeId("demonstration")
                .process(this::answered);
    }

    @Override
    public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
        // onCamelContextFullyStarted follows, when the routes run.
    }

    @Override
    public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) {
        post("/documents", "later", "X-Order", "4711");
        post("/answers", "at once", "X-Order", "4712");
        post("/answers", "unreadable", "X-Order", "4713");
        String document = IntStream.range(0, parts)
                .mapToObj(part -> part % 100 == 50 ? "unreadable" : "part " + part)
                .collect(Collectors.joining("\n"));
        post("/batches", document, "X-Order", "4714");
    }

    private void post(String path, String body, String... headers) {
        HttpRequest request = HttpRequest.newBuilder(server.resolve(path))
                .headers(headers)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        client.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                .whenComplete((response, failure) -> System.out.printf(
                        "POST %-10s %s%n",
                        path, failure == null ? response.statusCode() + " " + response.body() : failure.toString()));
    }

    private synchronized void answered(Exchange exchange) {
        String body = exchange.getMessage().getBody(String.class);
        String order = exchange.getMessage().getHeader("X-Order", String.class);
        if (exchange.getMessage().getHeader(Batches.ID) == null) {
            System.out.printf(
                    "Queue: order %s %s: %s%n", order, exchange.getMessage().getHeader("status"), body);
        } else {
            Map<String, Long> states = Arrays.stream(body.split("\n"))
                    .map(line -> line.substring(0, line.indexOf(' ')))
                    .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
            System.out.printf("Queue: order %s, the batch: %s%n", order, states);
        }
        answers.countDown();
        if (isComplete()) {
            whenComplete.run();
        }
    }
}
