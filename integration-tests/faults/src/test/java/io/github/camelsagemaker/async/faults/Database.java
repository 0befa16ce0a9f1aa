package io.github.camelsagemaker.async.faults;

import io.github.camelsagemaker.async.tracking.JdbcPendingInvocationStore;
import java.sql.SQLException;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.tools.Server;

/** A database for pending invocations that several JVMs share, and that outlives those that are killed. */
final class Database implements AutoCloseable {

    private static Server server;

    private final String url;
    private final JdbcConnectionPool connections;

    /** Connects with a database that is there. */
    Database(String url) {
        this.url = url;
        this.connections = JdbcConnectionPool.create(url, "sa", "");
    }

    /** An empty one. It is there until this JVM ends. */
    static Database create(String name) throws SQLException {
        return new Database("jdbc:h2:tcp://127.0.0.1:" + server().getPort() + "/mem:" + name + ";DB_CLOSE_DELAY=-1");
    }

    private static synchronized Server server() throws SQLException {
        if (server == null) {
            server = Server.createTcpServer("-tcpPort", "0", "-tcpDaemon", "-ifNotExists")
                    .start();
        }
        return server;
    }

    String url() {
        return url;
    }

    /** A started store. */
    JdbcPendingInvocationStore store() {
        JdbcPendingInvocationStore store = new JdbcPendingInvocationStore(connections);
        store.start();
        return store;
    }

    @Override
    public void close() {
        connections.dispose();
    }
}
