package io.github.camelsagemaker.async.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.SQLTransactionRollbackException;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
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

    @Test
    void cutsQueriesOffAsSqlServerTakesItOnADatabaseWithoutAScript() {
        JdbcPendingInvocationStore other = started(calledSqlServer(), false);
        other.add(invocation("id-1"));
        other.addLocations(key("id-1"), OUTPUT, null, null);

        assertThat(other.dueQuery(7)).endsWith(" OFFSET 0 ROWS FETCH FIRST 7 ROWS ONLY");
        assertThat(other.claimExpired(ENDPOINT, claimAt(DEADLINE), 7)).hasSize(1);
        assertThat(other.findByLocation(OUTPUT)).isPresent();
        other.end(key("id-1"), PendingState.COMPLETED, DEADLINE);
        assertThat(other.purge(ENDPOINT, DEADLINE.plusSeconds(1), 7)).isEqualTo(1);
    }

    @Test
    void runsAStatementAgainThatTheDatabaseRolledBackToEndADeadlock() {
        AtomicInteger deadlocks = new AtomicInteger(3);
        JdbcPendingInvocationStore other = started(
                connecting("prepareStatement", statement -> failing((PreparedStatement) statement, deadlocks)), false);

        other.add(invocation("id-1"));

        assertThat(store.find(key("id-1"))).isPresent();
        assertThat(deadlocks).hasNonPositiveValue();
    }

    @Test
    void returnsWhatItHasClaimedWhenTheDatabaseFailsInBetween() {
        store.add(invocation("id-1"));
        store.add(invocation("id-2"));
        store.add(invocation("id-3"));
        AtomicInteger statements = new AtomicInteger();
        JdbcPendingInvocationStore other = started(
                connecting(
                        "prepareStatement",
                        // The third claim fails, after the query and two claims.
                        statement -> statements.incrementAndGet() < 5
                                ? statement
                                : failing((PreparedStatement) statement, new AtomicInteger(100))),
                false);
        statements.set(1);

        assertThat(ids(other.claimExpired(ENDPOINT, claimAt(DEADLINE), 10))).containsExactly("id-1", "id-2");
    }

    @Test
    void passesOverALocationThatIsNone() {
        store.add(invocation("id-1"));
        store.add(invocation("id-2"));
        execute("UPDATE " + table + " SET output_location = 'nowhere' WHERE inference_id = 'id-1'");

        assertThat(ids(store.claimExpired(ENDPOINT, claimAt(DEADLINE), 10))).containsExactlyInAnyOrder("id-1", "id-2");
    }

    @Test
    void everySweepAndLookUpIsAnIndexLookUp() throws Exception {
        MillionPendingInvocationsTest.assertIndexLookUpsOnH2(MillionPendingInvocationsTest.FEW_RECORDS);
    }

    private static PreparedStatement failing(PreparedStatement statement, AtomicInteger times) {
        return (PreparedStatement) Proxy.newProxyInstance(
                H2PendingInvocationStoreTest.class.getClassLoader(),
                new Class<?>[] {PreparedStatement.class},
                (proxy, called, arguments) -> {
                    if (called.getName().equals("executeUpdate") && times.getAndDecrement() > 0) {
                        throw new SQLTransactionRollbackException("Deadlock", "40001");
                    }
                    return called.invoke(statement, arguments);
                });
    }

    private static DataSource calledSqlServer() {
        return connecting(
                "getMetaData",
                metaData -> changed(
                        DatabaseMetaData.class, metaData, "getDatabaseProductName", name -> "Microsoft SQL Server"));
    }

    /** The pool, with connections of which one method returns something else. */
    private static DataSource connecting(String method, UnaryOperator<Object> change) {
        return changed(
                DataSource.class,
                POOL,
                "getConnection",
                connection -> changed(Connection.class, connection, method, change));
    }

    /** The same, but for what one method returns. */
    private static <T> T changed(Class<T> type, Object target, String method, UnaryOperator<Object> change) {
        return type.cast(Proxy.newProxyInstance(
                H2PendingInvocationStoreTest.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, called, arguments) -> {
                    Object result = called.invoke(target, arguments);
                    return called.getName().equals(method) ? change.apply(result) : result;
                }));
    }

    /** H2 alters a table by taking a copy's place with it: whoever alters it as well does not find it for a moment. */
    @Override
    protected int nodesOfTheLaterRelease() {
        return 1;
    }
}
