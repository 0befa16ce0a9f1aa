package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.testinfra.Model;
import io.github.camelsagemaker.async.tracking.JdbcPendingInvocationStore;
import io.github.camelsagemaker.async.tracking.PendingInvocation;
import io.github.camelsagemaker.async.tracking.PendingState;
import io.github.camelsagemaker.async.tracking.PendingStoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spring.spi.SpringTransactionPolicy;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.TransactionAwareDataSourceProxy;

/** A route in a transaction of Spring's, whose pool of connections the store has too. */
class TrackedTransactionTest extends TrackingTestSupport {

    private final JdbcConnectionPool pool =
            JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "");
    private final JdbcTemplate jdbc = new JdbcTemplate(pool);
    private final JdbcPendingInvocationStore store =
            new JdbcPendingInvocationStore(new TransactionAwareDataSourceProxy(pool));

    @AfterEach
    void close() {
        pool.dispose();
    }

    private DefaultCamelContext transacted(int connections) throws Exception {
        pool.setLoginTimeout(120);
        pool.setMaxConnections(connections);
        jdbc.execute("CREATE TABLE orders (name VARCHAR(99))");
        DefaultCamelContext node = node(store);
        node.getRegistry().bind("required", new SpringTransactionPolicy(new DataSourceTransactionManager(pool)));
        node.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .transacted("required")
                        .process(exchange -> jdbc.update(
                                "INSERT INTO orders VALUES (?)",
                                exchange.getMessage().getBody(String.class)))
                        .to("sagemaker-async:model?pendingStore=#pending")
                        .filter(header("fail").isEqualTo(true))
                        .throwException(new IllegalStateException("after the request"));
            }
        });
        node.start();
        return node;
    }

    private int orders() {
        return jdbc.queryForObject("SELECT COUNT(*) FROM orders", Integer.class);
    }

    @Test
    void isNeitherJoinedNorCommittedByTheStore() throws Exception {
        DefaultCamelContext node = transacted(4);

        Exchange exchange =
                send(node, "hello", Map.of("fail", true, SageMakerAsyncConstants.REQUEST_INFERENCE_ID, "id-1"));

        assertThat(exchange.getException()).hasMessageContaining("after the request");
        assertThat(orders()).isZero();
        assertThat(store.find(key("id-1"))).map(PendingInvocation::state).contains(PendingState.PENDING);
    }

    @Test
    void aRequestThatWasSentIsNotRolledBackAndItsResultComes() throws Exception {
        DefaultCamelContext node = transacted(4);
        receiver(store, byQueue());

        send(node, "hello", Map.of("fail", true, "customer", "c"));

        awaitEmitted(1);
        assertThat(emitted.get(0).getHeader("customer")).isEqualTo("c");
        assertThat(orders()).isZero();
    }

    @Test
    void anAwaitedResultKeepsItsThreadAndItsTransactionWaiting() throws Exception {
        jdbc.execute("CREATE TABLE orders (name VARCHAR(99))");
        DefaultCamelContext node = node(null);
        node.getRegistry().bind("required", new SpringTransactionPolicy(new DataSourceTransactionManager(pool)));
        List<Thread> threads = new ArrayList<>();
        List<Integer> seenMeanwhile = new ArrayList<>();
        model(request -> {
            seenMeanwhile.add(pool.getActiveConnections());
            return Model.echo().infer(request);
        });
        node.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in")
                        .transacted("required")
                        .process(exchange -> jdbc.update("INSERT INTO orders VALUES ('before')"))
                        .process(exchange -> threads.add(Thread.currentThread()))
                        .to("sagemaker-async:model?awaitResult=true")
                        .process(exchange -> threads.add(Thread.currentThread()))
                        .markRollbackOnlyLast();
            }
        });
        node.start();

        Exchange exchange = send(node, "hello", Map.of());

        assertThat(exchange.getMessage().getBody(String.class)).isEqualTo("hello");
        assertThat(threads).hasSize(2);
        assertThat(threads.get(0)).isSameAs(threads.get(1));
        assertThat(seenMeanwhile).containsExactly(1);
        assertThat(orders()).isZero();
    }

    @Test
    void aPoolOfTwoConnectionsForEachExchangeIsEnough() throws Exception {
        DefaultCamelContext node = transacted(8);
        List<Future<Exchange>> sent = sendAtOnce(node, 4);

        for (Future<Exchange> exchange : sent) {
            assertThat(exchange.get(60, TimeUnit.SECONDS).getException()).isNull();
        }

        assertThat(orders()).isEqualTo(4);
    }

    @Test
    void aPoolWithoutAConnectionToSpareIsNamedAndNothingIsSent() throws Exception {
        DefaultCamelContext node = transacted(1);

        Exchange exchange = send(node, "hello", Map.of());

        assertThat(exchange.getException())
                .isInstanceOf(PendingStoreException.class)
                .hasMessageContainingAll("was not sent", "pool", "two for each exchange");

        assertThat(aws().ledger().calls("InvokeEndpointAsync")).isZero();
        assertThat(orders()).isZero();
        soon().until(() -> store.statistics("model").pending() == 0);
    }

    private static List<Future<Exchange>> sendAtOnce(DefaultCamelContext node, int count) {
        List<Future<Exchange>> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sent.add(node.createFluentProducerTemplate()
                    .to("direct:in")
                    .withBody("order " + i)
                    .asyncSend());
        }
        return sent;
    }
}
