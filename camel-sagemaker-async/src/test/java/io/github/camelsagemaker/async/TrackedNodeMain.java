package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.testinfra.JavaCommand;
import io.github.camelsagemaker.async.tracking.JdbcPendingInvocationStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * A node in a JVM of its own, made to be killed. Arguments: {@code produce} and a name, or {@code consume}; then the JDBC URL, the table's name and the
 * consumer's URI. It ends by itself when its standard input does.
 *
 * <p>A consumer notes each exchange in the table of deliveries, as an application would do its work: between what happens before
 * and after it lies some time.
 */
public final class TrackedNodeMain {

    static final String DELIVERIES = "deliveries";

    private TrackedNodeMain() {}

    public static void main(String[] args) throws Exception {
        JavaCommand.endWithStandardInput();
        DataSource database = SharedDatabase.at(args[2]).dataSource();
        JdbcPendingInvocationStore store = new JdbcPendingInvocationStore(database);
        store.setTableName(args[3]);
        DefaultCamelContext context = new DefaultCamelContext();
        context.disableJMX();
        context.getRegistry().bind("pending", store);
        if (args[0].equals("produce")) {
            context.addRoutes(producer());
            context.start();
            send(context.createProducerTemplate(), args[1]);
        } else {
            context.addRoutes(consumer(args[4], database));
            context.start();
            Thread.currentThread().join(); // Camel's threads keep no JVM alive
        }
    }

    private static RouteBuilder producer() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:in").to("sagemaker-async:model?maxInFlight=8&pendingDeadline=10000");
            }
        };
    }

    private static void send(ProducerTemplate template, String name) throws Exception {
        for (int i = 0; ; i++) {
            String id = name + "-" + i;
            template.asyncSend("direct:in", exchange -> {
                exchange.getMessage().setBody("body of " + id);
                exchange.getMessage()
                        .setHeaders(Map.of(
                                SageMakerAsyncConstants.REQUEST_INFERENCE_ID, id, "customer", "customer of " + id));
            });
            Thread.sleep(100); // a rate, not a wait for anything
        }
    }

    private static RouteBuilder consumer(String uri, DataSource database) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from(uri)
                        .delay(10)
                        .process(exchange -> note(exchange, database))
                        .delay(10);
            }
        };
    }

    private static void note(Exchange exchange, DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement insert =
                        connection.prepareStatement("INSERT INTO " + DELIVERIES + " VALUES (?, ?, ?)")) {
            insert.setString(1, exchange.getMessage().getHeader(SageMakerAsyncConstants.INFERENCE_ID, String.class));
            insert.setString(
                    2, exchange.getMessage().getHeader(SageMakerAsyncConstants.INVOCATION_STATUS, String.class));
            insert.setString(3, exchange.getMessage().getHeader("customer", String.class));
            insert.executeUpdate();
        }
    }
}
