package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.testinfra.ModelResponse;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.DefaultPollingConsumerPollStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How often a scan lists: with its user's delay, or without one. Time is what the test says, and polls are the test's own. */
class ScanPaceTest extends ScanTestSupport {

    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(500);

    private final AtomicLong now = new AtomicLong();
    private final List<Exchange> received = new CopyOnWriteArrayList<>();

    @Test
    void tenIdleMinutesAtDefaultSettingsCostWhatIsAffordable() throws Exception {
        SageMakerAsyncScanConsumer consumer = polledByTheTest("deleteAfterRead=true");

        int polls = 600 * 2;
        for (int i = 0; i < polls; i++) {
            now.addAndGet(TICK);
            consumer.run();
        }

        assertThat(listings()).isBetween(116L, 833L / 6);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "delay=500",
                "delay=20",
                "timeUnit=SECONDS",
                "backoffMultiplier=1&backoffErrorThreshold=9",
                "repeatCount=1000",
                "pollStrategy=#strategy"
            })
    void whoSaysWhenToListIsObeyed(String options) throws Exception {
        context.getRegistry().bind("strategy", new DefaultPollingConsumerPollStrategy());
        SageMakerAsyncScanConsumer consumer = polledByTheTest(options);

        idle(consumer);

        assertThat(listingsOf(5, consumer)).isEqualTo(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"greedy=true", "useFixedDelay=false", "initialDelay=0", "maxMessagesPerPoll=5"})
    void otherOptionsLeaveThePaceAsItIs(String options) throws Exception {
        SageMakerAsyncScanConsumer consumer = polledByTheTest(options);

        idle(consumer);

        assertThat(listingsOf(5, consumer)).isZero();
    }

    @Test
    void aDelaySetInJavaIsObeyedAlsoIfItIsTheDefault() throws Exception {
        SageMakerAsyncEndpoint endpoint =
                context.getEndpoint(uri("startScheduler=false"), SageMakerAsyncEndpoint.class);
        endpoint.setDelay(500);
        SageMakerAsyncScanConsumer consumer = polledByTheTest();

        idle(consumer);

        assertThat(listingsOf(5, consumer)).isEqualTo(5);
    }

    @Test
    void aResultIsFollowedByAnotherListingSoon() throws Exception {
        SageMakerAsyncScanConsumer consumer = polledByTheTest();
        idle(consumer);
        put("out/a", "result");
        now.addAndGet(10 * TICK);
        consumer.run();
        eventually(() -> received.size() == 1);

        now.addAndGet(TICK);

        assertThat(listingsOf(1, consumer)).isEqualTo(1);
    }

    @Test
    void aScanThatIsNotOverGoesOnWithTheNextPoll() throws Exception {
        SageMakerAsyncScanConsumer consumer = polledByTheTest("maxMessagesPerPoll=2");
        idle(consumer);
        for (int i = 0; i < 6; i++) {
            put("out/" + i, "result");
        }
        now.addAndGet(10 * TICK);

        for (int i = 0; i < 3; i++) {
            consumer.run();
        }

        eventually(() -> received.size() == 6);
    }

    @Test
    void anEmptyMessageTellsThatThereWasNothingAndNotThatNobodyLooked() throws Exception {
        SageMakerAsyncScanConsumer consumer = polledByTheTest("sendEmptyMessageWhenIdle=true");
        idle(consumer);
        received.clear();

        assertThat(listingsOf(3, consumer)).isZero();
        assertThat(received).isEmpty();
        now.addAndGet(10 * TICK);
        assertThat(listingsOf(3, consumer)).isEqualTo(1);
        assertThat(received).hasSize(1);
    }

    @Test
    void aRouteThatGoesOnListsAtOnce() throws Exception {
        SageMakerAsyncScanConsumer consumer = polledByTheTest();
        idle(consumer);

        consumer.suspend();
        consumer.resume();

        assertThat(listingsOf(1, consumer)).isEqualTo(1);
    }

    @Test
    void theResultOfARequestIsFoundSoonWhileAnotherRouteStaysIdle() throws Exception {
        aws().endpoint("e")
                .outputPath(at("out/"))
                .model(request -> new ModelResponse(request.body(), "text/plain"))
                .create();
        steerTime();
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:requests").to("sagemaker-async:e");
                from("sagemaker-async:e?initialDelay=0&outputLocation=" + at("out/"))
                        .routeId("results")
                        .process(received::add);
                from("sagemaker-async:other?initialDelay=0&outputLocation=" + at("other/"))
                        .routeId("idle")
                        .process(received::add);
            }
        });
        SageMakerAsyncScanConsumer results = consumer("results");
        SageMakerAsyncScanConsumer idle = consumer("idle");
        eventually(() -> results.isFirstPollDone() && idle.isFirstPollDone());
        now.addAndGet(TimeUnit.HOURS.toNanos(1));
        eventually(() ->
                !results.runtime().scan().isDue() && !idle.runtime().scan().isDue());

        // From here on time stands still, so nothing but the request makes a listing due.
        context.createProducerTemplate().sendBody("direct:requests", "document");

        eventually(() -> received.size() == 1);
        assertThat(received.get(0).getMessage().getHeader(SageMakerAsyncConstants.ENDPOINT_NAME))
                .isEqualTo("e");
        assertThat(idle.runtime().scan().isDue()).isFalse();
    }

    private void steerTime() {
        context.getComponent("sagemaker-async", SageMakerAsyncComponent.class).nanoTime = now::get;
    }

    private String uri(String... options) {
        return "sagemaker-async:e?outputLocation=" + at("out/") + "&" + String.join("&", options);
    }

    private SageMakerAsyncScanConsumer polledByTheTest(String... options) throws Exception {
        String given = options.length == 0 ? "" : "&" + options[0];
        steerTime();
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(uri("startScheduler=false" + given)).routeId("results").process(received::add);
            }
        });
        return consumer("results");
    }

    private SageMakerAsyncScanConsumer consumer(String route) {
        return (SageMakerAsyncScanConsumer) context.getRoute(route).getConsumer();
    }

    /** Has just listed, an hour after something happened. */
    private void idle(SageMakerAsyncScanConsumer consumer) {
        consumer.run();
        now.addAndGet(TimeUnit.HOURS.toNanos(1));
        consumer.run();
    }

    private static long listingsOf(int polls, SageMakerAsyncScanConsumer consumer) {
        long before = listings();
        for (int i = 0; i < polls; i++) {
            consumer.run();
        }
        return listings() - before;
    }

    private static long listings() {
        return aws().ledger().calls("ListObjectsV2");
    }
}
