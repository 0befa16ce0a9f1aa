package io.github.camelsagemaker.async.tracking;

import io.github.camelsagemaker.async.result.S3Location;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;

/** Between records and rows. Times are milliseconds since 1970, so that no database's idea of time zones matters. */
final class PendingRows {

    private PendingRows() {}

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

    static String uri(S3Location location) {
        return location == null ? null : location.uri();
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
}
