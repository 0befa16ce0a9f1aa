package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.internal.reply.PendingReplies;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.management.ObjectName;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;

/**
 * Has so many exchanges wait at once, in a JVM of its own, dispatched through the asynchronous API: to a producer, or to a route whose
 * next step blocks for so many milliseconds. Prints what it measured as
 * {@code name=value} lines, {@code waiting} when all wait, and goes on when standard input says so.
 */
public final class ManyWaitsMain {

    static final int HANDFUL = 8;

    private static final int FEW = 500;

    private final AtomicInteger completed = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();

    private ManyWaitsMain() {}

    public static void main(String[] args) throws Exception {
        new ManyWaitsMain().run(Integer.parseInt(args[0]), args[1], Long.parseLong(args[2]));
    }

    private void run(int count, String uri, long blockMillis) throws Exception {
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            if (blockMillis > 0) {
                camel.addRoutes(blocking(uri, blockMillis));
            }
            camel.start();
            AsyncProducer producer =
                    camel.getEndpoint(blockMillis > 0 ? "direct:in" : uri).createAsyncProducer();
            producer.start();
            PendingReplies waiting = camel.getComponent("sagemaker-async", SageMakerAsyncComponent.class)
                    .replyManager
                    .waiting()
                    .iterator()
                    .next();
            List<Exchange> exchanges = exchanges(camel, count);
            dispatch(producer, exchanges.subList(0, Math.min(FEW, count)));
            await(() -> waiting.size() == Math.min(FEW, count));
            int threads = threads();
            long before = usedHeap();
            dispatch(producer, exchanges.subList(Math.min(FEW, count), count));
            await(() -> waiting.size() == count);
            print("threadsMore", idle(threads));
            print("bytesEach", (usedHeap() - before) / Math.max(1, count - FEW));
            histogram();
            System.out.println("waiting");
            System.in.read();
            long start = System.nanoTime();
            await(() -> completed.get() + failed.get() == count);
            print("millis", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
            print("completed", completed.get());
            print("stillWaiting", waiting.size());
            producer.stop();
        }
        System.out.println("end");
    }

    private static RouteBuilder blocking(String uri, long millis) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to(uri).process(exchange -> TimeUnit.MILLISECONDS.sleep(millis));
            }
        };
    }

    private static List<Exchange> exchanges(DefaultCamelContext camel, int count) {
        List<Exchange> exchanges = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            Exchange exchange = new DefaultExchange(camel);
            exchange.getMessage().setBody("body");
            // What a result adds to the exchange is the exchange's own.
            exchange.getMessage().setHeader("mine", "kept");
            exchanges.add(exchange);
        }
        return exchanges;
    }

    private void dispatch(AsyncProducer producer, List<Exchange> exchanges) {
        for (Exchange exchange : exchanges) {
            producer.process(exchange, sync -> {
                if (exchange.getException() == null) {
                    completed.incrementAndGet();
                } else if (failed.incrementAndGet() == 1) {
                    exchange.getException().printStackTrace();
                }
            });
        }
    }

    private interface Condition {
        boolean holds();
    }

    private static void await(Condition condition) throws InterruptedException {
        while (!condition.holds()) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /** How many threads more than before there are when those that dispatched have ended, as they do after some seconds. */
    private static int idle(int before) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (threads() - before > HANDFUL && System.nanoTime() - end < 0) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return threads() - before;
    }

    private static int threads() {
        return ManagementFactory.getThreadMXBean().getThreadCount();
    }

    private static long usedHeap() throws InterruptedException {
        long least = Long.MAX_VALUE;
        // What a look under way holds for a moment is no part of it.
        for (int i = 0; i < 15; i++) {
            System.gc();
            TimeUnit.MILLISECONDS.sleep(100);
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }

    private static void histogram() throws Exception {
        String histogram = (String) ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "gcClassHistogram",
                        new Object[] {new String[0]},
                        new String[] {String[].class.getName()});
        histogram.lines().limit(40).forEach(System.err::println);
    }

    private static void print(String name, long value) {
        System.out.println(name + "=" + value);
    }
}
