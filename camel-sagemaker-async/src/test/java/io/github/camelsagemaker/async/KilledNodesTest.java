package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.testinfra.AcceptedRequest;
import io.github.camelsagemaker.async.testinfra.Fault;
import io.github.camelsagemaker.async.testinfra.JavaCommand;
import io.github.camelsagemaker.async.testinfra.Model;
import io.github.camelsagemaker.async.testinfra.ModelException;
import io.github.camelsagemaker.async.tracking.JdbcPendingInvocationStore;
import io.github.camelsagemaker.async.tracking.MariaDbServer;
import io.github.camelsagemaker.async.tracking.PostgresServer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Three nodes whose clocks differ share a database that goes away now and then, send tracked requests, consume their results by queue and
 * by scanning, in transactions, and are killed by SIGKILL: before, while and after SageMaker takes a request, and while they restore and
 * deliver. Every request whose record was written or that was accepted has an end, and one only unless a node that had it in hand was killed;
 * and what a transaction does with the request's key in it is done once, whatever happens.
 * */
@Tag("soak")
@Tag("soak-full")
@Timeout(value = 75, unit = TimeUnit.MINUTES)
class KilledNodesTest extends TrackingTestSupport {

    private static final Logger LOG = LoggerFactory.getLogger(KilledNodesTest.class);

    private static final int KILLS = SoakSize.of(50, 6);
    /** So many kills from one outage of the database to the next, half of it before the first. */
    private static final int OUTAGE_EVERY = SoakSize.of(25, 3);

    private static final Duration OUTAGE = Duration.ofSeconds(SoakSize.of(60, 5));
    private static final Duration APART = Duration.ofSeconds(SoakSize.of(120, 4));
    /** Between the clocks of the first and the last node. */
    private static final Duration FARTHEST = APART.multipliedBy(2);

    private static final Duration LEASE = FARTHEST.plusSeconds(SoakSize.of(60, 12));
    private static final Duration DEADLINE = FARTHEST.plusSeconds(SoakSize.of(120, 12));
    /** How long at most an exchange is under way that was begun, if its node lives. */
    private static final Duration IN_HAND = OUTAGE.plusSeconds(10);

    /** How long a node may do nothing: on a machine with other work to do, its start alone takes minutes. */
    private static final Duration STALLED = Duration.ofMinutes(10);

    /** How many requests are ordered before more have been delivered: nodes must keep up, however slow the machine is. */
    private static final int MOST_WAITING = 200;

    private static final String TABLE = "killed";

    private enum Moment {
        /** What SageMaker knows of the request in whose call the producer is killed. */
        BEFORE,
        WHILE,
        AFTER,
        /** A consumer, wherever it is then. */
        DELIVERING,
        WITHOUT_DATABASE
    }

    private final Random random = new Random(25);
    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, Long> killedAt = new ConcurrentHashMap<>();
    private final Map<Moment, Integer> kills = new HashMap<>();
    private final ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor();
    private final AtomicInteger sent = new AtomicInteger();
    /** How many of them nodes took with them, about. */
    private volatile long lost;
    /** The only one to send, if not null. */
    private volatile Node doomed;

    private Path failures;
    private SharedDatabase shared;
    private TcpGate gate;
    private JdbcTemplate jdbc;

    /** A node, in one life after the other. */
    private final class Node {

        private final int number;
        private final Duration ahead;
        private int life;
        private Process process;

        Node(int number) {
            this.number = number;
            this.ahead = APART.multipliedBy(number - 1);
        }

        synchronized String name() {
            return "n" + number + "-" + life;
        }

        synchronized void start() {
            life++;
            URI server = URI.create(url.substring("jdbc:".length()));
            process = new JavaCommand(
                            TrackedNodeMain.class,
                            name(),
                            "" + ahead.toMillis(),
                            failures.toString(),
                            url.replace(
                                    ":" + server.getPort() + "/",
                                    ":" + gate.uri().getPort() + "/"),
                            TABLE,
                            "" + LEASE.toMillis(),
                            "" + DEADLINE.toMillis(),
                            consumer("model", "out") + "&notificationQueue=" + queue + "&waitTimeSeconds=1",
                            consumer("scanned", "scanned") + "&initialDelay=0&delay=500")
                    .options("-Xmx160m", NodeClock.JVM_OPTION)
                    .properties(aws().sdkSystemProperties())
                    .properties(Map.of(
                            "org.slf4j.simpleLogger.defaultLogLevel",
                            "warn",
                            "org.slf4j.simpleLogger.showDateTime",
                            "true",
                            // What is rolled back as ordered, with stack traces.
                            "org.slf4j.simpleLogger.log.org.apache.camel",
                            "off",
                            "org.slf4j.simpleLogger.log.org.springframework",
                            "off"))
                    .start(Path.of("target", "killed-nodes.log"));
        }

        /** It may be dead by then. */
        synchronized void order(String endpoint, int number) {
            String id = name() + "." + number;
            try {
                process.getOutputStream()
                        .write((endpoint + " " + id + (number % 11 == 0 ? TrackedNodeMain.BROKEN : "") + "\n")
                                .getBytes(StandardCharsets.US_ASCII));
                process.getOutputStream().flush();
            } catch (IOException e) {
                LOG.debug("Request {} is not sent", id, e);
            }
        }

        synchronized Process process() {
            return process;
        }

        void kill() {
            killedAt.putIfAbsent(name(), System.currentTimeMillis());
            process().destroyForcibly();
        }

        boolean works() {
            return count(TrackedNodeMain.ATTEMPTS + " WHERE node = '" + name() + "'") > 0;
        }
    }

    private String consumer(String endpoint, String outputs) {
        return "sagemaker-async:" + endpoint + "?outputLocation=s3://" + bucket + "/" + outputs
                + "/&failureLocation=s3://"
                + bucket + "/" + outputs + "-failed/&maxInFlight=4&forcePathStyle=true&deleteAfterRead=true"
                + "&idempotentRepository=#handled&inProgressRepository=#claims&pendingSweepInterval=1000&pendingLease="
                + LEASE.toMillis();
    }

    private String url;

    private void use(String database) throws IOException {
        url = database;
        shared = SharedDatabase.at(url);
        jdbc = new JdbcTemplate(shared.dataSource());
        URI server = URI.create(url.substring("jdbc:".length()));
        gate = new TcpGate(server);
        failures = Files.createTempFile("failures", ".txt");
    }

    @AfterEach
    void endNodes() throws IOException {
        sender.shutdownNow();
        nodes.forEach(Node::kill);
        if (shared != null) {
            gate.close();
            shared.close();
            Files.delete(failures);
        }
    }

    @Test
    void noRequestEndsSilentlyAndNoneTwiceHoweverNodesAreKilled() throws Exception {
        use(PostgresServer.jdbcUrl());
        killNodes();
    }

    @Test
    @EnabledIf(
            value = "io.github.camelsagemaker.async.tracking.MariaDbServer#isInstalled",
            disabledReason = "needs mariadb-server")
    void noRequestEndsSilentlyAndNoneTwiceWithMariaDbEither() throws Exception {
        use(MariaDbServer.jdbcUrl());
        killNodes();
    }

    private void killNodes() throws Exception {
        createPlaces();
        JdbcPendingInvocationStore store = createTables();
        long start = System.nanoTime();
        for (int number = 0; number < 3; number++) {
            nodes.add(new Node(number));
        }
        nodes.forEach(Node::start);
        sender.scheduleAtFixedRate(this::order, 0, 100, TimeUnit.MILLISECONDS);
        for (int kill = 0; kill < KILLS; kill++) {
            Node node = nodes.get(random.nextInt(nodes.size()));
            soon().atMost(STALLED).until(node::works);
            if (kill % OUTAGE_EVERY == OUTAGE_EVERY / 2) {
                killWithoutDatabase(node);
            } else if (kill % 4 < 3) {
                killInACall(node, Moment.values()[kill % 4]);
            } else {
                killDelivering(node);
            }
            if (kill % 5 == 4) { // as when another server takes over
                gate.shut();
                gate.open();
            }
            LOG.info(
                    "{} kills: {} requests accepted, {} exchanges",
                    kill + 1,
                    aws().ledger().acceptedCount(),
                    count(TrackedNodeMain.ATTEMPTS));
        }
        sender.shutdownNow();
        // A message whose result another node had is put off for 15 minutes at most.
        await().atMost(LEASE.multipliedBy(2).plus(DEADLINE).plusMinutes(18))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> store.statistics("model").pending() == 0
                        && store.statistics("scanned").pending() == 0
                        && messages() == 0
                        && aws().keys(bucket, "scanned").isEmpty());
        LOG.info("{} kills, {} in {} s", KILLS, kills, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start));
        assertThat(kills).containsOnlyKeys(Moment.values());
        audit();
    }

    private void createPlaces() {
        visibilityTimeout(3);
        Model model = request -> {
            if (request.text().endsWith(TrackedNodeMain.BROKEN)) {
                throw new ModelException("It is broken");
            }
            return Model.echo().infer(request);
        };
        model(model);
        aws().endpoint("scanned")
                .outputPath("s3://" + bucket + "/scanned/")
                .failurePath("s3://" + bucket + "/scanned-failed/")
                .concurrency(64)
                .model(model)
                .create();
    }

    private JdbcPendingInvocationStore createTables() throws Exception {
        JdbcPendingInvocationStore store = new JdbcPendingInvocationStore(shared.dataSource());
        store.setTableName(TABLE);
        store.start();
        // By one, before there are several.
        shared.repository("handled").start();
        jdbc.execute("CREATE TABLE " + TrackedNodeMain.ATTEMPTS
                + " (attempt VARCHAR(99), request VARCHAR(999), node VARCHAR(20), time_ms BIGINT)");
        jdbc.execute("CREATE TABLE " + TrackedNodeMain.ENDS + " (attempt VARCHAR(99), request VARCHAR(999),"
                + " status VARCHAR(9), customer VARCHAR(99), time_ms BIGINT)");
        jdbc.execute("CREATE TABLE claims"
                + " (claim VARCHAR(255) PRIMARY KEY, node VARCHAR(36) NOT NULL, lapses_at BIGINT NOT NULL)");
        // No constraint: what is done twice must show.
        jdbc.execute("CREATE TABLE " + TrackedNodeMain.EFFECTS + " (request VARCHAR(999))");
        return store;
    }

    private void order() {
        Node only = doomed;
        if (only == null && sent.get() - lost - count(TrackedNodeMain.ATTEMPTS) > MOST_WAITING) {
            return;
        }
        int number = sent.getAndIncrement();
        (only == null ? nodes.get(number % nodes.size()) : only).order(number % 2 == 0 ? "model" : "scanned", number);
    }

    /** It refuses connections, or it takes them and never answers. */
    private void killWithoutDatabase(Node node) throws IOException {
        if (kills.containsKey(Moment.WITHOUT_DATABASE)) {
            gate.silent(true);
        } else {
            gate.shut();
        }
        long back = System.nanoTime() + OUTAGE.toNanos();
        node.kill();
        again(node, Moment.WITHOUT_DATABASE);
        await().atMost(OUTAGE.plusSeconds(10)).until(() -> System.nanoTime() >= back);
        gate.shut();
        gate.open();
    }

    private void killDelivering(Node node) {
        long enough = count(TrackedNodeMain.ATTEMPTS) + 1 + random.nextInt(8);
        soon().atMost(STALLED)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> count(TrackedNodeMain.ATTEMPTS) >= enough);
        node.kill();
        again(node, Moment.DELIVERING);
    }

    /** In one of its next calls. */
    private void killInACall(Node node, Moment moment) {
        int fatal = 1 + random.nextInt(6);
        AtomicInteger calls = new AtomicInteger();
        int delay = random.nextInt(15);
        doomed = node;
        aws().faults().plan(call -> {
            if (!call.operation().equals("InvokeEndpointAsync") || calls.incrementAndGet() != fatal) {
                return null;
            }
            if (moment == Moment.AFTER) {
                sender.schedule(node::kill, delay, TimeUnit.MILLISECONDS);
                return null;
            }
            node.kill();
            return moment == Moment.BEFORE ? Fault.resetBeforeAccept() : Fault.resetAfterAccept();
        });
        again(node, moment);
    }

    private void again(Node node, Moment moment) {
        soon().atMost(STALLED).until(() -> !node.process().isAlive());
        assertThat(killedAt).as("ended by itself").containsKey(node.name());
        kills.merge(moment, 1, Integer::sum);
        lost = sent.get() - aws().ledger().acceptedCount();
        node.start();
        doomed = null;
    }

    private record Attempt(String name, String id, String node, long time) {}

    private record End(String attempt, String id, String request, String status, String customer, long time) {}

    private void audit() throws IOException {
        List<AcceptedRequest> accepted = aws().ledger().accepted();
        Map<String, Long> calls =
                accepted.stream().collect(Collectors.groupingBy(AcceptedRequest::inferenceId, Collectors.counting()));
        Map<String, String> ids = new HashMap<>();
        accepted.forEach(request -> {
            ids.put(TrackedNodeMain.name(request.outputLocation()), request.inferenceId());
            ids.put(TrackedNodeMain.name(request.failureLocation()), request.inferenceId());
        });
        Map<String, Boolean> recorded = new HashMap<>();
        jdbc.query("SELECT inference_id, output_location FROM " + TABLE, row -> {
            recorded.put(row.getString(1), row.getString(2) != null); // MariaDB has ids as bytes
        });
        Set<String> failed = new HashSet<>(Files.readAllLines(failures));
        Map<String, List<Attempt>> attempts = jdbc
                .query(
                        "SELECT * FROM " + TrackedNodeMain.ATTEMPTS,
                        (row, n) -> new Attempt(
                                row.getString(1),
                                ids.getOrDefault(row.getString(2), row.getString(2)),
                                row.getString(3),
                                row.getLong(4)))
                .stream()
                .filter(attempt -> !failed.contains(attempt.name()))
                .collect(Collectors.groupingBy(Attempt::id));
        List<End> committed = jdbc.query(
                "SELECT * FROM " + TrackedNodeMain.ENDS + " ORDER BY time_ms",
                (row, n) -> new End(
                        row.getString(1),
                        ids.getOrDefault(row.getString(2), row.getString(2)),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getLong(5)));
        Map<String, List<End>> ends = committed.stream()
                .filter(end -> !failed.contains(end.attempt()))
                .collect(Collectors.groupingBy(End::id));
        List<String> effects = jdbc.queryForList("SELECT request FROM " + TrackedNodeMain.EFFECTS, String.class);

        Map<String, List<End>> more = ends.entrySet().stream()
                .filter(end -> end.getValue().size() > calls.getOrDefault(end.getKey(), 1L))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        LOG.info(
                "{} records, {} requests accepted, {} exchanges, {} of them failed; {} requests ended, {}, {} of them more"
                        + " than once; {} commits were in doubt; clocks {} apart",
                recorded.size(),
                accepted.size(),
                count(TrackedNodeMain.ATTEMPTS),
                failed.size(),
                ends.size(),
                committed.stream().collect(Collectors.groupingBy(End::status, Collectors.counting())),
                more.size(),
                committed.stream().filter(end -> failed.contains(end.attempt())).count(),
                APART);

        // By scanning, a request is known by its place only, which a node that was killed has not stored.
        Function<String, Boolean> placeless =
                id -> !recorded.getOrDefault(id, false) && killedAt.containsKey(id.substring(0, id.indexOf('.')));
        assertThat(ends.keySet()).containsAll(recorded.keySet()).containsAll(calls.keySet());
        assertThat(more).as("ended more than once without a crash").allSatisfy((id, all) -> assertThat(
                        placeless.apply(id) || isCrashed(attempts.getOrDefault(id, List.of()), all))
                .as("%s %s", all, attempts.get(id))
                .isTrue());
        assertThat(committed).allSatisfy(end -> {
            // After an answer that was lost, and the place with it.
            boolean sentAgain = calls.getOrDefault(end.id(), 1L) > 1;
            if (!placeless.apply(end.id()) && !sentAgain || end.customer() != null) {
                assertThat(end.customer()).as(end.toString()).isEqualTo(TrackedNodeMain.customer(end.id()));
            }
        });
        assertThat(effects)
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(
                        committed.stream().map(End::request).collect(Collectors.toSet()));
    }

    /** Whether one of the nodes that had the request in hand was killed meanwhile. */
    private boolean isCrashed(List<Attempt> attempts, List<End> ends) {
        long last = ends.stream().map(End::time).max(Comparator.naturalOrder()).orElseThrow();
        return attempts.stream().anyMatch(attempt -> {
            Long killed = killedAt.get(attempt.node());
            return killed != null
                    && attempt.time() <= killed
                    && killed <= Math.min(last, attempt.time() + IN_HAND.toMillis());
        });
    }

    private long count(String table) {
        return jdbc.queryForObject("SELECT COUNT(*) FROM " + table, Long.class);
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
}
