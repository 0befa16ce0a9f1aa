package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncProducer;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.DefaultThreadPoolFactory;
import org.junit.jupiter.api.Test;

/** The machine has no thread to give for a while: what came meanwhile is handled afterwards, and every permit comes back. */
class MomentWithoutThreadsTest extends ScanTestSupport {

    private final AtomicBoolean none = new AtomicBoolean();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger emitted = new AtomicInteger();

    /** Pools whose threads do not start while there are none. */
    private void withPoolsThatMayFail(CamelContext camel) {
        camel.getExecutorServiceManager().setThreadPoolFactory(new DefaultThreadPoolFactory() {
            @Override
            public ExecutorService newThreadPool(ThreadPoolProfile profile, ThreadFactory factory) {
                return super.newThreadPool(profile, task -> {
                    if (none.get()) {
                        refused.incrementAndGet();
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    return factory.newThread(task);
                });
            }
        });
    }

    @Test
    void resultsThatAreScannedAreAllEmitted() throws Exception {
        withPoolsThatMayFail(context);
        for (int i = 0; i < 10; i++) {
            put("out/" + i, "result");
        }
        none.set(true);
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(scan("maxInFlight=2")).process(exchange -> emitted.incrementAndGet());
            }
        });
        eventually(() -> refused.get() > 2);

        none.set(false);

        eventually(() -> keys().isEmpty());
        assertThat(emitted).hasValue(10);
    }

    @Test
    void resultsOfAQueueAreAllEmitted() throws Exception {
        ResultsByQueue results = new ResultsByQueue(aws());
        CamelContext camel = results.context();
        withPoolsThatMayFail(camel);
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(results.uri("maxInFlight=2&visibilityTimeout=5")).process(exchange -> emitted.incrementAndGet());
            }
        });
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            names.add("result-" + i);
            results.land("result-" + i, "result");
        }
        results.sendAll(names.stream().map(results::completed).toList());
        none.set(true);
        try {
            camel.start();
            eventually(() -> refused.get() > 2);

            none.set(false);

            eventually(() -> results.messages() == 0);
            assertThat(emitted).hasValue(10);
        } finally {
            none.set(false);
            camel.stop();
        }
    }

    @Test
    void requestsEndAndLaterOnesAreSent() throws Exception {
        aws().endpoint("threads").outputPath(at("out")).create();
        withPoolsThatMayFail(context);
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to("sagemaker-async:threads?maxInFlight=2");
            }
        });
        AsyncProducer producer = context.getEndpoint("direct:in").createAsyncProducer();
        context.addService(producer);
        none.set(true);
        CountDownLatch ended = new CountDownLatch(10);
        for (int i = 0; i < 10; i++) {
            producer.process(exchange(), sync -> ended.countDown());
        }
        eventually(() -> refused.get() > 0);

        none.set(false);

        assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
        Exchange later = exchange();
        CountDownLatch laterEnded = new CountDownLatch(1);
        producer.process(later, sync -> laterEnded.countDown());
        assertThat(laterEnded.await(60, TimeUnit.SECONDS)).isTrue();
        assertThat(later.getException()).isNull();
    }

    private Exchange exchange() {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody("body");
        return exchange;
    }
}
