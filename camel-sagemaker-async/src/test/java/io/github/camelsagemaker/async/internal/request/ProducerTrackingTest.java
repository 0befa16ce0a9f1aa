package io.github.camelsagemaker.async.internal.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.PayloadMode;
import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.error.InvalidInferenceRequestException;
import io.github.camelsagemaker.async.internal.tracking.HeaderCodec;
import io.github.camelsagemaker.async.internal.tracking.TrackingSettings;
import io.github.camelsagemaker.async.tracking.DuplicateInferenceIdException;
import io.github.camelsagemaker.async.tracking.InvocationKey;
import io.github.camelsagemaker.async.tracking.MemoryPendingInvocationStore;
import io.github.camelsagemaker.async.tracking.PendingInvocation;
import io.github.camelsagemaker.async.tracking.PendingInvocationStore;
import io.github.camelsagemaker.async.tracking.PendingState;
import io.github.camelsagemaker.async.tracking.PendingStoreException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.sagemakerruntime.model.InvokeEndpointAsyncRequest;

class ProducerTrackingTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    private final MemoryPendingInvocationStore store = new MemoryPendingInvocationStore();
    private final ProducerTracking tracking = tracking(store);

    private static ProducerTracking tracking(PendingInvocationStore store) {
        return tracking(store, Runnable::run);
    }

    private static ProducerTracking tracking(PendingInvocationStore store, Executor workers) {
        SageMakerAsyncConfiguration options = new SageMakerAsyncConfiguration();
        options.setPendingStore(store);
        return new ProducerTracking(
                TrackingSettings.of(options), null, workers, Clock.fixed(NOW, ZoneOffset.UTC), () -> false);
    }

    private static InferenceRequest request(String id, Integer ttlSeconds, Integer timeoutSeconds) {
        InvokeEndpointAsyncRequest call = InvokeEndpointAsyncRequest.builder()
                .endpointName("summarizer")
                .inferenceId(id)
                .requestTTLSeconds(ttlSeconds)
                .invocationTimeoutSeconds(timeoutSeconds)
                .build();
        return new InferenceRequest(call, PayloadMode.AUTO);
    }

    private PendingInvocation begun(String id) {
        PendingInvocation invocation = tracking.record(request(id, null, null), "{\"order\":7}");
        store.add(invocation);
        return invocation;
    }

    @Test
    void expectsAResultForAsLongAsSageMakerWouldWorkOnItAndSomeMore() {
        assertThat(tracking.record(request("id", 60, 1), "{}").deadline()).isEqualTo(NOW.plusSeconds(60 + 1 + 300));
        assertThat(tracking.record(request("id", null, null), "{}").deadline())
                .isEqualTo(NOW.plusSeconds(21_600 + 900 + 300));
    }

    @Test
    void recordsNothingBeforeItIsBegun() {
        tracking.record(request("id-1", null, null), "{}");

        assertThat(store.find(key("id-1"))).isEmpty();
    }

    private static final class AnswersLost extends MemoryPendingInvocationStore {

        @Override
        public synchronized void add(PendingInvocation invocation) {
            super.add(invocation);
            throw new PendingStoreException("the answer was lost");
        }
    }

    @Test
    void takesBackARecordThatWasWrittenAlthoughTheStoreFailed() {
        MemoryPendingInvocationStore answersLost = new AnswersLost();
        PendingInvocation invocation = tracking.record(request("id-1", null, null), "{}");

        assertThatThrownBy(() -> tracking(answersLost).add(invocation)).hasMessage("the answer was lost");

        assertThat(answersLost.find(key("id-1"))).isEmpty();
    }

    @Test
    void leavesTheRecordOfAnotherRequestWithItsInferenceIdWhenTheStoreFails() {
        MemoryPendingInvocationStore down = new MemoryPendingInvocationStore() {
            @Override
            public synchronized void add(PendingInvocation invocation) {
                if (find(invocation.key()).isPresent()) {
                    throw new PendingStoreException("the store is down");
                }
                super.add(invocation);
            }
        };
        PendingInvocation other = old("id-1", 59);
        down.add(other);

        assertThatThrownBy(() -> tracking(down).add(tracking.record(request("id-1", null, null), "{}")))
                .hasMessage("the store is down");

        assertThat(down.find(key("id-1"))).contains(other);
    }

    @ParameterizedTest
    @CsvSource({"60, false", "61, true"})
    void beginsAgainWhatAProcessThatDiedBeforeTheAnswerBegan(int secondsAgo, boolean again) {
        store.add(old("id-1", secondsAgo));
        PendingInvocation second = tracking.record(request("id-1", null, null), "{}");

        if (again) {
            tracking.add(second);
        } else {
            assertThatThrownBy(() -> tracking.add(second)).isInstanceOf(DuplicateInferenceIdException.class);
        }

        assertThat(store.find(key("id-1")).orElseThrow().equals(second)).isEqualTo(again);
    }

    @Test
    void doesNotBeginAgainWhatSageMakerAccepted() {
        store.add(old("id-1", 3600));
        store.addLocations(key("id-1"), "s3://bucket/out/1.out", null, null);

        assertThatThrownBy(() -> tracking.add(tracking.record(request("id-1", null, null), "{}")))
                .isInstanceOf(DuplicateInferenceIdException.class);
    }

    private static PendingInvocation old(String id, int secondsAgo) {
        return PendingInvocation.pending(id, "summarizer", NOW.minusSeconds(secondsAgo), NOW.plusSeconds(3600), "{}");
    }

    @Test
    void addsThePlacesInWhateverFormTheyCame() {
        begun("id-1");

        tracking.accepted(
                key("id-1"),
                new InvocationReceipt(
                        "id-1",
                        "https://bucket.s3.eu-west-1.amazonaws.com/out/1.out",
                        "s3://bucket/failed/1.out",
                        null));

        assertThat(store.findByLocation("s3://bucket/out/1.out")).isPresent();
        assertThat(store.findByLocation("s3://bucket/failed/1.out")).isPresent();
    }

    @Test
    void keepsTheRecordWhenAPlaceCannotBeRead() {
        begun("id-1");

        tracking.accepted(key("id-1"), new InvocationReceipt("id-1", "nonsense", null, "s3://bucket/in/1"));

        assertThat(store.find(key("id-1")).orElseThrow().inputLocation()).isEqualTo("s3://bucket/in/1");
    }

    @Test
    void placesThatAreRecordedLateLeaveThoseOfALaterRequestWithTheInferenceId() {
        AtomicInteger attempts = new AtomicInteger();
        MemoryPendingInvocationStore down = new MemoryPendingInvocationStore() {
            @Override
            public synchronized void addLocations(InvocationKey key, String output, String failure, String input) {
                if (attempts.incrementAndGet() == 1) {
                    throw new PendingStoreException("the store is down");
                }
                super.addLocations(key, output, failure, input);
            }
        };
        down.add(tracking.record(request("id-1", null, null), "{}"));
        tracking(down).accepted(key("id-1"), new InvocationReceipt("id-1", "s3://bucket/out/1.out", null, null));

        down.end(key("id-1"), PendingState.COMPLETED, NOW);
        down.add(tracking.record(request("id-1", null, null), "{}"));
        down.addLocations(key("id-1"), "s3://bucket/out/2.out", null, null);

        await().during(Duration.ofSeconds(1)).untilAsserted(() -> assertThat(
                        down.find(key("id-1")).orElseThrow().outputLocation())
                .isEqualTo("s3://bucket/out/2.out"));
    }

    @Test
    void anExchangeWhoseRequestWasAcceptedWaitsNotForEverForAStoreThatHangs() {
        CountDownLatch mayAnswer = new CountDownLatch(1);
        MemoryPendingInvocationStore hanging = new MemoryPendingInvocationStore() {
            @Override
            public synchronized void addLocations(InvocationKey key, String output, String failure, String input) {
                try {
                    mayAnswer.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                super.addLocations(key, output, failure, input);
            }
        };
        hanging.add(tracking.record(request("id-1", null, null), "{}"));
        ExecutorService workers = Executors.newCachedThreadPool();
        try {
            CompletableFuture<Void> goesOn = CompletableFuture.supplyAsync(
                            () -> tracking(hanging, workers)
                                    .accepted(
                                            key("id-1"),
                                            new InvocationReceipt("id-1", "s3://bucket/out/1.out", null, null)),
                            workers)
                    .thenCompose(Function.identity());

            assertThat(goesOn).succeedsWithin(Duration.ofSeconds(20));

            mayAnswer.countDown();
            await().untilAsserted(() ->
                    assertThat(hanging.findByLocation("s3://bucket/out/1.out")).isPresent());
        } finally {
            mayAnswer.countDown();
            workers.shutdown();
        }
    }

    @Test
    void aRecordThatWasWrittenBeforeAnErrorIsRemoved() {
        MemoryPendingInvocationStore broken = new MemoryPendingInvocationStore() {
            @Override
            public synchronized void add(PendingInvocation invocation) {
                super.add(invocation);
                throw new NoClassDefFoundError("of the driver");
            }
        };

        assertThatThrownBy(() -> tracking(broken).add(tracking.record(request("id-1", null, null), "{}")))
                .isInstanceOf(NoClassDefFoundError.class);

        assertThat(broken.find(key("id-1"))).isEmpty();
    }

    @Test
    void forgetsARequestThatWasRefused() {
        PendingInvocation refused = begun("id-1");

        tracking.forget(refused, left -> {});

        assertThat(store.find(key("id-1"))).isEmpty();
    }

    @Test
    void tellsWhyARequestCouldNotBeForgottenAndForgetsItLater() {
        AtomicInteger attempts = new AtomicInteger();
        MemoryPendingInvocationStore full = new MemoryPendingInvocationStore() {
            @Override
            public synchronized void remove(InvocationKey key) {
                if (attempts.incrementAndGet() <= 2) {
                    throw new PendingStoreException("no connection is free");
                }
                super.remove(key);
            }
        };
        PendingInvocation refused = tracking.record(request("id-1", null, null), "{}");
        full.add(refused);
        List<Throwable> told = new ArrayList<>();

        tracking(full).forget(refused, told::add);

        assertThat(told).singleElement().isInstanceOf(PendingStoreException.class);
        await().untilAsserted(() -> assertThat(full.find(key("id-1"))).isEmpty());
    }

    @Test
    void leavesTheRecordOfALaterRequestWithTheInferenceIdOfOneThatWasRefused() {
        PendingInvocation later = begun("id-1");

        tracking.forget(old("id-1", 1), left -> {});

        assertThat(store.find(key("id-1"))).contains(later);
    }

    @Test
    void refusesHeadersThatAreTooLarge() {
        Map<String, Object> headers = Map.of("huge", "x".repeat(HeaderCodec.MAX_LENGTH));

        Exchange exchange = new DefaultExchange(new DefaultCamelContext());
        exchange.getMessage().setHeaders(headers);

        assertThatThrownBy(() -> tracking.send(exchange, request("id-1", null, null), null))
                .isInstanceOf(InvalidInferenceRequestException.class)
                .hasMessageContaining("'huge'");
    }

    private static InvocationKey key(String inferenceId) {
        return new InvocationKey("summarizer", inferenceId);
    }
}
