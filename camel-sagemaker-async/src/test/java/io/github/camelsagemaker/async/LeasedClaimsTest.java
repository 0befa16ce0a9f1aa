package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.camelsagemaker.async.tracking.MariaDbServer;
import io.github.camelsagemaker.async.tracking.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;

@Tag("any-camel")
class LeasedClaimsTest {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofSeconds(1);

    private final List<LeasedClaims> nodes = new ArrayList<>();

    enum Server {
        H2,
        POSTGRESQL,
        MARIADB;

        DataSource dataSource() {
            assumeTrue(this != MARIADB || MariaDbServer.isInstalled(), "needs mariadb-server");
            DataSource database = server();
            JdbcTemplate jdbc = new JdbcTemplate(database);
            jdbc.execute("DROP TABLE IF EXISTS claims");
            jdbc.execute("CREATE TABLE claims"
                    + " (claim VARCHAR(255) PRIMARY KEY, node VARCHAR(36) NOT NULL, lapses_at BIGINT NOT NULL)");
            return database;
        }

        private DataSource server() {
            return switch (this) {
                case H2 -> SharedDatabase.h2().dataSource();
                case POSTGRESQL -> SharedDatabase.at(PostgresServer.jdbcUrl()).dataSource();
                case MARIADB -> SharedDatabase.at(MariaDbServer.jdbcUrl()).dataSource();
            };
        }
    }

    private LeasedClaims node(DataSource database, Duration lease) {
        LeasedClaims node = new LeasedClaims(database, lease, Clock.systemUTC());
        node.start();
        nodes.add(node);
        return node;
    }

    @AfterEach
    void stopNodes() {
        nodes.forEach(LeasedClaims::stop);
    }

    @ParameterizedTest
    @EnumSource
    void whatANodeHasClaimedNobodyElseGetsOrGivesBack(Server server) {
        DataSource database = server.dataSource();
        LeasedClaims one = node(database, LONG);
        LeasedClaims other = node(database, LONG);

        assertThat(one.add("result")).isTrue();
        assertThat(one.add("result")).isFalse();
        assertThat(other.add("result")).isFalse();
        assertThat(other.contains("result")).isTrue();
        assertThat(other.remove("result")).isFalse();

        assertThat(one.remove("result")).isTrue();
        assertThat(other.contains("result")).isFalse();
        assertThat(other.add("result")).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aClaimThatCouldNotBeWrittenIsTheNodesToTakeLater(Server server) {
        AtomicBoolean away = new AtomicBoolean(true);
        LeasedClaims node = node(
                new DelegatingDataSource(server.dataSource()) {
                    @Override
                    public Connection getConnection() throws SQLException {
                        if (away.get()) {
                            throw new SQLException("away");
                        }
                        return super.getConnection();
                    }
                },
                LONG);
        assertThatThrownBy(() -> node.add("result")).hasRootCauseMessage("away");

        away.set(false);

        assertThat(node.add("result")).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aNodeThatLivesKeepsItsClaims(Server server) {
        DataSource database = server.dataSource();
        node(database, SHORT).add("result");
        LeasedClaims other = node(database, SHORT);

        await().during(SHORT.multipliedBy(3)).atMost(Duration.ofSeconds(30)).until(() -> !other.add("result"));
    }

    @ParameterizedTest
    @EnumSource
    void whatANodeHadThatDiedIsFreeAfterALease(Server server) {
        DataSource database = server.dataSource();
        LeasedClaims dead = node(database, SHORT);
        dead.add("result");
        dead.stop();
        LeasedClaims other = node(database, LONG);

        await().atMost(Duration.ofSeconds(30)).until(() -> other.add("result"));

        assertThat(dead.remove("result")).isFalse();
        assertThat(other.contains("result")).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void oneOfManyNodesGetsEachClaimWhetherItIsNewOrLapsed(Server server) throws Exception {
        DataSource database = server.dataSource();
        LeasedClaims dead = node(database, SHORT);
        int claims = 50;
        for (int i = 0; i < claims; i += 2) {
            dead.add("result " + i);
        }
        dead.stop();
        await().atMost(Duration.ofSeconds(30)).until(() -> !dead.contains("result " + (claims - 2)));
        Set<Integer> taken = ConcurrentHashMap.newKeySet();
        AtomicInteger twice = new AtomicInteger();
        int racing = 4;
        ExecutorService threads = Executors.newFixedThreadPool(racing);
        CyclicBarrier start = new CyclicBarrier(racing);
        List<Future<?>> races = new ArrayList<>();
        for (int n = 0; n < racing; n++) {
            LeasedClaims node = node(database, LONG);
            races.add(threads.submit(() -> {
                for (int i = 0; i < claims; i++) {
                    start.await();
                    if (node.add("result " + i) && !taken.add(i)) {
                        twice.incrementAndGet();
                    }
                }
                return null;
            }));
        }
        for (Future<?> race : races) {
            race.get();
        }
        threads.shutdown();

        assertThat(taken).hasSize(claims);
        assertThat(twice).hasValue(0);
    }
}
