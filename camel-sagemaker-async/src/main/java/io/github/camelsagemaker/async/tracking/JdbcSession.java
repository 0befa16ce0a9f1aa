package io.github.camelsagemaker.async.tracking;

import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/**
 * Runs statements on a data source, each as its own transaction: a connection that does not commit by itself does so
 * meanwhile. Failures become {@link PendingStoreException}.
 */
final class JdbcSession {

    private final DataSource dataSource;

    JdbcSession(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Work on a connection that commits every statement. */
    <T> T run(String task, SqlFunction<Connection, T> work) {
        try (Connection connection = dataSource.getConnection()) {
            boolean autoCommit = connection.getAutoCommit();
            if (autoCommit) {
                return work.apply(connection);
            }
            connection.setAutoCommit(true);
            try {
                return work.apply(connection);
            } finally {
                connection.setAutoCommit(false);
            }
        } catch (SQLException e) {
            throw new PendingStoreException("Could not " + task + ": " + e.getMessage(), e);
        }
    }

    int update(String task, String sql, Object... parameters) {
        return run(task, connection -> update(connection, sql, parameters));
    }

    static int update(Connection connection, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, parameters);
            return statement.executeUpdate();
        }
    }

    static <T> List<T> query(Connection connection, String sql, SqlFunction<ResultSet, T> row, Object... parameters)
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

    private static void bind(PreparedStatement statement, Object... parameters) throws SQLException {
        for (int i = 0; i < parameters.length; i++) {
            if (parameters[i] instanceof Instant time) {
                // Milliseconds since 1970, so that no database's idea of time zones matters.
                statement.setLong(i + 1, time.toEpochMilli());
            } else {
                // Also sets NULL; all other columns are texts.
                statement.setString(
                        i + 1, parameters[i] instanceof S3Location place ? place.uri() : (String) parameters[i]);
            }
        }
    }

    /** A function on JDBC objects. */
    @FunctionalInterface
    interface SqlFunction<A, T> {
        T apply(A argument) throws SQLException;
    }
}
