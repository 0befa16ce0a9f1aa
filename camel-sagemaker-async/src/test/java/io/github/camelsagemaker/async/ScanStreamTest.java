package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelsagemaker.async.internal.result.ResultStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.StreamCache;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;

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
        assertThat(aws().ledger().calls("GetObject")).isEqualTo(6);
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
