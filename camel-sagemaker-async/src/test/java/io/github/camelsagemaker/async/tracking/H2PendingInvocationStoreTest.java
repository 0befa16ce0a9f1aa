package io.github.camelsagemaker.async.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("no-camel")
class H2PendingInvocationStoreTest extends JdbcStoreContract {

    private static final JdbcConnectionPool POOL =
            JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "");

    @AfterAll
    static void close() {
        POOL.dispose();
    }

    @Override
    protected DataSource dataSource() {
        return POOL;
    }

    @Test
    void usesATableInASchema() {
        execute("CREATE SCHEMA tracking");
        JdbcPendingInvocationStore jdbc = new JdbcPendingInvocationStore(POOL);
        jdbc.setTableName("tracking.pending");
        jdbc.start();

        jdbc.add(PendingInvocation.pending("id-1", ENDPOINT, CREATED, DEADLINE, "{}"));

        assertThat(jdbc.find(key("id-1"))).isPresent();
    }
}
