package io.github.camelsagemaker.async.tracking;

import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;

/** The statements on one table, and its rows. Every condition is met by an index of the schema script. */
final class PendingSql {

    private static final String COLUMNS = "inference_id, endpoint_name, state, created_at, deadline_at, expired_at,"
            + " output_location, failure_location, input_location, headers";

    final String insert;
    final String addLocations;
    final String remove;
    final String removeEnded;
    final String find;
    final String hold;
    final String end;
    final String claimable;
    final String claim;
    final String reschedule;
    final String confirmExpired;
    final String statistics;
    final String ended;
    final String purge;

    private final String table;
    private final Dialect dialect;

    PendingSql(String table, Dialect dialect) {
        this.table = table;
        this.dialect = dialect;
        String mine = " WHERE endpoint_name = ? AND inference_id = ? AND state = 'PENDING' AND claim_id = ?";
        insert = "INSERT INTO " + table + " (" + COLUMNS + ", output_hash, failure_hash, due_at)"
                + " VALUES (?, ?, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, ?)";
        addLocations = "UPDATE " + table + " SET output_location = ?, failure_location = ?, input_location = ?,"
                + " output_hash = ?, failure_hash = ? WHERE endpoint_name = ? AND inference_id = ?";
        remove = "DELETE FROM " + table + " WHERE endpoint_name = ? AND inference_id = ? AND state = 'PENDING'";
        removeEnded = "DELETE FROM " + table + " WHERE endpoint_name = ? AND inference_id = ? AND state <> 'PENDING'";
        find = "SELECT " + COLUMNS + " FROM " + table + " WHERE endpoint_name = ? AND inference_id = ?";
        hold = "UPDATE " + table + " SET claim_id = NULL, due_at = CASE WHEN due_at < ? THEN ? ELSE due_at END"
                + " WHERE endpoint_name = ? AND inference_id = ? AND state = 'PENDING' AND (claim_id IS NULL OR due_at <= ?)";
        end = "UPDATE " + table
                + " SET state = ?, ended_at = ?, claim_id = NULL WHERE endpoint_name = ? AND inference_id = ? AND state = ?";
        claimable = "SELECT " + COLUMNS + " FROM " + table
                + " WHERE endpoint_name = ? AND state = 'PENDING' AND due_at <= ?"
                // All columns of the index, though two are the same throughout: or H2 sorts what it found.
                + " ORDER BY endpoint_name, state, due_at ";
        claim = "UPDATE " + table + " SET claim_id = ?, due_at = ?"
                + " WHERE endpoint_name = ? AND inference_id = ? AND state = 'PENDING' AND due_at <= ?";
        reschedule = "UPDATE " + table + " SET claim_id = ?, due_at = ?" + mine;
        confirmExpired =
                "UPDATE " + table + " SET state = 'EXPIRED', expired_at = ?, ended_at = ?, claim_id = NULL" + mine;
        statistics =
                "SELECT state, COUNT(*), MIN(created_at) FROM " + table + " WHERE endpoint_name = ? GROUP BY state";
        ended = "SELECT inference_id FROM " + table
                + " WHERE endpoint_name = ? AND ended_at < ? ORDER BY endpoint_name, ended_at ";
        purge = "DELETE FROM " + table
                + " WHERE endpoint_name = ? AND inference_id = ? AND state <> 'PENDING' AND ended_at < ?";
    }

    String limited(String query, int rows) {
        return query + dialect.limited(rows);
    }

    /** The best record of a place: {@code kind} is output or failure. */
    String findAt(String kind) {
        return limited(
                "SELECT " + COLUMNS + " FROM " + table + " WHERE " + kind + "_hash = ? AND " + kind
                        + "_location = ? ORDER BY CASE WHEN state = 'PENDING' THEN 0 ELSE 1 END, created_at DESC ",
                1);
    }

    static PendingInvocation read(ResultSet row) throws SQLException {
        long expiredAt = row.getLong("expired_at");
        Instant expired = row.wasNull() ? null : Instant.ofEpochMilli(expiredAt);
        return new PendingInvocation(
                row.getString("inference_id"),
                row.getString("endpoint_name"),
                PendingState.valueOf(row.getString("state")),
                Instant.ofEpochMilli(row.getLong("created_at")),
                Instant.ofEpochMilli(row.getLong("deadline_at")),
                expired,
                location(row.getString("output_location")),
                location(row.getString("failure_location")),
                location(row.getString("input_location")),
                row.getString("headers"));
    }

    private static S3Location location(String uri) {
        return uri == null ? null : S3Location.parse(uri);
    }

    /** What a place is looked up by: a location is too long for an index of some databases. */
    static String hash(S3Location location) {
        if (location == null) {
            return null;
        }
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(location.uri().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** Where databases differ: the schema script, and how a query is cut off after some rows. */
    enum Dialect {
        POSTGRESQL,
        H2,
        MYSQL,
        /** Any other: standard SQL, and no script. */
        STANDARD;

        /** The dialect of what {@link java.sql.DatabaseMetaData#getDatabaseProductName()} says. */
        static Dialect of(String productName) throws SQLException {
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
            return this == STANDARD ? null : name().toLowerCase(Locale.ROOT);
        }

        /** What follows ORDER BY to cut a query off. */
        String limited(int rows) {
            return this == STANDARD ? "FETCH FIRST " + rows + " ROWS ONLY" : "LIMIT " + rows;
        }
    }
}
