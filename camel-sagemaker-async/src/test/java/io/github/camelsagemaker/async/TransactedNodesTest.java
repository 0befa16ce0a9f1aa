package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.testinfra.LocalAwsExtension;
import io.github.camelsagemaker.async.tracking.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;
import org.apache.camel.spring.spi.SpringTransactionPolicy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/**
 * Two nodes on one queue, with repositories that they share in PostgreSQL, and a route in a transaction of Spring's that rolls back
 * at first for some results: each of them is in the database once, and none was settled before its transaction was committed.
 */
@Tag("soak")
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class TransactedNodesTest {

    private static final Logger LOG = LoggerFactory.getLogger(TransactedNodesTest.class);

    private static final int RESULTS = SoakSize.of(10_000, 300);
    private static final int MAX_IN_FLIGHT = 12;

    @RegisterExtension
    static final LocalAwsExtension AWS = new LocalAwsExtension();

    private final ResultsByQueue results = new ResultsByQueue(AWS.aws());
    private final SharedDatabase database = SharedDatabase.at(PostgresServer.jdbcUrl());
    private final JdbcTemplate jdbc = new JdbcTemplate(database.dataSource());
    private final String table = "results_" + Integer.toHexString(results.queue.hashCode());
    private final List<DefaultCamelContext> nodes = new ArrayList<>();
    private final Set<String> attempted = ConcurrentHashMap.newKeySet();
    private final LongAdder rolledBack = new LongAdder();
    private final Set<String> remembered = ConcurrentHashMap.newKeySet();
    private final Set<String> settledTooEarly = ConcurrentHashMap.newKeySet();

    /** Remembers no result whose transaction is open: what is deleted, in the queue and in S3, is deleted after that. */
    private final class CheckedRepository extends ForwardingRepository {

        CheckedRepository() {
            super(repository("handled"));
        }

        @Override
        public boolean add(Exchange exchange, String key) {
            String name = exchange.getMessage().getHeader(SageMakerAsyncConstants.INFERENCE_ID, String.class);
            if (!remembered.contains(name) && (!isCommitted(name) || !results.exists("out/" + name))) {
                settledTooEarly.add(name);
            }
            remembered.add(name);
            return super.add(key);
        }

        /** On a connection of its own: that of a transaction of this thread sees what is not committed yet. */
        private boolean isCommitted(String name) {
            try (Connection connection = database.dataSource().getConnection();
                    PreparedStatement query =
                            connection.prepareStatement("SELECT 1 FROM " + table + " WHERE name = ?")) {
                query.setString(1, name);
                return query.executeQuery().next();
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private JdbcMessageIdRepository repository(String purpose) {
        return database.repository(purpose + "-" + results.queue);
    }

    private long count(String where) {
        return jdbc.queryForObject("SELECT count(*) FROM " + table + " " + where, Long.class);
    }

    @AfterEach
    void stop() {
        nodes.forEach(DefaultCamelContext::stop);
        database.close();
    }

    private void startNode(int number) throws Exception {
        DefaultCamelContext node = results.context();
        nodes.add(node);
        node.getRegistry().bind("handled", new CheckedRepository());
        node.getRegistry().bind("inProgress", repository("claims"));
        node.getRegistry()
                .bind("required", new SpringTransactionPolicy(new DataSourceTransactionManager(database.dataSource())));
        node.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                onException(IllegalStateException.class)
                        .onWhen(header("way").isEqualTo(Way.HANDLED))
                        .handled(true)
                        .markRollbackOnlyLast();
                from(results.uri("maxInFlight=" + MAX_IN_FLIGHT
                                + "&deleteAfterRead=true&idempotentRepository=#handled&inProgressRepository=#inProgress"
                                + "&redeliveryBackoff=1s&visibilityTimeout=20"))
                        .routeId("results")
                        .transacted("required")
                        .process(exchange -> insert(exchange, number))
                        .choice()
                        .when(header("way").isEqualTo(Way.ROLLBACK_ONLY_LAST))
                        .markRollbackOnlyLast()
                        .when(header("way").isEqualTo(Way.ROLLBACK_ONLY))
                        .markRollbackOnly();
            }
        });
        node.start();
    }

    /** How the first attempt at a result ends. */
    private enum Way {
        COMMIT,
        EXCEPTION,
        HANDLED,
        ROLLBACK_ONLY,
        ROLLBACK_ONLY_LAST
    }

    private void insert(Exchange exchange, int node) {
        String name = exchange.getMessage().getBody(String.class);
        // No constraint: what is committed twice must show.
        jdbc.update("INSERT INTO " + table + " VALUES (?, ?)", name, node);
        int number = Integer.parseInt(name.substring(name.indexOf('-') + 1));
        Way way = attempted.add(name) && number % 3 == 0
                ? Way.values()[1 + number / 3 % (Way.values().length - 1)]
                : Way.COMMIT;
        exchange.getMessage().setHeader("way", way);
        if (way != Way.COMMIT) {
            rolledBack.increment();
        }
        if (way == Way.EXCEPTION || way == Way.HANDLED) {
            throw new IllegalStateException("The first attempt fails, as ordered");
        }
    }

    @Test
    void everyResultIsCommittedOnceAndNoneIsSettledBefore() throws Exception {
        jdbc.execute("CREATE TABLE " + table + " (name VARCHAR(100), node INT)");
        jdbc.execute("CREATE INDEX ON " + table + " (name)");
        // One after the other: the table of the repositories is created by the first.
        startNode(0);
        startNode(1);
        long start = System.nanoTime();
        List<String> names =
                IntStream.range(0, RESULTS).mapToObj(i -> "result-" + i).toList();
        names.forEach(name -> results.land(name, name));
        results.sendAll(names.stream().map(results::completed).toList());
        // Some notifications come twice.
        results.sendAll(names.stream()
                .filter(name -> name.endsWith("7"))
                .map(results::completed)
                .toList());

        await().atMost(Duration.ofMinutes(SoakSize.of(15, 5)))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> remembered.size() == RESULTS && results.messages() == 0);
        await().atMost(Duration.ofSeconds(30))
                .until(() -> results.aws.keys(results.bucket, "out/").isEmpty());
        LOG.info(
                "{} results in {} s, {} transactions rolled back, {} handled by the second node",
                RESULTS,
                TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start),
                rolledBack.sum(),
                count("WHERE node = 1"));

        assertThat(settledTooEarly).isEmpty();
        assertThat(count("")).isEqualTo(RESULTS);
        assertThat(jdbc.queryForObject("SELECT count(DISTINCT name) FROM " + table, Long.class))
                .isEqualTo(RESULTS);
        assertThat(rolledBack.sum()).isEqualTo((RESULTS + 2) / 3);
        assertThat(nodes).allSatisfy(node -> assertThat(count("WHERE node = " + nodes.indexOf(node)))
                .isPositive());
        assertThat(jdbc.queryForObject(
                        "SELECT count(*) FROM camel_messageprocessed WHERE processorname = 'claims-" + results.queue
                                + "'",
                        Long.class))
                .isZero();
    }
}
