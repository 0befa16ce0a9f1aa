package io.github.camelsagemaker.async.examples.rest;

import io.github.camelsagemaker.async.tracking.JdbcPendingInvocationStore;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.Properties;
import javax.sql.DataSource;
import org.apache.camel.main.Main;
import org.apache.camel.processor.aggregate.jdbc.JdbcAggregationRepository;
import org.h2.jdbcx.JdbcConnectionPool;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/** Serves three ways of asking a model over HTTP. With the embedded AWS it also demonstrates them, and ends. */
public final class RestExample {

    private RestExample() {}

    public static void main(String[] args) throws Exception {
        Properties settings = settings();
        int port = port(Integer.parseInt(settings.getProperty("rest.port")));
        Main main = new Main();
        main.addOverrideProperty("camel.server.port", String.valueOf(port));
        DataSource database = JdbcConnectionPool.create(settings.getProperty("rest.database"), "sa", "");
        main.bind("pending", new JdbcPendingInvocationStore(database));
        main.configure().addRoutesBuilder(new AcceptAndAnswerLater());
        main.configure().addRoutesBuilder(new WaitForAnswer());
        main.configure().addRoutesBuilder(new Batches(batches(database)));
        if ("real".equals(settings.getProperty("rest.aws"))) {
            main.run();
            return;
        }
        Demonstration demonstration = new Demonstration(
                URI.create("http://127.0.0.1:" + port),
                Integer.parseInt(settings.getProperty("rest.parts")),
                main::completed);
        main.configure().addRoutesBuilder(demonstration);
        try (EmbeddedAws aws = new EmbeddedAws(settings)) {
            main.run();
        }
        if (!demonstration.isComplete()) {
            System.exit(1);
        }
    }

    private static JdbcAggregationRepository batches(DataSource database) {
        JdbcTemplate jdbc = new JdbcTemplate(database);
        for (String table : new String[] {"batches", "batches_completed"}) {
            jdbc.execute("CREATE TABLE IF NOT EXISTS " + table
                    + " (id VARCHAR(255) PRIMARY KEY, exchange BLOB NOT NULL, version BIGINT NOT NULL)");
        }
        return new JdbcAggregationRepository(new DataSourceTransactionManager(database), "batches", database);
    }

    private static int port(int wanted) throws IOException {
        try (ServerSocket socket = new ServerSocket(wanted, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** As Camel reads them: system properties win. */
    private static Properties settings() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = RestExample.class.getResourceAsStream("/application.properties")) {
            properties.load(in);
        }
        properties.putAll(System.getProperties());
        return properties;
    }
}
