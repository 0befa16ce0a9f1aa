package io.github.camelsagemaker.async.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every database must do. */
abstract class JdbcStoreContract extends PendingInvocationStoreContract {

    private static final AtomicInteger TABLES = new AtomicInteger();

    protected final String table = "pending_" + TABLES.incrementAndGet();

    protected abstract DataSource dataSource();

    @Override
    protected PendingInvocationStore createStore() {
        return started(dataSource(), true);
    }

    final JdbcPendingInvocationStore started(DataSource source, boolean createSchema) {
        JdbcPendingInvocationStore jdbc = new JdbcPendingInvocationStore(source);
        jdbc.setTableName(table);
        jdbc.setCreateSchema(createSchema);
        jdbc.start();
        return jdbc;
    }

    protected void execute(String sql) {
        try (Connection connection = dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    @Test
    void findsItsRecordsAgainAfterARestart() {
        store.add(invocation("id-1"));

        assertThat(started(dataSource(), false).find(key("id-1"))).contains(invocation("id-1"));
    }

    @Test
    void createsTheTableOnceWhenManyNodesStart() throws Exception {
        execute("DROP TABLE " + table);
        execute("DROP TABLE " + table + "_version");

        List<JdbcPendingInvocationStore> stores = inParallel(6, () -> started(dataSource(), true));

        stores.get(0).add(invocation("id-1"));
        assertThat(stores.get(5).find(key("id-1"))).isPresent();
    }

    @Test
    void doesNotStartWithoutATableItMayNotCreate() {
        execute("DROP TABLE " + table);
        execute("DROP TABLE " + table + "_version");

        assertThatExceptionOfType(PendingStoreException.class)
                .isThrownBy(() -> started(dataSource(), false))
                .withMessageContaining(table)
                .withMessageContaining("v1.sql")
                .withMessageContaining("createSchema=true");
    }

    @Test
    void aVersionWithoutItsTableIsNoTable() {
        execute("DROP TABLE " + table);

        assertThatExceptionOfType(PendingStoreException.class)
                .isThrownBy(() -> started(dataSource(), false))
                .withMessageContaining("The table " + table + " is not there");
        started(dataSource(), true).add(invocation("id-1"));
    }

    @Test
    void nodesOfBothReleasesGoOnWhileTheLaterOneBringsTheTableUp() throws Exception {
        store.add(invocation("id-1"));

        inParallel(nodesOfTheLaterRelease(), () -> {
            laterRelease().prepare(true);
            return null;
        });

        execute("UPDATE " + table + " SET note = 'later'");
        store.add(invocation("id-2"));
        JdbcPendingInvocationStore startedLater = started(dataSource(), true);
        assertThat(startedLater.find(key("id-1"))).contains(invocation("id-1"));
        assertThat(startedLater.find(key("id-2"))).contains(invocation("id-2"));
        laterRelease().prepare(false);
    }

    @Test
    void namesTheScriptsThatBringATableUpWhichItMayNotChange() {
        assertThatExceptionOfType(PendingStoreException.class)
                .isThrownBy(() -> laterRelease().prepare(false))
                .withMessageContaining("The table " + table + " is of version 1, but version 2 is needed")
                .withMessageContaining("v2.sql")
                .withMessageContaining("createSchema=true");
    }

    protected int nodesOfTheLaterRelease() {
        return 6;
    }

    private PendingSchema laterRelease() {
        return PendingSchema.of((JdbcPendingInvocationStore) store, table, "/schema-of-a-later-release/", 2);
    }

    @Test
    void commitsOnAConnectionThatDoesNotAndLeavesItAsItWas() throws Exception {
        try (Connection connection = dataSource().getConnection()) {
            connection.setAutoCommit(false);
            DataSource single = sharing(connection);

            started(single, true).add(invocation("id-1"));

            assertThat(store.find(key("id-1"))).isPresent();
            assertThat(connection.getAutoCommit()).isFalse();
            connection.rollback();
            assertThat(store.find(key("id-1"))).isPresent();
        }
    }

    /** A data source whose connections are all this one, and stay open. */
    private static DataSource sharing(Connection connection) {
        Connection open = (Connection) Proxy.newProxyInstance(
                JdbcStoreContract.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) ->
                        method.getName().equals("close") ? null : method.invoke(connection, arguments));
        return (DataSource) Proxy.newProxyInstance(
                JdbcStoreContract.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> open);
    }

    @Test
    void tellsWhatItCouldNotDoWhenTheDatabaseFails() {
        execute("DROP TABLE " + table);

        assertThatExceptionOfType(PendingStoreException.class)
                .isThrownBy(() -> store.add(invocation("id-1")))
                .withMessageContaining("record invocation " + key("id-1"))
                .withCauseInstanceOf(SQLException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a;DROP TABLE x", "1a", "a.b.c", "a-b", "\"a\"", "a.", "äbc"})
    void refusesATableNameThatIsNoPlainIdentifier(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new JdbcPendingInvocationStore(dataSource()).setTableName(name))
                .withMessageContaining("tableName is '" + name + "'");
    }

    @Test
    void takesTableNamesOfFortyCharactersAndNoMore() {
        JdbcPendingInvocationStore jdbc = new JdbcPendingInvocationStore(dataSource());
        String longest = "t".repeat(40);
        jdbc.setTableName(longest);
        jdbc.start();
        jdbc.add(invocation("id-1"));

        assertThat(jdbc.find(key("id-1"))).isPresent();
        assertThatIllegalArgumentException().isThrownBy(() -> jdbc.setTableName(longest + "t"));
        execute("DROP TABLE " + longest);
        execute("DROP TABLE " + longest + "_version");
    }

    @Test
    void saysThatItWasNotStarted() {
        assertThatExceptionOfType(PendingStoreException.class)
                .isThrownBy(() -> new JdbcPendingInvocationStore(dataSource()).find(key("id-1")))
                .withMessageContaining("not started");
    }
}
