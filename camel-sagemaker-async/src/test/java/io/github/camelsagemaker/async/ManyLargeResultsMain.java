package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.testinfra.JavaCommand;
import java.io.InputStream;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.support.LoggingExceptionHandler;

/** Takes so many results at once, in a JVM of its own. Prints what became of them. */
public final class ManyLargeResultsMain {

    /** So much of each is read, which is more than a stream's first piece. */
    static final int READ = 2 << 20;

    private ManyLargeResultsMain() {}

    /** Arguments: the consumer's URI and the number of results. */
    public static void main(String[] args) throws Exception {
        JavaCommand.endWithStandardInput();
        int results = Integer.parseInt(args[1]);
        CountDownLatch allRead = new CountDownLatch(results);
        Map<String, Long> bytes = new ConcurrentHashMap<>();
        Map<String, String> failures = new ConcurrentHashMap<>();
        Map<String, Integer> kinds = new ConcurrentHashMap<>();
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.getRegistry()
                    .bind("failures", ExceptionHandler.class, new LoggingExceptionHandler(camel, Main.class) {
                        @Override
                        public void handleException(String message, Exchange exchange, Throwable failure) {
                            failures.put(message, failure.toString());
                            super.handleException(message, exchange, failure);
                        }
                    });
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from(args[0] + "&bridgeErrorHandler=false&exceptionHandler=#failures&maxInFlight=" + results)
                            .process(exchange -> {
                                kinds.merge(
                                        exchange.getMessage().getBody() instanceof byte[] ? "bytes" : "streams",
                                        1,
                                        Integer::sum);
                                InputStream body = exchange.getMessage().getBody(InputStream.class);
                                bytes.merge(
                                        exchange.getMessage()
                                                .getHeader(SageMakerAsyncConstants.OUTPUT_LOCATION, String.class),
                                        (long) body.readNBytes(READ).length,
                                        Long::sum);
                            })
                            .onCompletion()
                            .process(exchange -> allRead.countDown());
                }
            });
            camel.start();
            boolean ended = allRead.await(60, TimeUnit.SECONDS);
            System.out.println("ended=" + ended);
            System.out.println("results=" + bytes.size());
            System.out.println(
                    "bytes=" + bytes.values().stream().mapToLong(it -> it).sum());
            System.out.println("failures=" + failures);
            System.out.println("kinds=" + kinds);
        }
        System.out.println("done");
    }

    private static final class Main {}
}
