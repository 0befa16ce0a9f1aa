package io.github.camelsagemaker.async.tracking;

import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.options.Digest;
import io.github.camelsagemaker.async.internal.options.OptionCheck;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.camel.util.function.ThrowingFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps pending invocations in a table, for any number of nodes and over restarts.
 *
 * <p>The table is made at start unless {@code createSchema} is false; then run the script of your database, found in the jar
 * below {@code META-INF/camel-sagemaker-async/schema/}. There are scripts for PostgreSQL, MySQL (and MariaDB), H2, SQL
 * Server and Oracle, the last two not tested. On another database create the same columns and indexes by hand; the statements are standard SQL. The start fails if the table is
 * absent or of another version.
 *
 * <p>Every statement is its own transaction, whatever the connection's settings. Give it a pooled data source; connection and
 * statement time-outs are the data source's. Thread-safe; methods block on the database.
 */
public class JdbcPendingInvocationStore extends ServiceSupport implements PendingInvocationStore {

    /** The table's name unless another is set. */
    public static final String DEFAULT_TABLE = "camel_sagemaker_pending";

    /** It becomes part of statements, so nothing but a plain identifier passes. */
    private static final Pattern TABLE_NAME =
            Pattern.compile("([A-Za-z_][A-Za-z0-9_]{0,39}\\.)?[A-Za-z_][A-Za-z0-9_]{0,39}");

    private static final String COLUMNS = "endpoint_name, inference_id, state, created_at, deadline_at, expired_at,"
            + " output_location, failure_location, input_location, headers";

    // Every condition is met by an index of the schema script.
    private static final String OF_KEY = " WHERE endpoint_name = ? AND inference_id = ?";
    private static final String PENDING = OF_KEY + " AND state = 'PENDING'";
    private static final String CLAIMED = PENDING + " AND claim_id = ?";
    private static final String COUNTS = "SELECT COUNT(CASE state WHEN 'PENDING' THEN 1 END),"
            + " COUNT(CASE state WHEN 'COMPLETED' THEN 1 END), COUNT(CASE state WHEN 'FAILED' THEN 1 END),"
            + " COUNT(CASE state WHEN 'EXPIRED' THEN 1 END), MIN(CASE state WHEN 'PENDING' THEN created_at END) AS oldest";

    private static final Logger LOG = LoggerFactory.getLogger(JdbcPendingInvocationStore.class);

    private static final int ATTEMPTS = 5;

    private final DataSource dataSource;
    private String tableName = DEFAULT_TABLE;
    private boolean createSchema = true;
    private volatile PendingSchema schema;

    public JdbcPendingInvocationStore(DataSource dataSource) {
        this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
    }

    public String getTableName() {
        return tableName;
    }

    /**
     * The table, camel_sagemaker_pending by default: 1 to 40 letters, digits and underscores, with a schema's name and a dot before
     * it if need be.
     */
    public void setTableName(String tableName) {
        OptionCheck.require(
                tableName != null && TABLE_NAME.matcher(tableName).matches(),
                "tableName is '" + tableName
                        + "', but must be 1 to 40 letters, digits and underscores, if need be after a"
                        + " schema's name and a dot");
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
        PendingSchema prepared = PendingSchema.of(this, tableName, PendingSchema.SCRIPTS, PendingSchema.VERSION);
        prepared.prepare(createSchema);
        schema = prepared;
    }

    private PendingSchema schema() {
        return Optional.ofNullable(schema)
                .orElseThrow(() -> new PendingStoreException("The JdbcPendingInvocationStore of table " + tableName
                        + " was not started. Call start(), or let the endpoint start it by option pendingStore"));
    }

    private String table() {
        return schema().table();
    }

    @Override
    public void add(PendingInvocation invocation) {
        String removeEnded = "DELETE FROM " + table() + OF_KEY + " AND state <> 'PENDING'";
        run("record invocation " + invocation.key(), connection -> {
            if (!insert(connection, invocation)) {
                update(connection, removeEnded, invocation.key());
                if (!insert(connection, invocation)) {
                    throw new DuplicateInferenceIdException(invocation.inferenceId());
                }
            }
            return null;
        });
    }

    private boolean insert(Connection connection, PendingInvocation invocation) throws SQLException {
        try {
            return update(
                    connection,
                    "INSERT INTO " + table() + " (" + COLUMNS + ", output_hash, failure_hash, due_at)"
                            + " VALUES (?, ?, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, ?)",
                    invocation.key(),
                    invocation.state(),
                    invocation.created(),
                    invocation.deadline(),
                    invocation.outputLocation(),
                    invocation.failureLocation(),
                    invocation.inputLocation(),
                    invocation.headers(),
                    hash(invocation.outputLocation()),
                    hash(invocation.failureLocation()),
                    invocation.deadline());
        } catch (SQLException e) {
            boolean broken = e instanceof SQLIntegrityConstraintViolationException
                    || String.valueOf(e.getSQLState()).startsWith("23");
            if (broken && find(connection, invocation.key()).isPresent()) {
                return false;
            }
            throw e;
        }
    }

    @Override
    public void addLocations(InvocationKey key, String output, String failure, String input) {
        String sql = "UPDATE " + table() + " SET output_location = ?, failure_location = ?, input_location = ?,"
                + " output_hash = ?, failure_hash = ?" + OF_KEY;
        update("add the locations of invocation " + key, sql, output, failure, input, hash(output), hash(failure), key);
    }

    @Override
    public void remove(InvocationKey key) {
        update("forget invocation " + key, "DELETE FROM " + table() + PENDING, key);
    }

    @Override
    public Optional<PendingInvocation> find(InvocationKey key) {
        return run("find invocation " + key, connection -> find(connection, key));
    }

    private Optional<PendingInvocation> find(Connection connection, InvocationKey key) throws SQLException {
        return records(connection, "SELECT " + COLUMNS + " FROM " + table() + OF_KEY, key).stream()
                .findFirst();
    }

    @Override
    public Optional<PendingInvocation> findByLocation(String location) {
        return run("find the invocation of " + location, connection -> {
            List<PendingInvocation> found = records(connection, locatedQuery("output"), hash(location), location);
            if (found.isEmpty()) {
                found = records(connection, locatedQuery("failure"), hash(location), location);
            }
            return found.stream().findFirst();
        });
    }

    /** The best record of a place: {@code kind} is output or failure. */
    String locatedQuery(String kind) {
        String sql = "SELECT " + COLUMNS + " FROM " + table() + " WHERE " + kind + "_hash = ? AND " + kind
                + "_location = ? ORDER BY CASE WHEN state = 'PENDING' THEN 0 ELSE 1 END, created_at DESC";
        return schema().limited(sql, 1);
    }

    @Override
    public Optional<PendingState> end(InvocationKey key, PendingState outcome, Instant now) {
        PendingState.requireOutcome(outcome);
        String sql = "UPDATE " + table() + " SET state = ?, ended_at = ?, claim_id = NULL" + OF_KEY + " AND state = ?";
        return run("end invocation " + key, connection -> {
            for (PendingState before : List.of(PendingState.PENDING, PendingState.EXPIRED)) {
                if (update(connection, sql, outcome, now, key, before)) {
                    return Optional.of(before);
                }
            }
            return find(connection, key).map(PendingInvocation::state);
        });
    }

    @Override
    public boolean claim(InvocationKey key, PendingClaim claim) {
        String sql = "UPDATE " + table() + " SET claim_id = ?, due_at = CASE WHEN due_at < ? THEN ? ELSE due_at END"
                + PENDING + " AND (claim_id IS NULL OR claim_id = ? OR due_at <= ?)";
        Instant until = claim.until();
        return update("claim invocation " + key, sql, claim.id(), until, until, key, claim.id(), claim.now());
    }

    @Override
    public List<PendingInvocation> claimExpired(String endpointName, PendingClaim claim, int limit) {
        // One row at a time: a statement on many rows could deadlock with another node's.
        String sql = "UPDATE " + table() + " SET claim_id = ?, due_at = ?" + PENDING + " AND due_at <= ?";
        return run("claim expired invocations of " + endpointName, connection -> {
            List<PendingInvocation> claimed = new ArrayList<>();
            boolean more = true;
            while (more && claimed.size() < limit) {
                int wanted = limit - claimed.size();
                List<PendingInvocation> candidates = records(connection, dueQuery(wanted), endpointName, claim.now());
                more = candidates.size() == wanted;
                for (PendingInvocation candidate : candidates) {
                    try {
                        if (update(connection, sql, claim.id(), claim.until(), candidate.key(), claim.now())) {
                            claimed.add(candidate);
                        }
                    } catch (SQLException e) {
                        if (claimed.isEmpty()) {
                            throw e;
                        }
                        // What is claimed already nobody else would handle before the claim lapses.
                        LOG.warn("Only {} expired invocations of {} could be claimed", claimed.size(), endpointName, e);
                        return claimed;
                    }
                }
            }
            return claimed;
        });
    }

    /** What may be claimed of an endpoint at a time. */
    String dueQuery(int limit) {
        String sql = "SELECT " + COLUMNS + " FROM " + table()
                + " WHERE endpoint_name = ? AND state = 'PENDING' AND due_at <= ?"
                // All columns of the index, though two are the same throughout: or H2 sorts what it found.
                + " ORDER BY endpoint_name, state, due_at";
        return schema().limited(sql, limit);
    }

    @Override
    public boolean release(InvocationKey key, PendingClaim claim, Instant notBefore) {
        String sql = "UPDATE " + table() + " SET claim_id = NULL, due_at = ?" + CLAIMED;
        return update("release invocation " + key, sql, notBefore, key, claim.id());
    }

    @Override
    public boolean confirmExpired(InvocationKey key, PendingClaim claim, Instant now) {
        String sql =
                "UPDATE " + table() + " SET state = 'EXPIRED', expired_at = ?, ended_at = ?, claim_id = NULL" + CLAIMED;
        return update("confirm the expiry of invocation " + key, sql, now, now, key, claim.id());
    }

    @Override
    public PendingStatistics statistics(String endpointName) {
        String sql = COUNTS + " FROM " + table() + " WHERE endpoint_name = ?";
        ThrowingFunction<ResultSet, PendingStatistics, SQLException> counts = row -> new PendingStatistics(
                row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4), instant(row, "oldest"));
        return run(
                "count the invocations of " + endpointName,
                connection -> query(connection, sql, counts, endpointName).get(0));
    }

    @Override
    public int purge(String endpointName, Instant endedBefore, int limit) {
        String sql = "DELETE FROM " + table() + OF_KEY + " AND state <> 'PENDING' AND ended_at < ?";
        return run("purge ended invocations", connection -> {
            int purged = 0;
            for (String id : query(connection, endedQuery(limit), row -> row.getString(1), endpointName, endedBefore)) {
                purged += update(connection, sql, endpointName, id, endedBefore) ? 1 : 0;
            }
            return purged;
        });
    }

    String endedQuery(int limit) {
        String sql = "SELECT inference_id FROM " + table()
                + " WHERE endpoint_name = ? AND ended_at < ? ORDER BY endpoint_name, ended_at";
        return schema().limited(sql, limit);
    }

    /** Work on a connection that commits every statement; if it does not do so by itself, for the time of the work. */
    <T> T run(String task, ThrowingFunction<Connection, T, SQLException> work) {
        try (Connection connection = dataSource.getConnection()) {
            if (connection.getAutoCommit()) {
                return work.apply(connection);
            }
            connection.setAutoCommit(true);
            try {
                return work.apply(connection);
            } finally {
                connection.setAutoCommit(false);
            }
        } catch (SQLException e) {
            boolean noDriver = Futures.causes(e)
                    .anyMatch(t -> String.valueOf(t.getMessage()).startsWith("No suitable driver"));
            throw new PendingStoreException(
                    "Could not " + task + ": " + e.getMessage()
                            + (noDriver
                                    ? ". Put the database's JDBC driver on the class path, or correct the URL"
                                    : ""),
                    e);
        }
    }

    private boolean update(String task, String sql, Object... parameters) {
        return run(task, connection -> update(connection, sql, parameters));
    }

    /** Whether there was a row to change. */
    private static boolean update(Connection connection, String sql, Object... parameters) throws SQLException {
        for (int attempt = 1; ; attempt++) {
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                bind(statement, parameters);
                return statement.executeUpdate() > 0;
            } catch (SQLException e) {
                // Class 40: rolled back to end a deadlock. It was all of its transaction, so it is run again.
                if (attempt == ATTEMPTS || !String.valueOf(e.getSQLState()).startsWith("40")) {
                    throw e;
                }
            }
        }
    }

    static <T> List<T> query(
            Connection connection, String sql, ThrowingFunction<ResultSet, T, SQLException> row, Object... parameters)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, parameters);
            try (ResultSet rows = statement.executeQuery()) {
                List<T> result = new ArrayList<>();
                while (rows.next()) {
                    result.add(row.apply(rows));
                }
                return result;
            }
        }
    }

    private static List<PendingInvocation> records(Connection connection, String sql, Object... parameters)
            throws SQLException {
        return query(connection, sql, JdbcPendingInvocationStore::read, parameters);
    }

    private static void bind(PreparedStatement statement, Object... parameters) throws SQLException {
        int column = 1;
        for (Object parameter : parameters) {
            if (parameter instanceof Instant time) {
                // Milliseconds since 1970, so that no database's idea of time zones matters.
                statement.setLong(column++, time.toEpochMilli());
            } else if (parameter instanceof InvocationKey key) {
                statement.setString(column++, key.endpointName());
                statement.setString(column++, key.inferenceId());
            } else {
                // Also sets NULL; all other columns are texts.
                statement.setString(column++, Objects.toString(parameter, null));
            }
        }
    }

    private static PendingInvocation read(ResultSet row) throws SQLException {
        return new PendingInvocation(
                row.getString("inference_id"),
                row.getString("endpoint_name"),
                PendingState.valueOf(row.getString("state")),
                instant(row, "created_at"),
                instant(row, "deadline_at"),
                instant(row, "expired_at"),
                row.getString("output_location"),
                row.getString("failure_location"),
                row.getString("input_location"),
                row.getString("headers"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? null : Instant.ofEpochMilli(millis);
    }

    /** What a place is looked up by: a location is too long for an index of some databases. */
    static String hash(String location) {
        return location == null ? null : Digest.sha256(location);
    }
}
