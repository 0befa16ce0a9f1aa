package io.github.camelsagemaker.async.tracking;

/** The statements on one table. Every condition is met by an index of the schema script. */
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
    private final SqlDialect dialect;

    PendingSql(String table, SqlDialect dialect) {
        this.table = table;
        this.dialect = dialect;
        String mine = " WHERE inference_id = ? AND state = 'PENDING' AND claim_id = ?";
        insert = "INSERT INTO " + table + " (" + COLUMNS + ", output_hash, failure_hash, due_at)"
                + " VALUES (?, ?, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ?, ?)";
        addLocations = "UPDATE " + table + " SET output_location = ?, failure_location = ?, input_location = ?,"
                + " output_hash = ?, failure_hash = ? WHERE inference_id = ?";
        remove = "DELETE FROM " + table + " WHERE inference_id = ? AND state = 'PENDING'";
        removeEnded = "DELETE FROM " + table + " WHERE inference_id = ? AND state <> 'PENDING'";
        find = "SELECT " + COLUMNS + " FROM " + table + " WHERE inference_id = ?";
        hold = "UPDATE " + table + " SET claim_id = NULL, due_at = CASE WHEN due_at < ? THEN ? ELSE due_at END"
                + " WHERE inference_id = ? AND state = 'PENDING' AND (claim_id IS NULL OR due_at <= ?)";
        end = "UPDATE " + table + " SET state = ?, ended_at = ?, claim_id = NULL WHERE inference_id = ? AND state = ?";
        claimable = "SELECT " + COLUMNS + " FROM " + table
                + " WHERE endpoint_name = ? AND state = 'PENDING' AND due_at <= ?"
                // All columns of the index, though two are the same throughout: or H2 sorts what it found.
                + " ORDER BY endpoint_name, state, due_at ";
        claim = "UPDATE " + table + " SET claim_id = ?, due_at = ?"
                + " WHERE inference_id = ? AND state = 'PENDING' AND due_at <= ?";
        reschedule = "UPDATE " + table + " SET claim_id = ?, due_at = ?" + mine;
        confirmExpired =
                "UPDATE " + table + " SET state = 'EXPIRED', expired_at = ?, ended_at = ?, claim_id = NULL" + mine;
        statistics =
                "SELECT state, COUNT(*), MIN(created_at) FROM " + table + " WHERE endpoint_name = ? GROUP BY state";
        ended = "SELECT inference_id FROM " + table + " WHERE ended_at < ? ORDER BY ended_at ";
        purge = "DELETE FROM " + table + " WHERE inference_id = ? AND state <> 'PENDING' AND ended_at < ?";
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
}
