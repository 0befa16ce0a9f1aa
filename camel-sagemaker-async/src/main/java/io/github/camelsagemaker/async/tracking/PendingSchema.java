package io.github.camelsagemaker.async.tracking;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A store's table: its version, the scripts that make it, and where databases differ. */
final class PendingSchema {

    /** The newest version there is a script for. */
    private static final int VERSION = 1;

    private static final String SCRIPTS = "/META-INF/camel-sagemaker-async/schema/";
    private static final int ATTEMPTS = 5;
    private static final Pattern TABLE_NAME =
            Pattern.compile("([A-Za-z_][A-Za-z0-9_]{0,39}\\.)?[A-Za-z_][A-Za-z0-9_]{0,39}");

    private final JdbcPendingInvocationStore store;
    private final String table;
    /** Null if there is none for the database. */
    private final String script;

    /** @param database what {@link java.sql.DatabaseMetaData#getDatabaseProductName()} says */
    PendingSchema(JdbcPendingInvocationStore store, String database, String table) {
        this.store = store;
        this.table = table;
        String name = database.toLowerCase(Locale.ROOT)
                .replace("mariadb", "mysql")
                .replace("microsoft sql server", "sqlserver");
        this.script = Stream.of("postgresql", "mysql", "h2", "sqlserver", "oracle")
                .filter(known -> known.equals("h2") ? name.equals(known) : name.contains(known))
                .findFirst()
                .map(known -> SCRIPTS + known + "/v" + VERSION + ".sql")
                .orElse(null);
    }

    /** The name becomes part of statements, so nothing but a plain identifier passes. */
    static void checkTableName(String tableName) {
        if (tableName == null || !TABLE_NAME.matcher(tableName).matches()) {
            throw new IllegalArgumentException(
                    "tableName is '" + tableName + "', but must be 1 to 40 letters, digits and"
                            + " underscores, if need be after a schema's name and a dot");
        }
    }

    String table() {
        return table;
    }

    /** A query cut off after some rows, in standard SQL but for MySQL. SQL Server needs all of it. */
    String limited(String query, int rows) {
        boolean mySql = script != null && script.contains("/mysql/");
        return query + (mySql ? " LIMIT " + rows : " OFFSET 0 ROWS FETCH FIRST " + rows + " ROWS ONLY");
    }

    /**
     * Makes sure the table is there in the version this code knows.
     *
     * @throws PendingStoreException if it is not, naming what to do
     */
    void prepare(boolean create) {
        OptionalInt found = installed();
        if (found.isEmpty() && create && script != null) {
            found = install();
        }
        int version = found.orElseThrow(() -> new PendingStoreException("The table " + table
                + " is not there (its version is read from " + table + "_version). Create it with "
                + (script == null
                        ? "a script of your own, after the model of those in the jar below " + SCRIPTS
                        : "the script " + script + " in the jar")
                + ", or set createSchema=true on the JdbcPendingInvocationStore"));
        if (version != VERSION) {
            throw new PendingStoreException("The table " + table + " is of version " + version + ", but this release of"
                    + " camel-sagemaker-async needs version " + VERSION
                    + ". Use a release that fits it, or another tableName");
        }
    }

    /** Empty if the version table is not there, or has no row yet. */
    private OptionalInt installed() {
        return store.run("read the version of table " + table, connection -> {
            try {
                return JdbcPendingInvocationStore.query(
                                connection, "SELECT version FROM " + table + "_version", row -> row.getInt(1))
                        .stream()
                        .mapToInt(Integer::intValue)
                        .max();
            } catch (SQLException e) {
                // Class 42, and S0002 of SQL Server: the table does not exist. Anything else is no answer to the
                // question.
                if (String.valueOf(e.getSQLState()).matches("42.*|S0002")) {
                    return OptionalInt.empty();
                }
                throw e;
            }
        });
    }

    private OptionalInt install() {
        List<String> statements = statements();
        OptionalInt found = OptionalInt.empty();
        // Nodes that start together can stumble over each other's objects. Each attempt leaves fewer to stumble over.
        for (int attempt = 1; found.isEmpty() && attempt <= ATTEMPTS; attempt++) {
            try {
                store.run("create table " + table, connection -> runInOneTransaction(connection, statements));
                found = installed();
            } catch (PendingStoreException e) {
                found = installed();
                if (found.isEmpty() && attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
        return found;
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

    private List<String> statements() {
        try (InputStream resource = PendingSchema.class.getResourceAsStream(script)) {
            if (resource == null) {
                throw new PendingStoreException("The jar lacks its schema script " + script);
            }
            String text = new String(resource.readAllBytes(), StandardCharsets.UTF_8)
                    .replaceAll("(?m)^\\s*--.*$", "")
                    .replace("{table}", table)
                    // An index has no schema before its name: it lives where its table does.
                    .replace("{name}", table.substring(table.indexOf('.') + 1));
            return Arrays.stream(text.split(";"))
                    .map(String::strip)
                    .filter(sql -> !sql.isEmpty())
                    .toList();
        } catch (IOException e) {
            throw new PendingStoreException("Could not read the schema script " + script, e);
        }
    }
}
