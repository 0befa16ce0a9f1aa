package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.tracking.JdbcPendingInvocationStore;
import io.github.camelsagemaker.async.tracking.PostgresServer;
import java.util.UUID;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;

/** A database that nodes share. */
enum Database {
    H2(() -> JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "")),
    POSTGRESQL(PostgresServer::dataSource);

    private final Supplier<DataSource> dataSource;

    Database(Supplier<DataSource> dataSource) {
        this.dataSource = dataSource;
    }

    /** A table of its own; each store is one node's. */
    Supplier<JdbcPendingInvocationStore> table() {
        DataSource source = dataSource.get();
        String name = "t_" + UUID.randomUUID().toString().replace("-", "");
        return () -> {
            JdbcPendingInvocationStore store = new JdbcPendingInvocationStore(source);
            store.setTableName(name);
            return store;
        };
    }
}
