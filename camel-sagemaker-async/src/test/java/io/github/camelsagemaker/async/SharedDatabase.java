package io.github.camelsagemaker.async;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.UUID;
import javax.sql.DataSource;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;

/**
 * A database in which several consumers remember results by Camel's JDBC repository. Connections are pooled, as Spring Boot does it: those
 * that the server cut are thrown away.
 */
final class SharedDatabase implements AutoCloseable {

    private final HikariDataSource connections;

    private SharedDatabase(String url) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setMaximumPoolSize(40);
        config.setMinimumIdle(1);
        config.setInitializationFailTimeout(-1); // the server may be away
        connections = new HikariDataSource(config);
    }

    /** A server's: PostgreSQL or MariaDB. */
    static SharedDatabase at(String url) {
        return new SharedDatabase(url);
    }

    static SharedDatabase h2() {
        return new SharedDatabase("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    }

    DataSource dataSource() {
        return connections;
    }

    /** A repository as one node has it. Nodes that name the same purpose share their keys. */
    JdbcMessageIdRepository repository(String purpose) {
        return new JdbcMessageIdRepository(connections, purpose);
    }

    @Override
    public void close() {
        connections.close();
    }
}
