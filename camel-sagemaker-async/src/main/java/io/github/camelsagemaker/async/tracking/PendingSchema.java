package io.github.camelsagemaker.async.tracking;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A store's table: its version, the scripts that make it, and where databases differ.
 *
 * <p>Version n is made by the scripts 1 to n. From the second on they only add: what may be null, indexes, tables. So nodes of an
 * earlier release go on with a table of a later one, and read what its nodes wrote. Each of their statements can be run again,
 * by nodes that start together or after one that was cut off.
 *
 * @param scripts what the scripts' names begin with; null if there are none for the database
 */
record PendingSchema(JdbcPendingInvocationStore store, String table, int version, String scripts) {

    static final int VERSION = 1;

    static final String SCRIPTS = "/META-INF/camel-sagemaker-async/schema/";
    private static final int ATTEMPTS = 5;

    static PendingSchema of(JdbcPendingInvocationStore store, String table, String folder, int version) {
        String name = store.run(
                        "ask the database what it is",
                        connection -> connection.getMetaData().getDatabaseProductName())
                .toLowerCase(Locale.ROOT)
                .replace("mariadb", "mysql")
                .replace("microsoft sql server", "sqlserver");
        Optional<String> database = Stream.of("postgresql", "mysql", "h2", "sqlserver", "oracle")
                .filter(known -> known.equals("h2") ? name.equals(known) : name.contains(known))
                .findFirst();
        String scripts = database.map(known -> folder + known + "/v").orElse(null);
        return new PendingSchema(store, table, version, scripts);
    }

    /** A query cut off after some rows, in standard SQL but for MySQL. SQL Server needs all of it. */
    String limited(String query, int rows) {
        boolean mySql = scripts != null && scripts.endsWith("/mysql/v");
        return query + (mySql ? " LIMIT " + rows : " OFFSET 0 ROWS FETCH FIRST " + rows + " ROWS ONLY");
    }

    /** @throws PendingStoreException if the table is not there in the version this code knows or a later one, naming what to do */
    void prepare(boolean create) {
        for (int next = installed() + 1; create && scripts != null && next <= version; next++) {
            install(next);
        }
        int found = installed();
        if (found < version) {
            throw new PendingStoreException("The table " + table
                    + (found == 0
                            ? " is not there"
                            : " is of version " + found + ", but version " + version + " is needed")
                    + " (its version is read from " + table + "_version). "
                    + (scripts == null
                            ? "Create it with a script of your own, after the model of those in the jar below "
                                    + SCRIPTS
                            : "Run the scripts " + scripts + (found + 1) + ".sql to v" + version + ".sql in the jar")
                    + ", or set createSchema=true on the JdbcPendingInvocationStore");
        }
    }

    /** 0 if the table or that of its version is not there, or has no row yet. */
    private int installed() {
        return store.run("read the version of table " + table, connection -> {
            try {
                String sql = "SELECT MAX(version) FROM " + table + "_version WHERE NOT EXISTS (SELECT 1 FROM " + table
                        + " WHERE 1 = 0)";
                return JdbcPendingInvocationStore.query(connection, sql, row -> row.getInt(1))
                        .get(0);
            } catch (SQLException e) {
                // Class 42, and S0002 of SQL Server: the table does not exist. Anything else is no answer.
                if (String.valueOf(e.getSQLState()).matches("42.*|S0002")) {
                    return 0;
                }
                throw e;
            }
        });
    }

    private void install(int next) {
        List<String> statements = statements(scripts + next + ".sql");
        // Nodes that start together can collide on each other's objects. Each attempt leaves fewer to collide on.
        for (int attempt = 1; installed() < next && attempt <= ATTEMPTS; attempt++) {
            try {
                store.run(
                        "bring table " + table + " to version " + next,
                        connection -> runInOneTransaction(connection, statements));
            } catch (PendingStoreException e) {
                if (attempt == ATTEMPTS && installed() < next) {
                    throw e;
                }
            }
        }
    }

    /** Where the database has transactions for this; in the others the version's row comes last. */
    private static Void runInOneTransaction(Connection connection, List<String> statements) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
            connection.commit();
            return null;
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private List<String> statements(String script) {
        try (InputStream resource = PendingSchema.class.getResourceAsStream(script)) {
            if (resource == null) {
                throw new PendingStoreException("The jar lacks its schema script " + script);
            }
            String text = new String(resource.readAllBytes(), StandardCharsets.UTF_8)
                    .replaceAll("(?m)^\\s*--.*$", "")
                    .replace("{table}", table)
                    // An index has no schema before its name: it lives where its table does.
                    .replace("{name}", table.substring(table.indexOf('.') + 1));
            return List.of(text.strip().split("\\s*;\\s*"));
        } catch (IOException e) {
            throw new PendingStoreException("Could not read the schema script " + script, e);
        }
    }
}
