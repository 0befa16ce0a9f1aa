package io.github.camelsagemaker.async.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("no-camel")
class PostgresPendingInvocationStoreTest extends JdbcStoreContract {

    @Override
    protected DataSource dataSource() {
        return PostgresServer.dataSource();
    }

    @Test
    void usesATableInASchema() {
        execute("CREATE SCHEMA tracking");
        JdbcPendingInvocationStore jdbc = new JdbcPendingInvocationStore(dataSource());
        jdbc.setTableName("tracking.pending");
        jdbc.start();

        jdbc.add(PendingInvocation.pending("id-1", ENDPOINT, CREATED, DEADLINE, "{}"));

        assertThat(jdbc.find(key("id-1"))).isPresent();
    }

    @Test
    void everySweepAndLookUpIsAnIndexLookUp() throws Exception {
        MillionPendingInvocationsTest.assertIndexLookUpsOnPostgres(MillionPendingInvocationsTest.FEW_RECORDS);
    }
}
