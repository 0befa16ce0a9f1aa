package io.github.camelsagemaker.async.tracking;

import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.tracking.JdbcSession.SqlFunction;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.apache.camel.support.service.ServiceSupport;

/**
 * Keeps pending invocations in a table, for any number of nodes and over restarts.
 *
 * <p>The table is made at start unless {@code createSchema} is false; then run the script of your database, found in the jar
 * below {@code META-INF/camel-sagemaker-async/schema/}. There are scripts for PostgreSQL, MySQL (and MariaDB) and H2. On
 * another database create the same columns and indexes by hand; the statements are standard SQL. The start fails if the table is
 * absent or of another version.
 *
 * <p>Every statement is its own transaction, whatever the connection's settings. Give it a pooled data source; connection and
 * statement time-outs are the data source's. Thread-safe; methods block on the database.
 */
public class JdbcPendingInvocationStore extends ServiceSupport implements PendingInvocationStore {

    /** The table's name unless another is set. */
    public static final String DEFAULT_TABLE = "camel_sagemaker_pending";

    private final JdbcSession session;
    private String tableName = DEFAULT_TABLE;
    private boolean createSchema = true;
    private volatile PendingSql sql;

    public JdbcPendingInvocationStore(DataSource dataSource) {
        this.session = new JdbcSession(Objects.requireNonNull(dataSource, "dataSource"));
    }

    public String getTableName() {
        return tableName;
    }

    /**
     * The table, camel_sagemaker_pending by default: 1 to 40 letters, digits and underscores, with a schema's name and a dot before
     * it if need be.
     */
    public void setTableName(String tableName) {
        PendingSchema.checkTableName(tableName);
        this.tableName = tableName;
    }

    public boolean isCreateSchema() {
        return createSchema;
    }

    /** Whether the table is made at start if it is absent; true by default. */
    public void setCreateSchema(boolean createSchema) {
        this.createSchema = createSchema;
    }

    @Override
    protected void doStart() throws Exception {
        PendingSql.Dialect dialect = session.run(
                "ask the database what it is",
                connection -> PendingSql.Dialect.of(connection.getMetaData().getDatabaseProductName()));
        new PendingSchema(session, dialect, tableName).prepare(createSchema);
        sql = new PendingSql(tableName, dialect);
    }

    private PendingSql sql() {
        PendingSql statements = sql;
        if (statements == null) {
            throw new PendingStoreException("The JdbcPendingInvocationStore of table " + tableName
                    + " was not started. Call start(), or let the endpoint start it by option pendingStore");
        }
        return statements;
    }

    @Override
    public void add(PendingInvocation invocation) {
        session.run("record invocation " + invocation.key(), connection -> {
            if (!insert(connection, invocation)) {
                JdbcSession.update(connection, sql().removeEnded, invocation.endpointName(), invocation.inferenceId());
                if (!insert(connection, invocation)) {
                    throw new DuplicateInferenceIdException(invocation.inferenceId());
                }
            }
            return null;
        });
    }

    private boolean insert(Connection connection, PendingInvocation invocation) throws SQLException {
        try {
            JdbcSession.update(
                    connection,
                    sql().insert,
                    invocation.inferenceId(),
                    invocation.endpointName(),
                    invocation.state().name(),
                    invocation.created(),
                    invocation.deadline(),
                    invocation.outputLocation(),
                    invocation.failureLocation(),
                    invocation.inputLocation(),
                    invocation.headers(),
                    PendingSql.hash(invocation.outputLocation()),
                    PendingSql.hash(invocation.failureLocation()),
                    invocation.deadline());
            return true;
        } catch (SQLException e) {
            boolean broken = e instanceof SQLIntegrityConstraintViolationException
                    || (e.getSQLState() != null && e.getSQLState().startsWith("23"));
            if (broken && find(connection, invocation.key()).isPresent()) {
                return false;
            }
            throw e;
        }
    }

    private Optional<PendingInvocation> find(Connection connection, InvocationKey key) throws SQLException {
        return JdbcSession.query(connection, sql().find, PendingSql::read, key.endpointName(), key.inferenceId())
                .stream()
                .findFirst();
    }

    @Override
    public void addLocations(InvocationKey key, S3Location output, S3Location failure, S3Location input) {
        session.update(
                "add the locations of invocation " + key,
                sql().addLocations,
                output,
                failure,
                input,
                PendingSql.hash(output),
                PendingSql.hash(failure),
                key.endpointName(),
                key.inferenceId());
    }

    @Override
    public void remove(InvocationKey key) {
        session.update("forget invocation " + key, sql().remove, key.endpointName(), key.inferenceId());
    }

    @Override
    public Optional<PendingInvocation> find(InvocationKey key) {
        return session.run("find invocation " + key, connection -> find(connection, key));
    }

    @Override
    public Optional<PendingInvocation> findByLocation(S3Location location) {
        return session.run("find the invocation of " + location, connection -> {
            String hash = PendingSql.hash(location);
            for (String kind : List.of("output", "failure")) {
                List<PendingInvocation> found =
                        JdbcSession.query(connection, sql().findAt(kind), PendingSql::read, hash, location);
                if (!found.isEmpty()) {
                    return Optional.of(found.get(0));
                }
            }
            return Optional.empty();
        });
    }

    @Override
    public boolean hold(InvocationKey key, Instant now, Instant until) {
        return 1
                == session.update(
                        "hold invocation " + key, sql().hold, until, until, key.endpointName(), key.inferenceId(), now);
    }

    @Override
    public Optional<PendingState> end(InvocationKey key, PendingState outcome, Instant now) {
        PendingState.requireOutcome(outcome);
        return session.run("end invocation " + key, connection -> {
            for (PendingState before : List.of(PendingState.PENDING, PendingState.EXPIRED)) {
                if (1
                        == JdbcSession.update(
                                connection,
                                sql().end,
                                outcome.name(),
                                now,
                                key.endpointName(),
                                key.inferenceId(),
                                before.name())) {
                    return Optional.of(before);
                }
            }
            return find(connection, key).map(PendingInvocation::state);
        });
    }

    @Override
    public List<PendingInvocation> claimExpired(String endpointName, PendingClaim claim, int limit) {
        return session.run("claim expired invocations of " + endpointName, connection -> {
            List<PendingInvocation> claimed = new ArrayList<>();
            while (claimed.size() < limit) {
                int wanted = limit - claimed.size();
                List<PendingInvocation> candidates = JdbcSession.query(
                        connection,
                        sql().limited(sql().claimable, wanted),
                        PendingSql::read,
                        endpointName,
                        claim.now());
                for (PendingInvocation candidate : candidates) {
                    String id = candidate.inferenceId();
                    // One row at a time: a statement on many rows could deadlock with another node's.
                    if (1
                            == JdbcSession.update(
                                    connection,
                                    sql().claim,
                                    claim.id(),
                                    claim.until(),
                                    endpointName,
                                    id,
                                    claim.now())) {
                        claimed.add(candidate);
                    }
                }
                if (candidates.size() < wanted) {
                    break;
                }
            }
            return claimed;
        });
    }

    @Override
    public boolean renew(InvocationKey key, PendingClaim claim) {
        return reschedule(key, claim, claim.id(), claim.until());
    }

    @Override
    public boolean release(InvocationKey key, PendingClaim claim, Instant notBefore) {
        return reschedule(key, claim, null, notBefore);
    }

    private boolean reschedule(InvocationKey key, PendingClaim claim, String newClaimId, Instant due) {
        String task = "move the claim on invocation " + key;
        return 1
                == session.update(
                        task, sql().reschedule, newClaimId, due, key.endpointName(), key.inferenceId(), claim.id());
    }

    @Override
    public boolean confirmExpired(InvocationKey key, PendingClaim claim, Instant now) {
        String task = "confirm the expiry of invocation " + key;
        return 1
                == session.update(
                        task, sql().confirmExpired, now, now, key.endpointName(), key.inferenceId(), claim.id());
    }

    @Override
    public PendingStatistics statistics(String endpointName) {
        return session.run("count the invocations of " + endpointName, connection -> {
            Map<PendingState, Long> counts = new EnumMap<>(PendingState.class);
            Instant[] oldest = new Instant[1];
            SqlFunction<java.sql.ResultSet, Void> row = columns -> {
                PendingState state = PendingState.valueOf(columns.getString(1));
                counts.put(state, columns.getLong(2));
                if (state == PendingState.PENDING) {
                    oldest[0] = Instant.ofEpochMilli(columns.getLong(3));
                }
                return null;
            };
            JdbcSession.query(connection, sql().statistics, row, endpointName);
            return PendingStatistics.of(counts, oldest[0]);
        });
    }

    @Override
    public int purge(String endpointName, Instant endedBefore, int limit) {
        return session.run("purge ended invocations", connection -> {
            int purged = 0;
            for (String id : JdbcSession.query(
                    connection,
                    sql().limited(sql().ended, limit),
                    columns -> columns.getString(1),
                    endpointName,
                    endedBefore)) {
                purged += JdbcSession.update(connection, sql().purge, endpointName, id, endedBefore);
            }
            return purged;
        });
    }
}
