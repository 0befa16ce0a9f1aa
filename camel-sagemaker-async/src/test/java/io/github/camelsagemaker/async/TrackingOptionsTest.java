package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelsagemaker.async.tracking.JdbcPendingInvocationStore;
import io.github.camelsagemaker.async.tracking.MemoryPendingInvocationStore;
import io.github.camelsagemaker.async.tracking.PendingInvocationStore;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.main.Main;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How tracking is switched on, and what is refused when a route starts. */
class TrackingOptionsTest extends TrackingTestSupport {

    @Test
    void theOnlyStoreOfTheRegistryIsUsedByEveryEndpoint() throws Exception {
        PendingInvocationStore store = new MemoryPendingInvocationStore();
        DefaultCamelContext node = sender(store, "");

        assertThat(((SageMakerAsyncEndpoint) node.getEndpoint("sagemaker-async:model"))
                        .getConfiguration()
                        .getPendingStore())
                .isSameAs(store);
    }

    @Test
    void aStoreIsNamedByReference() throws Exception {
        MemoryPendingInvocationStore mine = new MemoryPendingInvocationStore();
        DefaultCamelContext node = node(new MemoryPendingInvocationStore());
        node.getRegistry().bind("mine", mine);
        node.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to("sagemaker-async:model?pendingStore=#bean:mine");
            }
        });
        node.start();

        String id = sent(node, "hello", Map.of());

        assertThat(mine.find(key(id))).isPresent();
    }

    @Test
    void anApplicationOfCamelMainConfiguresAStoreInADatabaseByOneProperty() throws Exception {
        Main main = new Main();
        main.bind(
                "dataSource",
                JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "", ""));
        main.addInitialProperty(
                "camel.beans.pending", "#class:" + JdbcPendingInvocationStore.class.getName() + "('#bean:dataSource')");
        main.bind("sageMaker", aws().sageMakerClient());
        main.configure().addRoutesBuilder(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to("sagemaker-async:model");
            }
        });
        main.start();
        try {
            var context = main.getCamelContext();
            String id = context.createFluentProducerTemplate()
                    .to("direct:in")
                    .withBody("hello")
                    .send()
                    .getMessage()
                    .getHeader(SageMakerAsyncConstants.INFERENCE_ID, String.class);
            PendingInvocationStore store =
                    context.getRegistry().lookupByNameAndType("pending", PendingInvocationStore.class);
            assertThat(store.find(key(id))).isPresent();
        } finally {
            main.stop();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "pendingDeadline, 999, 1000",
        "pendingLease, 999, 1000",
        "pendingSweepInterval, -1, 0",
        "pendingRetention, -1, 0"
    })
    void aValueOutOfRangeStopsTheRouteAtItsStart(String option, String value, String least) {
        assertThatThrownBy(() -> sender(new MemoryPendingInvocationStore(), option + "=" + value))
                .hasRootCauseMessage(
                        "Option " + option + " is " + value + ", but must be at least " + least + " milliseconds");
    }

    @ParameterizedTest
    @CsvSource({"pendingHeaders, customer", "pendingDeadline, 5000"})
    void anOptionThatNeedsAStoreIsRefusedWithoutOne(String option, String value) {
        assertThatThrownBy(() -> sender(null, option + "=" + value))
                .hasStackTraceContaining("Option " + option + " needs the option pendingStore");
    }

    @Test
    void aStoreThatTheRegistryGotAfterTheComponentWasMadeRefusesNoProducerThatAwaitsResults() throws Exception {
        DefaultCamelContext node = node(null);
        node.getComponent("sagemaker-async");
        node.getRegistry().bind("late", new MemoryPendingInvocationStore());
        node.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").to("sagemaker-async:model?awaitResult=true");
            }
        });

        node.start();

        assertThat(node.getStatus().isStarted()).isTrue();
    }

    @Test
    void aStoreOfItsOwnForAProducerThatAwaitsResultsIsRefused() {
        assertThatThrownBy(() -> {
                    DefaultCamelContext node = node(null);
                    node.getRegistry().bind("mine", new MemoryPendingInvocationStore());
                    // A second one, or the first would be autowired.
                    node.getRegistry().bind("other", new MemoryPendingInvocationStore());
                    node.addRoutes(new RouteBuilder() {
                        @Override
                        public void configure() {
                            from("direct:in").to("sagemaker-async:model?awaitResult=true&pendingStore=#bean:mine");
                        }
                    });
                    node.start();
                })
                .hasStackTraceContaining("Options awaitResult=true and pendingStore exclude each other");
    }

    @Test
    void aStoreThatTheUriNamesIsRefusedForAProducerThatAwaitsResultsAlsoIfTheComponentHasTheSame() {
        assertThatThrownBy(
                        () -> sender(new MemoryPendingInvocationStore(), "awaitResult=true&pendingStore=#bean:pending"))
                .hasStackTraceContaining("Options awaitResult=true and pendingStore exclude each other");
    }

    @Test
    void aProducerThatAwaitsResultsDoesWithoutTheStoreOfTheComponent() throws Exception {
        MemoryPendingInvocationStore store = new MemoryPendingInvocationStore();
        DefaultCamelContext node = sender(store, "awaitResult=true");

        assertThat(send(node, "hello", Map.of()).getMessage().getBody(String.class))
                .isEqualTo("hello");
        assertThat(store.statistics("model").pending()).isZero();
    }
}
