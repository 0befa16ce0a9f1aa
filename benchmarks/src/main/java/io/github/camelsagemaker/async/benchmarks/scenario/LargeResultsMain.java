package io.github.camelsagemaker.async.benchmarks.scenario;

import io.github.camelsagemaker.async.benchmarks.Clients;
import java.net.URI;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.ProcessorDefinition;

/** Handles large results, each as bytes, and prints the peak of the heap. */
public final class LargeResultsMain {

    static final String BUCKET = "large";
    static final String SCANNING = "bytes, by scanning";
    static final String NOTIFIED = "bytes, by notification";

    private static final int PATIENCE_MILLIS = 60_000;

    private LargeResultsMain() {}

    public static void main(String[] args) throws Exception {
        int count = Integer.parseInt(args[3]);
        long size = Long.parseLong(args[4]);
        Arrivals arrivals = new Arrivals();
        try (Clients clients = new Clients(URI.create(args[0]));
                DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    source().process(exchange -> {
                        if (exchange.getMessage().getBody(byte[].class).length == size) {
                            arrivals.arrived();
                        }
                    });
                }

                private ProcessorDefinition<?> source() {
                    if (args[1].equals(Names.COMPONENT)) {
                        return from("sagemaker-async:" + BUCKET + "?outputLocation=s3://" + BUCKET + "/out/"
                                + (args[2].equals(SCANNING) ? "&initialDelay=0" : "&notificationQueue=" + BUCKET) + "&"
                                + clients.componentOptions());
                    }
                    getContext().getRegistry().bind("s3", clients.blockingS3());
                    return from("aws2-s3:" + BUCKET + "?amazonS3Client=#s3&autoCreateBucket=false&prefix=out/"
                                    + "&maxMessagesPerPoll=1000&greedy=true&initialDelay=0")
                            .convertBodyTo(byte[].class);
                }
            });
            long started = System.nanoTime();
            camel.start();
            arrivals.await(count, PATIENCE_MILLIS);
            LargePayloadMain.report(started, arrivals.count() + " handled");
        }
        // What is left over of a consumer that met errors does not matter.
        Runtime.getRuntime().halt(0);
    }
}
