package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelsagemaker.async.internal.concurrent.MemoryBudget;
import io.github.camelsagemaker.async.internal.result.ResultStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.StreamCache;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that read from S3 while the route reads them. */
class ScanStreamTest extends ScanTestSupport {

    private final List<Object> read = new CopyOnWriteArrayList<>();

    @Test
    void aStreamGivesExactlyTheBytesOfALargeResult() throws Exception {
        byte[] content = new byte[5 * 1024 * 1024 + 17];
        new Random(1).nextBytes(content);
        put("out/large", content);
        start(reading(exchange -> read.add(exchange.readAllBytes())));

        eventually(() -> keys().isEmpty());
        assertThat((byte[]) read.get(0)).isEqualTo(content);
        // of 1, 2 and the remaining MiB
        assertThat(aws().ledger().calls("GetObject")).isEqualTo(3);
    }

    @Test
    void aStreamThatNobodyReadsIsNotDownloaded() throws Exception {
        put("out/a", "result");
        start(reading(stream -> read.add("")));

        eventually(() -> keys().isEmpty());
        assertThat(aws().ledger().calls("GetObject")).isZero();
    }

    @Test
    void afterAResetItIsReadFromS3Again() throws Exception {
        put("out/a", "result");
        start(reading(stream -> {
            read.add(new String(stream.readAllBytes()));
            stream.reset();
            read.add(new String(stream.readAllBytes()));
        }));

        eventually(() -> keys().isEmpty());
        assertThat(read).containsExactly("result", "result");
        assertThat(aws().ledger().calls("GetObject")).isEqualTo(2);
    }

    @Test
    void camelsConvertersCanReadItMoreThanOnce() throws Exception {
        put("out/a", "result");
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(scan("streamBody=true"))
                        .process(exchange -> read.add(exchange.getMessage().getBody(String.class)))
                        .process(exchange -> read.add(exchange.getMessage().getBody(String.class)));
            }
        });

        eventually(() -> keys().isEmpty());
        assertThat(read).containsExactly("result", "result");
    }

    @Test
    void anOverwrittenResultIsNotMixedWithTheNewOne() throws Exception {
        put("out/a", "first.");
        AtomicInteger attempts = new AtomicInteger();
        start(reading(stream -> {
            if (attempts.incrementAndGet() == 1) {
                put("out/a", "second");
            }
            read.add(new String(stream.readAllBytes()));
        }));

        eventually(() -> keys().isEmpty());
        assertThat(read).containsExactly("second");
    }

    @Test
    void afterTheExchangeItIsClosedForGood() throws Exception {
        put("out/a", "result");
        start(reading(read::add));
        eventually(() -> keys().isEmpty());

        ResultStream stream = (ResultStream) read.get(0);
        stream.reset();

        assertThatThrownBy(stream::read).isInstanceOf(IOException.class).hasMessageContaining("exchange is done");
    }

    @Test
    void manyStreamsHeldOpenByARouteDoNotStopEachOther() throws Exception {
        aws().putObjects(bucket, "out/", 100, new byte[3000]);
        CountDownLatch allBegun = new CountDownLatch(100);
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(scan("streamBody=true", "maxInFlight=100")).process(exchange -> {
                    InputStream stream = exchange.getMessage().getBody(InputStream.class);
                    read.add(stream.read());
                    allBegun.countDown();
                    if (!allBegun.await(60, TimeUnit.SECONDS)) {
                        throw new IllegalStateException("not all streams could be opened at once");
                    }
                    stream.readAllBytes();
                });
            }
        });

        eventually(() -> keys().isEmpty());
        assertThat(read).hasSize(100);
    }

    @Test
    void aBodyThatDoesNotFitBesideAnotherOfItsRouteWaitsForThat() throws Exception {
        put("out/a", new byte[2 << 20]);
        put("out/b", new byte[2 << 20]);
        MemoryBudget memory = memory();
        memory.take(memory.free());
        AtomicInteger inRoute = new AtomicInteger();
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(scan()).process(exchange -> {
                    read.add(inRoute.incrementAndGet());
                    read.add(exchange.getMessage().getBody().getClass());
                    eventually(() -> aws().ledger().calls("GetObject") >= 2);
                    inRoute.decrementAndGet();
                });
            }
        });

        eventually(() -> keys().isEmpty());
        assertThat(read).containsExactly(1, byte[].class, 1, byte[].class);
        eventually(() -> memory.free() == 0);
    }

    @Test
    void aResultThatWaitsForMemoryIsLeftWhenItsRouteIsSuspended() throws Exception {
        put("out/a", new byte[2 << 20]);
        put("out/b", new byte[2 << 20]);
        MemoryBudget memory = memory();
        memory.take(memory.free());
        AtomicBoolean isOver = new AtomicBoolean();
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(scan()).routeId("scan").process(exchange -> {
                    read.add("");
                    SageMakerAsyncScanConsumer consumer = (SageMakerAsyncScanConsumer)
                            exchange.getContext().getRoute("scan").getConsumer();
                    eventually(() -> consumer.isSuspended() || isOver.get());
                });
            }
        });
        eventually(() -> aws().ledger().calls("GetObject") >= 2);

        context.getRouteController().suspendRoute("scan");

        assertThat(read).hasSize(1);
        isOver.set(true);
        context.getRouteController().resumeRoute("scan");
        eventually(() -> keys().isEmpty());
        assertThat(read).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"success", "failure", "error", "rollback"})
    void theMemoryOfABodyIsGivenBackWithItsExchange(String ending) throws Exception {
        put("out/large", new byte[2 << 20]);
        long before = memory().free();
        AtomicInteger attempts = new AtomicInteger();
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(scan()).process(exchange -> {
                    read.add(memory().free());
                    if (attempts.incrementAndGet() == 1) {
                        switch (ending) {
                            case "failure" -> throw new IllegalStateException();
                            case "error" -> throw new StackOverflowError();
                            case "rollback" -> exchange.setRollbackOnly(true);
                            default -> {}
                        }
                    }
                });
            }
        });

        eventually(() -> keys().isEmpty());
        eventually(() -> memory().free() == before);
        assertThat(read).containsOnly(before - (2 << 20)).hasSize(ending.equals("success") ? 1 : 2);
    }

    private MemoryBudget memory() {
        return context.getComponent("sagemaker-async", SageMakerAsyncComponent.class).memory;
    }

    private interface Reading {
        void read(InputStream stream) throws Exception;
    }

    private RouteBuilder reading(Reading reading) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(scan("streamBody=true")).process(exchange -> {
                    assertThat(exchange.getMessage().getBody()).isInstanceOf(StreamCache.class);
                    reading.read((InputStream) exchange.getMessage().getBody());
                });
            }
        };
    }
}
