package io.github.camelsagemaker.async.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.SoakSize;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** With a million pending records (PostgreSQL; fewer on H2, and in a small soak), what is done for each sweep and each result touches a handful of them. */
@Tag("soak")
class MillionPendingInvocationsTest {

    private static final Logger LOG = LoggerFactory.getLogger(MillionPendingInvocationsTest.class);

    private static final int RECORDS = SoakSize.of(1_000_000, 100_000);
    private static final int DUE = 1_000;
    private static final int BATCH = 64;
    /** Fewer: H2 takes long to be filled. */
    private static final int H2_RECORDS = SoakSize.of(200_000, 50_000);

    /** What the stores' own tests try in a moment. */
    static final int FEW_RECORDS = 10_000;

    private static final int STEP = 10_000;
    private static final String TABLE = "million";
    /** Record n is due n milliseconds after this. */
    private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");

    private static final String FILL =
            """
            INSERT INTO million (inference_id, endpoint_name, state, created_at, deadline_at, due_at,
                output_location, output_hash, headers)
            SELECT CONCAT('id-', %1$s), 'summarizer', 'PENDING', %2$d, %2$d + %1$s, %2$d + %1$s,
                CONCAT('s3://bucket/out/', %1$s), %3$s, '{"order":"7"}'
            FROM %4$s
            """;

    @Test
    void onPostgresEverySweepAndLookUpIsAnIndexLookUp() throws Exception {
        assertIndexLookUpsOnPostgres(RECORDS);
    }

    @Test
    void onH2EverySweepAndLookUpIsAnIndexLookUp() throws Exception {
        assertIndexLookUpsOnH2(H2_RECORDS);
    }

    static void assertIndexLookUpsOnPostgres(int records) throws Exception {
        DataSource source = PostgresServer.dataSource();
        JdbcPendingInvocationStore store = started(source);
        execute(
                source,
                FILL.formatted(
                        "n",
                        START.toEpochMilli(),
                        "encode(sha256(convert_to('s3://bucket/out/' || n, 'UTF8')), 'hex')",
                        "generate_series(1, " + records + ") AS n"));
        execute(source, "VACUUM ANALYZE million");

        for (Instant now : List.of(START.plusMillis(DUE), START.plusMillis(records))) {
            String sweep = explain(source, "EXPLAIN (ANALYZE, BUFFERS) " + store.dueQuery(BATCH), "summarizer", now);
            assertThat(sweep).contains("Index Scan using million_due").doesNotContain("Seq Scan", "Sort");
            assertThat(buffers(sweep)).isLessThan(2 * BATCH);
        }
        String location = "s3://bucket/out/7777";
        String lookUp = explain(
                source,
                "EXPLAIN (ANALYZE, BUFFERS) " + store.locatedQuery("output"),
                JdbcPendingInvocationStore.hash(location),
                location);
        assertThat(lookUp).contains("million_output").doesNotContain("Seq Scan");
        String purge = explain(
                source,
                "EXPLAIN (ANALYZE, BUFFERS) " + store.endedQuery(BATCH),
                "summarizer",
                START.plusMillis(records));
        assertThat(purge).contains("million_ended").doesNotContain("Seq Scan");

        sweepAndReport("PostgreSQL", store, records);
        execute(source, "DROP TABLE million");
        execute(source, "DROP TABLE million_version");
    }

    static void assertIndexLookUpsOnH2(int records) throws Exception {
        JdbcConnectionPool source =
                JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "sa", "");
        try {
            JdbcPendingInvocationStore store = started(source);
            // In steps: H2 keeps what one statement inserts in a log of undos, which grows slow.
            for (int from = 1; from <= records; from += STEP) {
                execute(
                        source,
                        FILL.formatted(
                                "x",
                                START.toEpochMilli(),
                                "LOWER(RAWTOHEX(HASH('SHA-256', STRINGTOUTF8(CONCAT('s3://bucket/out/', x)))))",
                                "SYSTEM_RANGE(" + from + ", " + (from + STEP - 1) + ")"));
            }
            execute(source, "ANALYZE");

            for (Instant now : List.of(START.plusMillis(DUE), START.plusMillis(records))) {
                String sweep = explain(source, "EXPLAIN ANALYZE " + store.dueQuery(BATCH), "summarizer", now);
                assertThat(sweep).contains("MILLION_DUE").contains("index sorted");
                assertThat(scanned(sweep)).isLessThan(2 * BATCH);
            }
            String location = "s3://bucket/out/7777";
            String lookUp = explain(
                    source,
                    "EXPLAIN ANALYZE " + store.locatedQuery("output"),
                    JdbcPendingInvocationStore.hash(location),
                    location);
            assertThat(lookUp).contains("MILLION_OUTPUT");
            assertThat(scanned(lookUp)).isLessThan(BATCH);

            sweepAndReport("H2", store, records);
        } finally {
            execute(source, "SHUTDOWN");
            source.dispose();
        }
    }

    private static JdbcPendingInvocationStore started(DataSource source) {
        JdbcPendingInvocationStore store = new JdbcPendingInvocationStore(source);
        store.setTableName(TABLE);
        store.start();
        return store;
    }

    private static void sweepAndReport(String database, JdbcPendingInvocationStore store, int records) {
        PendingClaim claim = PendingClaim.of(START.plusMillis(DUE), Duration.ofMinutes(5));
        long begin = System.nanoTime();
        int sweeps = 0;
        int claimed = 0;
        List<PendingInvocation> batch;
        do {
            batch = store.claimExpired("summarizer", claim, BATCH);
            claimed += batch.size();
            sweeps++;
        } while (!batch.isEmpty());
        long claiming = System.nanoTime();
        assertThat(store.findByLocation("s3://bucket/out/7777"))
                .map(PendingInvocation::inferenceId)
                .contains("id-7777");
        long lookingUp = System.nanoTime();
        assertThat(store.statistics("summarizer").pending()).isEqualTo(records);
        long counting = System.nanoTime();

        assertThat(claimed).isEqualTo(DUE);
        LOG.info(
                "{}, {} pending: {} sweeps claimed {} in {} ms; one look-up by location {} ms; counting {} ms",
                database,
                records,
                sweeps,
                claimed,
                millis(begin, claiming),
                millis(claiming, lookingUp),
                millis(lookingUp, counting));
    }

    private static long millis(long from, long to) {
        return Duration.ofNanos(to - from).toMillis();
    }

    private static String explain(DataSource source, String sql, Object... parameters) throws SQLException {
        try (Connection connection = source.getConnection()) {
            String plan = String.join(
                    "\n", JdbcPendingInvocationStore.query(connection, sql, row -> row.getString(1), parameters));
            LOG.info("{}\n{}", sql, plan);
            return plan;
        }
    }

    /** Pages of 8 KiB that PostgreSQL looked at. */
    private static long buffers(String plan) {
        long sum = 0;
        // The first line of buffers is the topmost node's and holds those below it.
        Matcher matcher = Pattern.compile("Buffers: (.*)").matcher(plan);
        assertThat(matcher.find()).as(plan).isTrue();
        Matcher number = Pattern.compile("(?:hit|read)=(\\d+)").matcher(matcher.group(1));
        while (number.find()) {
            sum += Long.parseLong(number.group(1));
        }
        return sum;
    }

    /** Rows that H2 looked at. */
    private static long scanned(String plan) {
        Matcher matcher = Pattern.compile("scanCount: (\\d+)").matcher(plan);
        assertThat(matcher.find()).as(plan).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    private static void execute(DataSource source, String sql) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
