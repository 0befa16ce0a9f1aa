package io.github.camelsagemaker.async;

import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;

/**
 * Consumes from a queue in a JVM of its own, to be killed. Prints a line for each result that is begun, done and remembered.
 * Ends when standard input does, so it never outlives who started it.
 */
public final class QueueConsumerMain {

    private QueueConsumerMain() {}

    /** Arguments: the endpoint's URI, the database's URL, and the name under which results are remembered. */
    public static void main(String[] args) throws Exception {
        try (SharedDatabase database = SharedDatabase.at(args[1]);
                DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.getRegistry().bind("repository", new Telling(database, args[2]));
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from(args[0] + "&idempotentRepository=#repository").process(QueueConsumerMain::handle);
                }
            });
            camel.start();
            awaitEndOfInput();
        }
    }

    private static void handle(Exchange exchange) {
        String place = exchange.getMessage().getHeader(SageMakerAsyncConstants.OUTPUT_LOCATION, String.class);
        tell("begun", place);
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(5_000_000));
        tell("done", place);
    }

    /** With one write, so that a kill leaves no half of a line. */
    private static void tell(String what, String place) {
        byte[] line = (what + " " + place + "\n").getBytes();
        synchronized (System.out) {
            System.out.write(line, 0, line.length);
            System.out.flush();
        }
    }

    private static void awaitEndOfInput() throws IOException {
        while (System.in.read() >= 0) {
            // Whatever is written to us is ignored.
        }
    }

    private static final class Telling extends JdbcMessageIdRepository {

        Telling(SharedDatabase database, String purpose) {
            super(database.dataSource(), purpose);
        }

        /** By its place: its keys tell its version, and long ones are hashed. */
        @Override
        public boolean add(Exchange exchange, String key) {
            boolean added = super.add(exchange, key);
            tell("remembered", exchange.getIn().getHeader(SageMakerAsyncConstants.OUTPUT_LOCATION, String.class));
            return added;
        }
    }
}
