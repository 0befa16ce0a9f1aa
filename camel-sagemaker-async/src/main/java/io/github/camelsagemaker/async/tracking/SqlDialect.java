package io.github.camelsagemaker.async.tracking;

import java.sql.SQLException;
import java.util.Locale;

/** Where databases differ: the schema script, and how a query is cut off after some rows. */
enum SqlDialect {
    POSTGRESQL("postgresql", "LIMIT "),
    H2("h2", "LIMIT "),
    MYSQL("mysql", "LIMIT "),
    /** Any other: standard SQL, and no script. */
    STANDARD(null, null);

    private final String folder;
    private final String limit;

    SqlDialect(String folder, String limit) {
        this.folder = folder;
        this.limit = limit;
    }

    /** The dialect of what {@link java.sql.DatabaseMetaData#getDatabaseProductName()} says. */
    static SqlDialect of(String productName) throws SQLException {
        String name = productName.toLowerCase(Locale.ROOT);
        if (name.contains("postgresql")) {
            return POSTGRESQL;
        }
        if (name.contains("mysql") || name.contains("mariadb")) {
            return MYSQL;
        }
        return name.equals("h2") ? H2 : STANDARD;
    }

    /** The folder of its schema scripts; null if there are none. */
    String folder() {
        return folder;
    }

    /** What follows ORDER BY to cut a query off. */
    String limited(int rows) {
        return limit != null ? limit + rows : "FETCH FIRST " + rows + " ROWS ONLY";
    }
}
