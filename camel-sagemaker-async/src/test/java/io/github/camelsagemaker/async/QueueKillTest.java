package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.testinfra.JavaCommand;
import io.github.camelsagemaker.async.testinfra.LocalAwsExtension;
import io.github.camelsagemaker.async.tracking.PostgresServer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A consumer that is killed again and again loses nothing, and repeats only what was in flight at a kill. */
@Tag("soak")
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class QueueKillTest {

    private static final Logger LOG = LoggerFactory.getLogger(QueueKillTest.class);

    private static final int RESULTS = SoakSize.of(5_000, 250);

    private static final int KILLS = SoakSize.of(10, 3);

    private static final int MAX_IN_FLIGHT = 16;

    @RegisterExtension
    static final LocalAwsExtension AWS = new LocalAwsExtension();

    private final ResultsByQueue results = new ResultsByQueue(AWS.aws());
    private final SharedDatabase database = SharedDatabase.at(PostgresServer.jdbcUrl());
    private final List<Life> lives = new ArrayList<>();

    /** A consumer from its start to its end, and what it told. */
    private final class Life {

        final Set<String> begun = ConcurrentHashMap.newKeySet();
        final Set<String> done = ConcurrentHashMap.newKeySet();
        final Set<String> remembered = ConcurrentHashMap.newKeySet();
        final List<String> begunTwice = new ArrayList<>();
        final Process process = start();
        final Thread reader = new Thread(this::read);

        Life() {
            lives.add(this);
            reader.start();
        }

        private Process start() {
            return new JavaCommand(
                            QueueConsumerMain.class,
                            results.uri("forcePathStyle=true&visibilityTimeout=5&deleteAfterRead=true&maxInFlight="
                                    + MAX_IN_FLIGHT),
                            PostgresServer.jdbcUrl(),
                            results.queue)
                    .properties(AWS.aws().sdkSystemProperties())
                    .start(Path.of("target/queue-kill.log"));
        }

        private void read() {
            new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
                    .lines()
                    .forEach(line -> {
                        String place = line.substring(line.indexOf(' ') + 1);
                        if (line.startsWith("begun ") && !begun.add(place)) {
                            begunTwice.add(place);
                        } else if (line.startsWith("done ")) {
                            done.add(place);
                        } else if (line.startsWith("remembered ")) {
                            remembered.add(place);
                        }
                    });
        }

        /** SIGKILL, and then everything that was told before it. */
        void kill() throws InterruptedException {
            process.destroyForcibly().waitFor();
            reader.join();
        }

        Set<String> inFlight() {
            Set<String> open = new HashSet<>(begun);
            open.removeAll(remembered);
            return open;
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        for (Life life : lives) {
            life.kill();
        }
        database.close();
    }

    private int remembered() {
        return lives.stream().mapToInt(life -> life.remembered.size()).sum();
    }

    @Test
    void aConsumerKilledTenTimesLosesNothingAndRepeatsOnlyWhatWasInFlight() throws Exception {
        AWS.aws().putObjects(results.bucket, "out/", RESULTS, "result".getBytes());
        List<String> names = IntStream.range(0, RESULTS)
                .mapToObj(i -> String.format("%06d.out", i))
                .toList();
        results.sendAll(names.stream().map(results::completed).toList());
        long start = System.nanoTime();
        for (int kill = 1; kill <= KILLS; kill++) {
            int enough = kill * RESULTS / (KILLS + 1);
            Life life = new Life();
            await().pollInterval(Duration.ofMillis(5))
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> remembered() >= enough);
            assertThat(remembered()).isLessThan(RESULTS);
            life.kill();
        }
        Life last = new Life();
        await().atMost(Duration.ofMinutes(3))
                .untilAsserted(() -> assertThat(results.messages()).isZero());
        report(System.nanoTime() - start);
        last.kill();

        Set<String> all = names.stream()
                .map(name -> "s3://" + results.bucket + "/out/" + name)
                .collect(Collectors.toSet());
        // Each by what told of it, and by the version of its object, unless it was killed between the two.
        assertThat(keysInDatabase()).isBetween(RESULTS, 2 * RESULTS);
        assertThat(lives.stream().flatMap(life -> life.done.stream()).collect(Collectors.toSet()))
                .isEqualTo(all);
        assertThat(lives).allSatisfy(life -> {
            assertThat(life.begunTwice).isEmpty();
            assertThat(life.inFlight()).hasSizeLessThanOrEqualTo(MAX_IN_FLIGHT);
        });
        assertThat(begunAgainThoughRemembered()).isEmpty();
    }

    private Set<String> begunAgainThoughRemembered() {
        Set<String> again = new HashSet<>();
        Set<String> remembered = new HashSet<>();
        for (Life life : lives) {
            life.begun.stream().filter(remembered::contains).forEach(again::add);
            remembered.addAll(life.remembered);
        }
        return again;
    }

    private int keysInDatabase() throws Exception {
        try (Connection connection = database.dataSource().getConnection();
                PreparedStatement query = connection.prepareStatement(
                        "SELECT COUNT(*) FROM CAMEL_MESSAGEPROCESSED WHERE processorName = ?")) {
            query.setString(1, results.queue);
            try (ResultSet rows = query.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }

    private void report(long nanos) {
        int begun = lives.stream().mapToInt(life -> life.begun.size()).sum();
        LOG.info(
                "{} results with {} kills in {} s: {} in flight at kills, {} begun again",
                RESULTS,
                KILLS,
                TimeUnit.NANOSECONDS.toSeconds(nanos),
                lives.subList(0, KILLS).stream()
                        .map(life -> life.inFlight().size())
                        .toList(),
                begun - RESULTS);
    }
}
