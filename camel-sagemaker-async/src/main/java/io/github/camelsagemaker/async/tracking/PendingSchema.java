package io.github.camelsagemaker.async.tracking;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/** The table's version, and the scripts that make it. */
final class PendingSchema {

    /** The newest version there is a script for. */
    static final int VERSION = 1;

    private static final String SCRIPTS = "/META-INF/camel-sagemaker-async/schema/";
    private static final int ATTEMPTS = 5;
    private static final Pattern TABLE_NAME =
            Pattern.compile("([A-Za-z_][A-Za-z0-9_]{0,39}\\.)?[A-Za-z_][A-Za-z0-9_]{0,39}");

    private final JdbcSession session;
    private final PendingSql.Dialect dialect;
    private final String table;

    PendingSchema(JdbcSession session, PendingSql.Dialect dialect, String table) {
        this.session = session;
        this.dialect = dialect;
        this.table = table;
    }

    /** The name becomes part of statements, so nothing but a plain identifier passes. */
    static void checkTableName(String tableName) {
        if (tableName == null || !TABLE_NAME.matcher(tableName).matches()) {
            throw new IllegalArgumentException(
                    "tableName is '" + tableName + "', but must be 1 to 40 letters, digits and"
                            + " underscores, if need be after a schema's name and a dot");
        }
    }

    /**
     * Makes sure the table is there in the version this code knows.
     *
     * @throws PendingStoreException if it is not, naming what to do
     */
    void prepare(boolean create) {
        OptionalInt found = installed();
        if (found.isEmpty() && create) {
            found = install();
        }
        int version = found.orElseThrow(() -> new PendingStoreException("The table " + table
                + " is not there (its version is read from " + versionTable() + "). Create it with " + hint()
                + ", or set createSchema=true on the JdbcPendingInvocationStore"));
        if (version != VERSION) {
            throw new PendingStoreException("The table " + table + " is of version " + version + ", but this release of"
                    + " camel-sagemaker-async needs version " + VERSION
                    + ". Use a release that fits it, or another tableName");
        }
    }

    private String hint() {
        return dialect.folder() == null
                ? "a script of your own, after the model of those in the jar below " + SCRIPTS
                : "the script " + script(VERSION) + " in the jar";
    }

    private String script(int version) {
        return SCRIPTS + dialect.folder() + "/v" + version + ".sql";
    }

    private String versionTable() {
        return table + "_version";
    }

    /** Empty if the version table is not there, or has no row yet. */
    private OptionalInt installed() {
        return session.run("read the version of table " + table, connection -> {
            try {
                return JdbcSession.query(connection, "SELECT version FROM " + versionTable(), row -> row.getInt(1))
                        .stream()
                        .mapToInt(Integer::intValue)
                        .max();
            } catch (SQLException e) {
                // Class 42: the table does not exist. Anything else is no answer to the question.
                if (e.getSQLState() != null && e.getSQLState().startsWith("42")) {
                    return OptionalInt.empty();
                }
                throw e;
            }
        });
    }

    private OptionalInt install() {
        if (dialect.folder() == null) {
            return OptionalInt.empty();
        }
        PendingStoreException failure = null;
        OptionalInt found = OptionalInt.empty();
        // Nodes that start together can stumble over each other's objects. Each attempt leaves fewer to stumble over.
        for (int attempt = 0; attempt < ATTEMPTS && found.isEmpty(); attempt++) {
            try {
                session.run("create table " + table, connection -> {
                    runInOneTransaction(connection, statements(VERSION));
                    return null;
                });
            } catch (PendingStoreException e) {
                failure = e;
            }
            found = installed();
        }
        if (found.isEmpty() && failure != null) {
            throw failure;
        }
        return found;
    }

    /** Where the database has transactions for this; in the others the version's row comes last. */
    private static void runInOneTransaction(Connection connection, List<String> statements) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private List<String> statements(int version) {
        String text = read(script(version)).replaceAll("(?m)^\\s*--.*$", "");
        // An index has no schema before its name: it lives where its table does.
        String plainName = table.substring(table.indexOf('.') + 1);
        return Arrays.stream(text.split(";"))
                .map(String::strip)
                .filter(sql -> !sql.isEmpty())
                .map(sql -> sql.replace("{table}", table).replace("{name}", plainName))
                .toList();
    }

    private static String read(String resource) {
        try (InputStream script = PendingSchema.class.getResourceAsStream(resource)) {
            if (script == null) {
                throw new PendingStoreException("The jar lacks its schema script " + resource);
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new PendingStoreException("Could not read the schema script " + resource, e);
        }
    }
}
