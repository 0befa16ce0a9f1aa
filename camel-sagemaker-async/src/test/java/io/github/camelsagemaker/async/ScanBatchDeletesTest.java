package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.testinfra.Fault;
import io.github.camelsagemaker.async.testinfra.LocalAws;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Handled results go in batches, whatever kind of S3 store has them. */
@Tag("any-camel")
class ScanBatchDeletesTest extends ScanTestSupport {

    private final AtomicInteger received = new AtomicInteger();

    private RouteBuilder counting(String uri) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(uri).routeId("results").process(exchange -> received.incrementAndGet());
            }
        };
    }

    private void land(LocalAws aws, int count) {
        aws.createBucket(bucket);
        aws.putObjects(bucket, "out/", count, new byte[] {1});
    }

    private static long deletes(LocalAws aws) {
        return aws.ledger().calls("DeleteObject") + aws.ledger().calls("DeleteObjects");
    }

    @Test
    void manyResultsAreDeletedWithFewRequests() throws Exception {
        land(aws(), 400);

        start(counting(scan()));

        eventually(() -> aws().keys(bucket, "out/").isEmpty());
        assertThat(received).hasValue(400);
        assertThat(deletes(aws())).as("also where results are slow").isLessThanOrEqualTo(200);
        assertThat(aws().ledger().calls("HeadObject"))
                .as("whether ETags are compared")
                .isEqualTo(1);
    }

    @Test
    void inAStoreThatIgnoresETagsEachIsDeletedAlone() throws Exception {
        try (LocalAws ignoring = LocalAws.builder().s3IgnoringETagsOfBatches().start()) {
            land(ignoring, 60);
            context.getRegistry().bind("s3", ignoring.s3Client());

            start(counting(scan()));

            eventually(() -> ignoring.keys(bucket, "out/").isEmpty());
            assertThat(received).hasValue(60);
            assertThat(ignoring.ledger().calls("DeleteObjects")).isEqualTo(1);
            context.stop();
        }
    }

    @Test
    void inAStoreThatDoesNotKnowThemEachIsDeletedAlone() throws Exception {
        aws().faults().forS3("DeleteObjects", Integer.MAX_VALUE, Fault.notImplemented501());
        land(aws(), 60);

        start(counting(scan()));

        eventually(() -> aws().keys(bucket, "out/").isEmpty());
        assertThat(received).hasValue(60);
        assertThat(aws().ledger().calls("DeleteObjects")).isEqualTo(1);
    }

    @Test
    void aResultOverwrittenWhileItsExchangeRunsIsAnother() throws Exception {
        land(aws(), 40);
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(scan()).process(exchange -> {
                    received.incrementAndGet();
                    String key = exchange.getMessage().getHeader(SageMakerAsyncConstants.OUTPUT_LOCATION, String.class);
                    if (key.endsWith("7.out") && exchange.getMessage().getBody(byte[].class).length == 1) {
                        put(key.substring(key.indexOf("out/")), "overwritten");
                    }
                });
            }
        });

        eventually(() -> aws().keys(bucket, "out/").isEmpty());
        assertThat(received).as("with the four that were overwritten").hasValue(44);
    }

    @Test
    void aStopWaitsForWhatIsStillToBeDeleted() throws Exception {
        land(aws(), 5);
        CountDownLatch all = new CountDownLatch(5);
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(scan()).process(exchange -> all.countDown());
            }
        });
        all.await();

        context.stop();

        assertThat(aws().keys(bucket, "out/")).isEmpty();
    }

    @Test
    void slowDeletesLeaveTheRouteItsPlaces() throws Exception {
        land(aws(), 60);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CyclicBarrier four = new CyclicBarrier(4);
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(scan("maxInFlight=4")).process(exchange -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    four.await(30, TimeUnit.SECONDS);
                    received.incrementAndGet();
                    now.decrementAndGet();
                });
            }
        });

        eventually(() -> aws().keys(bucket, "out/").isEmpty());
        assertThat(received).hasValue(60);
        assertThat(most).as("maxInFlight").hasValueLessThanOrEqualTo(4);
    }
}
