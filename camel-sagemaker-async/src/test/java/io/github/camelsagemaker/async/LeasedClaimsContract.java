package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

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
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** What the claims must do on every database. */
abstract class LeasedClaimsContract {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofSeconds(1);

    private final List<LeasedClaims> nodes = new ArrayList<>();

    abstract DataSource server();

    private DataSource database() {
        DataSource database = server();
        JdbcTemplate jdbc = new JdbcTemplate(database);
        jdbc.execute("DROP TABLE IF EXISTS claims");
        jdbc.execute("CREATE TABLE claims"
                + " (claim VARCHAR(255) PRIMARY KEY, node VARCHAR(36) NOT NULL, lapses_at BIGINT NOT NULL)");
        return database;
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

    @Test
    void whatANodeHasClaimedNobodyElseGetsOrGivesBack() {
        DataSource database = database();
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

    @Test
    void aClaimThatCouldNotBeWrittenIsTheNodesToTakeLater() {
        AtomicBoolean away = new AtomicBoolean(true);
        LeasedClaims node = node(
                new DelegatingDataSource(database()) {
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

    @Test
    void aNodeThatLivesKeepsItsClaims() {
        DataSource database = database();
        node(database, SHORT).add("result");
        LeasedClaims other = node(database, SHORT);

        await().during(SHORT.multipliedBy(3)).atMost(Duration.ofSeconds(30)).until(() -> !other.add("result"));
    }

    @Test
    void whatANodeHadThatDiedIsFreeAfterALease() {
        DataSource database = database();
        LeasedClaims dead = node(database, SHORT);
        dead.add("result");
        dead.stop();
        LeasedClaims other = node(database, LONG);

        await().atMost(Duration.ofSeconds(30)).until(() -> other.add("result"));

        assertThat(dead.remove("result")).isFalse();
        assertThat(other.contains("result")).isTrue();
    }

    @Test
    void oneOfManyNodesGetsEachClaimWhetherItIsNewOrLapsed() throws Exception {
        DataSource database = database();
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
