package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.error.RequestRefusedException;
import io.github.camelsagemaker.async.error.ServiceUnavailableException;
import io.github.camelsagemaker.async.testinfra.AcceptedRequest;
import io.github.camelsagemaker.async.testinfra.Fault;
import io.github.camelsagemaker.async.testinfra.ModelException;
import io.github.camelsagemaker.async.tracking.DuplicateInferenceIdException;
import io.github.camelsagemaker.async.tracking.MemoryPendingInvocationStore;
import io.github.camelsagemaker.async.tracking.PendingInvocation;
import io.github.camelsagemaker.async.tracking.PendingState;
import io.github.camelsagemaker.async.tracking.PendingStoreException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of records when SageMaker or the store does not answer as expected. */
@Tag("any-camel")
class TrackedFailuresTest extends TrackingTestSupport {

    private static final Map<String, Object> ID = Map.of(SageMakerAsyncConstants.REQUEST_INFERENCE_ID, "id-1");

    private final FragileStore store = new FragileStore();

    @Test
    void aRefusedRequestLeavesNoRecord() throws Exception {
        DefaultCamelContext node = sender(store, "");
        aws().faults().next(1, Fault.accessDenied403());

        Exchange exchange = send(node, "hello", ID);

        assertThat(exchange.getException()).isInstanceOf(RequestRefusedException.class);
        assertThat(store.find(key("id-1"))).isEmpty();
    }

    @Test
    void aRequestThatIsNeverSentLeavesNoRecord() throws Exception {
        DefaultCamelContext node = sender(store, "payloadMode=INLINE");

        Exchange exchange = send(node, "x".repeat(128_001), ID);

        assertThat(exchange.getException()).hasMessageContaining("128001");
        assertThat(store.find(key("id-1"))).isEmpty();
        assertThat(aws().ledger().calls("InvokeEndpointAsync")).isZero();
    }

    @Test
    void aLostAnswerKeepsTheRecordAndTheResultBringsTheHeadersBack() throws Exception {
        DefaultCamelContext node = senderThatTries(1, store, "");
        receiver(store, byQueue());
        aws().faults().next(1, Fault.resetAfterAccept());

        Exchange exchange = send(node, "hello", Map.of("customer", "c"));

        assertThat(exchange.getException()).isInstanceOf(ServiceUnavailableException.class);
        awaitEmitted(1);
        assertThat(status(emitted.get(0))).isEqualTo(InferenceStatus.COMPLETED);
        assertThat(emitted.get(0).getHeader("customer")).isEqualTo("c");
    }

    static List<Fault> refusals() {
        return List.of(Fault.accessDenied403(), Fault.throttle429(), Fault.slowDown503());
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aLostAnswerThatWasFollowedByARefusalKeepsTheRecordToo(Fault refusal) throws Exception {
        DefaultCamelContext node = senderThatTries(2, store, "");
        aws().faults().next(1, Fault.resetAfterAccept()).next(1, refusal);

        Exchange exchange = send(node, "hello", ID);

        assertThat(exchange.getException()).isInstanceOf(ServiceUnavailableException.class);
        assertThat(store.find(key("id-1"))).map(PendingInvocation::state).contains(PendingState.PENDING);
    }

    @Test
    void aFailureThatAListingFoundIsNotEmittedAgainWhenItsNotificationComes() throws Exception {
        model(request -> {
            throw new ModelException("broken");
        });
        DefaultCamelContext scanning = receiver(store, scan());
        sent(sender(store, ""), "hello", ID);
        awaitEmitted(1);
        soon().until(() -> aws().keys(bucket, "failed/").isEmpty());
        scanning.stop();

        receiver(store, byQueue());

        soon().until(() -> messages() == 0);
        assertThat(emitted).hasSize(1);
    }

    @Test
    void aFailureWhoseMessageCouldNotBeDeletedIsClearedUpWhenTheMessageComesAgain() throws Exception {
        model(request -> {
            throw new ModelException("broken");
        });
        aws().faults().forCalls("DeleteMessageBatch", Integer.MAX_VALUE, Fault.accessDenied403());
        visibilityTimeout(2);
        receiver(store, byQueue() + "&deleteAfterRead=true");
        sent(sender(store, ""), "hello", ID);
        awaitEmitted(1);

        soon().until(() -> aws().ledger().calls("DeleteMessageBatch") > 0);
        aws().faults().clear();

        soon().until(() -> messages() == 0);
        soon().until(() -> aws().keys(bucket, "failed/").isEmpty());
        assertThat(emitted).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRedeliveryAfterAnUnknownOutcomeIsTheSameRequest(boolean droppedByToD) throws Exception {
        DefaultCamelContext node = node(store);
        node.getRegistry().bind("sageMaker", clientThatTries(1));
        node.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(defaultErrorHandler().maximumRedeliveries(2).redeliveryDelay(1));
                if (droppedByToD) {
                    from("direct:in").toD("sagemaker-async:model?contentType=text/${header.CamelRedeliveryCounter}", 1);
                } else {
                    from("direct:in").to("sagemaker-async:model");
                }
            }
        });
        node.start();
        aws().faults().next(1, Fault.failure500()).next(1, Fault.resetBeforeAccept());

        String id = sent(node, "hello", Map.of());

        assertThat(store.statistics("model").pending()).isEqualTo(1);
        assertThat(store.find(key(id)).orElseThrow().outputLocation()).isNotNull();
        assertThat(aws().ledger().accepted())
                .extracting(AcceptedRequest::inferenceId)
                .containsExactly(id);
    }

    @Test
    void anExchangeThatIsSentTwiceIsTwoRequests() throws Exception {
        DefaultCamelContext node = node(store);
        node.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:in").to("sagemaker-async:model").to("sagemaker-async:model");
            }
        });
        node.start();

        sent(node, "hello", Map.of());

        assertThat(store.statistics("model").pending()).isEqualTo(2);
    }

    @Test
    void anInferenceIdThatIsPendingIsRefusedBeforeAnythingIsSent() throws Exception {
        holdModel();
        DefaultCamelContext node = sender(store, "");
        sent(node, "first", ID);

        Exchange second = send(node, "second", ID);

        assertThat(second.getException())
                .isInstanceOf(DuplicateInferenceIdException.class)
                .hasMessageContaining("id-1");
        assertThat(aws().ledger().acceptedCount()).isEqualTo(1);
        assertThat(store.find(key("id-1"))).isPresent();
    }

    @Test
    void sageMakerIsNotCalledWhileTheStoreIsDownAndThePayloadIsDeletedAgain() throws Exception {
        DefaultCamelContext node = sender(store, "inputLocation=s3://" + bucket + "/in/&payloadMode=S3");
        store.down = true;

        Exchange exchange = send(node, "hello", Map.of());

        assertThat(exchange.getException())
                .isInstanceOf(PendingStoreException.class)
                .hasMessage("the store is down");
        assertThat(aws().ledger().calls("InvokeEndpointAsync")).isZero();
        soon().until(() -> aws().keys(bucket, "in/").isEmpty());
    }

    @Test
    void headersThatAreTooLargeAreAnErrorBeforeAnythingIsSent() throws Exception {
        DefaultCamelContext node = sender(store, "");

        Exchange exchange = send(node, "hello", Map.of("large", "x".repeat(40_000)));

        assertThat(exchange.getException())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'large'")
                .hasMessageContaining("pendingHeaders");
        assertThat(aws().ledger().calls("InvokeEndpointAsync")).isZero();
    }

    @Test
    void locationsThatCouldNotBeRecordedAreRecordedWhenTheStoreIsBack() throws Exception {
        store.downForLocations = true;
        Exchange exchange = send(sender(store, ""), "hello", Map.of());
        assertThat(exchange.getException()).isNull();
        String output = exchange.getMessage().getHeader(SageMakerAsyncConstants.OUTPUT_LOCATION, String.class);
        assertThat(store.findByLocation(output)).isEmpty();

        store.downForLocations = false;

        soon().until(() -> store.findByLocation(output).isPresent());
    }

    @Test
    void anExchangeWaitsALittleUntilTheLocationsAreRecorded() throws Exception {
        store.locationsToRefuse.set(2);

        Exchange exchange = send(sender(store, ""), "hello", Map.of());

        assertThat(store.findByLocation(
                        exchange.getMessage().getHeader(SageMakerAsyncConstants.OUTPUT_LOCATION, String.class)))
                .isPresent();
    }

    @Test
    void aStoreThatIsDownAtTheResultLeavesItsMessageUntilItIsBack() throws Exception {
        visibilityTimeout(2);
        sent(sender(store, ""), "hello", Map.of("customer", "c"));
        store.down = true;
        receiver(store, byQueue());
        soon().until(() -> store.threads.stream().anyMatch(name -> name.contains("SageMakerAsyncResults")));
        assertThat(messages()).isEqualTo(1);
        assertThat(emitted).isEmpty();

        store.down = false;
        awaitEmitted(1);

        assertThat(emitted.get(0).getHeader("customer")).isEqualTo("c");
        soon().until(() -> messages() == 0);
    }

    @Test
    void aStoreThatIsDownAtTheCompletionLeavesTheMessageAndNothingIsEmittedTwice() throws Exception {
        visibilityTimeout(2);
        String id = sent(sender(store, ""), "hello", Map.of());
        store.downForEnds = true;
        DefaultCamelContext node = receiver(store, byQueue());
        SageMakerAsyncQueueConsumer consumer =
                (SageMakerAsyncQueueConsumer) node.getRoute("results").getConsumer();
        awaitEmitted(1);
        soon().until(() -> consumer.getFailedAttempts() > 1);
        assertThat(messages()).isEqualTo(1);

        store.downForEnds = false;

        soon().until(() -> messages() == 0);
        assertThat(store.find(key(id))).map(PendingInvocation::state).contains(PendingState.COMPLETED);
        assertThat(emitted).hasSize(1);
    }

    /** Of keys, in the same database as the store. */
    private final class FragileKeys extends ForwardingRepository {

        private final AtomicInteger refused = new AtomicInteger();

        FragileKeys() {
            super(MemoryIdempotentRepository.memoryIdempotentRepository(100));
        }

        @Override
        public boolean add(String key) {
            requireDatabase();
            return super.add(key);
        }

        @Override
        public boolean contains(Exchange exchange, String key) {
            requireDatabase();
            return super.contains(exchange, key);
        }

        private void requireDatabase() {
            if (store.downForEnds) {
                refused.incrementAndGet();
                throw new IllegalStateException("the database is down");
            }
        }
    }

    private SageMakerAsyncQueueConsumer receiverWhoseDatabaseGoesDown(FragileKeys keys, String options)
            throws Exception {
        visibilityTimeout(2);
        DefaultCamelContext node = node(store);
        node.getRegistry().bind("keys", keys);
        node.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from(byQueue().replace("&pendingLease=30000", options) + "&idempotentRepository=#keys")
                        .routeId("results")
                        .process(exchange -> {
                            emitted.add(exchange.getMessage().copy());
                            store.downForEnds = true;
                        });
            }
        });
        node.start();
        return (SageMakerAsyncQueueConsumer) node.getRoute("results").getConsumer();
    }

    @Test
    void aDatabaseOfKeysAndRecordsThatIsDownAtTheCompletionLetsNothingBeEmittedTwice() throws Exception {
        String id = sent(sender(store, ""), "hello", Map.of());
        FragileKeys keys = new FragileKeys();
        receiverWhoseDatabaseGoesDown(keys, "&pendingLease=30000");
        soon().until(() -> keys.refused.get() > 3);
        assertThat(messages()).isEqualTo(1);

        store.downForEnds = false;

        soon().until(() -> messages() == 0);
        assertThat(emitted).hasSize(1);
        assertThat(store.find(key(id))).map(PendingInvocation::state).contains(PendingState.COMPLETED);
    }

    @Test
    void aResultIsHeldForADatabaseNoLongerThanALease() throws Exception {
        sent(sender(store, ""), "hello", Map.of());
        SageMakerAsyncQueueConsumer consumer = receiverWhoseDatabaseGoesDown(new FragileKeys(), "&pendingLease=1000");

        soon().until(() -> consumer.getFailedAttempts() > 0);

        assertThat(emitted).hasSize(1);
    }

    @Test
    void aRouteThatFailsLeavesTheRequestPending() throws Exception {
        String id = sent(sender(store, ""), "hello", Map.of());
        DefaultCamelContext node = receiver(store, byQueue(), exchange -> {
            throw new IllegalStateException("route");
        });
        SageMakerAsyncQueueConsumer consumer =
                (SageMakerAsyncQueueConsumer) node.getRoute("results").getConsumer();
        soon().until(() -> consumer.getFailedAttempts() > 0);

        assertThat(store.find(key(id))).map(PendingInvocation::state).contains(PendingState.PENDING);
        assertThat(messages()).isEqualTo(1);
    }

    @Test
    void theStoreIsCalledOnWorkersOnly() throws Exception {
        holdModel();
        DefaultCamelContext node = sender(store, "pendingDeadline=1000");
        receiver(store, byQueue());
        sent(node, "hello", Map.of());
        awaitEmitted(1);
        modelMayAnswer.countDown();
        awaitEmitted(2);
        node.stop();

        assertThat(store.threads)
                .isNotEmpty()
                .allSatisfy(name -> assertThat(name).startsWith("Camel (").contains("SageMakerAsync"));
    }

    @Test
    void withoutAStoreNothingIsTracked() throws Exception {
        DefaultCamelContext node = sender(null, "");
        receiver(null, scan());

        sent(node, "hello", Map.of("customer", "c"));
        awaitEmitted(1);

        assertThat(emitted.get(0).getHeader("customer")).isNull();
    }

    @Test
    void resultsOfOthersAreEmittedToo() throws Exception {
        MemoryPendingInvocationStore empty = new MemoryPendingInvocationStore();
        sent(sender(null, ""), "hello", Map.of());

        receiver(empty, byQueue());
        awaitEmitted(1);

        assertThat(status(emitted.get(0))).isEqualTo(InferenceStatus.COMPLETED);
    }
}
