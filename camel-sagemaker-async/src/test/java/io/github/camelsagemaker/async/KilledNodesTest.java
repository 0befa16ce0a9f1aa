package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.testinfra.AcceptedRequest;
import io.github.camelsagemaker.async.testinfra.Fault;
import io.github.camelsagemaker.async.testinfra.JavaCommand;
import io.github.camelsagemaker.async.tracking.JdbcPendingInvocationStore;
import io.github.camelsagemaker.async.tracking.MariaDbServer;
import io.github.camelsagemaker.async.tracking.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Nodes that share a database are killed by SIGKILL, 50 in all: producers before, while and after SageMaker takes a request, and
 * consumers while they restore and deliver. No request whose record was written ends silently.
 */
@Tag("soak")
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class KilledNodesTest extends TrackingTestSupport {

    private static final Logger LOG = LoggerFactory.getLogger(KilledNodesTest.class);

    private static final int ROUNDS = SoakSize.of(25, 4);

    /** What SageMaker knows of the request in whose call the producer is killed. */
    private enum Moment {
        BEFORE,
        WHILE,
        AFTER
    }

    private Connection database;
    private final Random random = new Random(25);
    private final List<Process> children = new ArrayList<>();
    private final Map<Moment, Integer> kills = new HashMap<>();

    private String url;
    private SharedDatabase shared;

    private void use(String url) throws SQLException {
        this.url = url;
        this.shared = SharedDatabase.at(url);
        this.database = shared.dataSource().getConnection();
    }

    @AfterEach
    void endChildren() throws SQLException {
        children.forEach(Process::destroyForcibly);
        database.close();
        shared.close();
    }

    @Test
    void noRequestEndsSilentlyHoweverNodesAreKilled() throws Exception {
        use(PostgresServer.jdbcUrl());
        killNodes();
    }

    @Test
    @EnabledIf(
            value = "io.github.camelsagemaker.async.tracking.MariaDbServer#isInstalled",
            disabledReason = "needs mariadb-server")
    void noRequestEndsSilentlyWithMariaDbEither() throws Exception {
        use(MariaDbServer.jdbcUrl());
        killNodes();
    }

    private void killNodes() throws Exception {
        visibilityTimeout(3);
        query("DROP TABLE IF EXISTS " + TrackedNodeMain.DELIVERIES);
        query("CREATE TABLE " + TrackedNodeMain.DELIVERIES
                + " (id VARCHAR(64), status VARCHAR(9), customer VARCHAR(99))");
        String table = "killed";
        JdbcPendingInvocationStore store = new JdbcPendingInvocationStore(shared.dataSource());
        store.setTableName(table);
        store.start();

        int killedConsumers = 0;
        Process consumer = child("consume", "consumer", table);
        for (int round = 0; round < ROUNDS; round++) {
            Process producer = child("produce", "p" + round, table);
            // Wherever it is then: every delivery takes 20 ms, and up to 8 are under way at once.
            int enough = deliveries() + 1 + random.nextInt(8);
            soon().atMost(Duration.ofMinutes(3))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> deliveries() >= enough);
            kill(consumer);
            killedConsumers++;
            consumer = child("consume", "consumer", table);
            killInACall(producer, Moment.values()[round % 3]);
            LOG.info(
                    "Round {}: {} requests accepted, {} delivered",
                    round,
                    aws().ledger().acceptedCount(),
                    deliveries());
        }
        soon().atMost(Duration.ofMinutes(3))
                .until(() -> store.statistics("model").pending() == 0);

        Map<String, List<String>> delivered = delivered();
        List<String> recorded = column("SELECT inference_id FROM " + table);
        List<String> accepted = aws().ledger().accepted().stream()
                .map(AcceptedRequest::inferenceId)
                .toList();
        LOG.info(
                "{} producers and {} consumers killed: {}; {} records, {} requests accepted, {} requests of {} exchanges,"
                        + " {} more than once",
                ROUNDS,
                killedConsumers,
                kills,
                recorded.size(),
                accepted.size(),
                delivered.size(),
                deliveries(),
                delivered.values().stream().filter(ends -> ends.size() > 1).count());
        assertThat(killedConsumers).isEqualTo(ROUNDS);
        assertThat(kills).containsOnlyKeys(Moment.values());
        assertThat(recorded).hasSizeGreaterThanOrEqualTo(ROUNDS);
        assertThat(delivered.keySet()).containsAll(recorded).containsAll(accepted);
        assertThat(column("SELECT id FROM " + TrackedNodeMain.DELIVERIES
                        + " WHERE customer <> CONCAT('customer of ', id)" + " OR customer IS NULL"))
                .isEmpty();
    }

    @Test
    void withoutACrashEachRequestEndsInExactlyOneExchange() throws Exception {
        use(PostgresServer.jdbcUrl());
        int requests = 300;
        var table = Database.POSTGRESQL.table();
        JdbcPendingInvocationStore store = table.get();
        DefaultCamelContext sender = senderThatTries(1, store, "pendingDeadline=15000");
        receiver(table.get(), byQueue());
        receiver(table.get(), byQueue());
        AtomicInteger calls = new AtomicInteger();
        aws().faults()
                .plan(call -> call.operation().equals("InvokeEndpointAsync") && calls.incrementAndGet() % 7 == 0
                        ? Fault.resetBeforeAccept()
                        : null);
        for (int i = 0; i < requests; i++) {
            send(sender, "body", Map.of("number", i));
        }
        soon().atMost(Duration.ofMinutes(3))
                .until(() -> store.statistics("model").pending() == 0);

        Map<Integer, List<String>> byRequest = emitted.stream()
                .collect(Collectors.groupingBy(
                        m -> m.getHeader("number", Integer.class),
                        Collectors.mapping(m -> status(m).name(), Collectors.toList())));
        assertThat(byRequest).hasSize(requests).allSatisfy((number, ends) -> assertThat(ends)
                .containsExactly(number % 7 == 6 ? "EXPIRED" : "COMPLETED"));
    }

    /** Has the producer killed in one of its next calls. */
    private void killInACall(Process producer, Moment moment) {
        int fatal = 1 + random.nextInt(6);
        AtomicInteger calls = new AtomicInteger();
        int delay = random.nextInt(15);
        aws().faults().plan(call -> {
            if (!call.operation().equals("InvokeEndpointAsync") || calls.incrementAndGet() != fatal) {
                return null;
            }
            if (moment == Moment.AFTER) {
                new Thread(() -> killLater(producer, delay)).start();
                return null;
            }
            producer.destroyForcibly();
            return moment == Moment.BEFORE ? Fault.resetBeforeAccept() : Fault.resetAfterAccept();
        });
        soon().atMost(Duration.ofMinutes(3)).until(() -> !producer.isAlive());
        kills.merge(moment, 1, Integer::sum);
    }

    private static void killLater(Process process, int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }

    private static void kill(Process process) throws InterruptedException {
        assertThat(process.isAlive()).isTrue();
        process.destroyForcibly().waitFor();
    }

    private Process child(String role, String name, String table) {
        Process child = new JavaCommand(
                        TrackedNodeMain.class,
                        role,
                        name,
                        url,
                        table,
                        byQueue().replace("pendingLease=30000", "pendingLease=3000")
                                + "&maxInFlight=8&forcePathStyle=true")
                .options("-Xmx128m")
                .properties(aws().sdkSystemProperties())
                .properties(Map.of("org.slf4j.simpleLogger.defaultLogLevel", "warn"))
                .start(Path.of("target/killed-nodes.log"));
        children.add(child);
        return child;
    }

    private int deliveries() throws SQLException {
        return Integer.parseInt(
                column("SELECT COUNT(*) FROM " + TrackedNodeMain.DELIVERIES).get(0));
    }

    private Map<String, List<String>> delivered() throws SQLException {
        return column("SELECT CONCAT(id, ' ', status) FROM " + TrackedNodeMain.DELIVERIES).stream()
                .collect(Collectors.groupingBy(row -> row.substring(0, row.indexOf(' '))));
    }

    private List<String> column(String sql) throws SQLException {
        try (Statement statement = database.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    private void query(String sql) throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute(sql);
        }
    }
}
