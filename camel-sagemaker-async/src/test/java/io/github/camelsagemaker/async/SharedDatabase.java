package io.github.camelsagemaker.async;

import java.sql.SQLException;
import java.util.UUID;
import javax.sql.ConnectionPoolDataSource;
import javax.sql.DataSource;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.jdbcx.JdbcDataSource;
import org.mariadb.jdbc.MariaDbDataSource;
import org.postgresql.ds.PGConnectionPoolDataSource;

/** A database in which several consumers remember results by Camel's JDBC repository. Connections are pooled. */
final class SharedDatabase implements AutoCloseable {

    private final JdbcConnectionPool connections;

    private SharedDatabase(ConnectionPoolDataSource database) {
        this.connections = JdbcConnectionPool.create(database);
        connections.setMaxConnections(40);
    }

    /** A server's: PostgreSQL or MariaDB. */
    static SharedDatabase at(String url) {
        if (url.startsWith("jdbc:mariadb:")) {
            try {
                return new SharedDatabase(new MariaDbDataSource(url));
            } catch (SQLException e) {
                throw new IllegalArgumentException(url, e);
            }
        }
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
