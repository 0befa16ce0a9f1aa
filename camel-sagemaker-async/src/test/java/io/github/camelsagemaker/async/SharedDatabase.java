package io.github.camelsagemaker.async;

import java.util.UUID;
import javax.sql.ConnectionPoolDataSource;
import javax.sql.DataSource;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.jdbcx.JdbcDataSource;
import org.postgresql.ds.PGConnectionPoolDataSource;

/** A database in which several consumers remember results by Camel's JDBC repository. Connections are pooled. */
final class SharedDatabase implements AutoCloseable {

    private final JdbcConnectionPool connections;

    private SharedDatabase(ConnectionPoolDataSource database) {
        this.connections = JdbcConnectionPool.create(database);
        connections.setMaxConnections(40);
    }

    static SharedDatabase postgres(String url) {
        PGConnectionPoolDataSource database = new PGConnectionPoolDataSource();
        database.setUrl(url);
        return new SharedDatabase(database);
    }

    static SharedDatabase h2() {
        JdbcDataSource database = new JdbcDataSource();
        database.setUrl("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        return new SharedDatabase(database);
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
        connections.dispose();
    }
}
