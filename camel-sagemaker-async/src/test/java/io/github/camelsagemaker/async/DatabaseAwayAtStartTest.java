package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.tracking.JdbcPendingInvocationStore;
import java.lang.reflect.Proxy;
import java.sql.SQLTransientConnectionException;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;
import org.apache.camel.spi.SupervisingRouteController;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.Test;

/** A database that is away when the application starts is found as soon as it is back, as the routes are tried again. */
class DatabaseAwayAtStartTest extends TrackingTestSupport {

    private final AtomicBoolean away = new AtomicBoolean(true);
    private final AtomicInteger asked = new AtomicInteger();
    private final DataSource database = database();

    private DataSource database() {
        JdbcDataSource h2 = new JdbcDataSource();
        h2.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    if (away.get()) {
                        asked.incrementAndGet();
                        throw new SQLTransientConnectionException("The database is away");
                    }
                    return method.invoke(h2, arguments);
                });
    }

    private DefaultCamelContext supervised() {
        DefaultCamelContext node = node(new JdbcPendingInvocationStore(database));
        node.getRegistry().bind("handled", new JdbcMessageIdRepository(database, "handled"));
        SupervisingRouteController controller = node.getRouteController().supervising();
        controller.setInitialDelay(10);
        controller.setBackOffDelay(50);
        return node;
    }

    private void routes(DefaultCamelContext node, String options) throws Exception {
        node.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:in").routeId("requests").to("sagemaker-async:model" + options);
                from(scan() + (options.isEmpty() ? "&idempotentRepository=#handled" : options.replace('?', '&')))
                        .routeId("results")
                        .process(exchange -> emitted.add(exchange.getMessage().copy()));
            }
        });
        node.start();
    }

    @Test
    void theStoreIsStartedWhenItIsBack() throws Exception {
        DefaultCamelContext node = supervised();
        routes(node, "?pendingStore=#pending");
        soon().until(() -> asked.get() > 4);

        away.set(false);

        soon().until(() -> node.getRouteController().getRouteStatus("requests").isStarted()
                && node.getRouteController().getRouteStatus("results").isStarted());
        sent(node, "hello", Map.of("customer", "c"));
        awaitEmitted(1);
        assertThat(emitted.get(0).getHeader("customer")).isEqualTo("c");
    }

    @Test
    void aRepositoryIsStartedWhenItIsBack() throws Exception {
        DefaultCamelContext node = supervised();
        routes(node, "");
        soon().until(() -> asked.get() > 2);

        away.set(false);

        soon().until(() -> node.getRouteController().getRouteStatus("results").isStarted());
        sent(node, "hello", Map.of());
        awaitEmitted(1);
    }
}
