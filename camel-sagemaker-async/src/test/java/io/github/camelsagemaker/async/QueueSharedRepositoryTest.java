package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.testinfra.LocalAwsExtension;
import io.github.camelsagemaker.async.tracking.PostgresServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.IdempotentRepository;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two nodes share Camel's JDBC repository, whose {@code add} counts first and inserts then: of two at once, the loser does
 * not see {@code false} but an exception.
 */
@Tag("soak")
class QueueSharedRepositoryTest {

    private static final int RESULTS = 16;
    private static final int MOST_ROUNDS = 10;
    private static final String LONG_FOLDER = "a-folder-".repeat(20) + "/";

    @RegisterExtension
    static final LocalAwsExtension AWS = new LocalAwsExtension();

    enum Database {
        POSTGRES,
        H2
    }

    private final ResultsByQueue results = new ResultsByQueue(AWS.aws());
    private final List<DefaultCamelContext> nodes = new ArrayList<>();
    private final AtomicInteger lostRaces = new AtomicInteger();
    private final Map<String, AtomicInteger> completed = new ConcurrentHashMap<>();
    private SharedDatabase database;

    @AfterEach
    void stop() {
        nodes.forEach(DefaultCamelContext::stop);
        database.close();
    }

    /** Lets two insert the same key at the same moment. */
    private final class RacingRepository extends ForwardingRepository {

        private final Map<String, CyclicBarrier> races;

        RacingRepository(IdempotentRepository repository, Map<String, CyclicBarrier> races) {
            super(repository);
            this.races = races;
        }

        @Override
        public boolean add(String key) {
            try {
                races.computeIfAbsent(key, none -> new CyclicBarrier(2)).await(1, TimeUnit.SECONDS);
            } catch (TimeoutException | BrokenBarrierException e) {
                // Nobody to race with: the other was dropped as a duplicate, or comes later.
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            try {
                return super.add(key);
            } catch (RuntimeException e) {
                lostRaces.incrementAndGet();
                throw e;
            }
        }
    }

    private void open(Database which) {
        database = which == Database.POSTGRES ? SharedDatabase.at(PostgresServer.jdbcUrl()) : SharedDatabase.h2();
    }

    /** A node whose exchanges fail now and then: what was not done must not be acknowledged. */
    private void startNode(String repositories, String option, Map<String, CyclicBarrier> races) throws Exception {
        DefaultCamelContext node = results.context();
        nodes.add(node);
        node.getRegistry().bind("shared", new RacingRepository(database.repository(repositories), races));
        AtomicInteger exchanges = new AtomicInteger();
        node.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from(results.uri("maxInFlight=16&visibilityTimeout=4&redeliveryBackoff=1s&" + option + "=#shared"))
                        .process(exchange -> {
                            if (exchanges.incrementAndGet() % 7 == 0) {
                                throw new IllegalStateException("as ordered");
                            }
                            completed
                                    .computeIfAbsent(
                                            exchange.getMessage().getBody(String.class), none -> new AtomicInteger())
                                    .incrementAndGet();
                        });
            }
        });
        node.start();
    }

    /** Which node gets which copy is up to the queue: more results are sent while no two nodes met at one. */
    private void sendUntilTheNodesRaced() {
        for (int round = 0; lostRaces.get() == 0 && round < MOST_ROUNDS; round++) {
            sendEveryNotificationTwice(round * RESULTS, (round + 1) * RESULTS);
            awaitDone((round + 1) * RESULTS);
        }
        assertThat(lostRaces).hasPositiveValue();
    }

    private void sendEveryNotificationTwice(int first, int end) {
        List<String> names = IntStream.range(first, end)
                .mapToObj(i -> LONG_FOLDER + i + ".out")
                .toList();
        names.forEach(name -> results.land(name, name));
        results.sendAll(names.stream()
                .flatMap(name -> List.of(results.completed(name), results.completed(name)).stream())
                .toList());
    }

    private void awaitDone(int sent) {
        await().atMost(Duration.ofSeconds(90)).untilAsserted(() -> {
            assertThat(completed).hasSize(sent);
            assertThat(results.messages()).isZero();
        });
    }

    @ParameterizedTest
    @EnumSource
    void nodesThatRememberTheSameKeyAtOnceBothAcknowledgeAndNothingIsLost(Database which) throws Exception {
        open(which);
        Map<String, CyclicBarrier> races = new ConcurrentHashMap<>();
        startNode("handled-" + results.queue, "idempotentRepository", races);
        startNode("handled-" + results.queue, "idempotentRepository", races);

        sendUntilTheNodesRaced();
    }

    @ParameterizedTest
    @EnumSource
    void ofNodesThatClaimTheSameKeyAtOnceOneGetsItAndTheOtherAcknowledgesNothing(Database which) throws Exception {
        open(which);
        Map<String, CyclicBarrier> races = new ConcurrentHashMap<>();
        startNode("claims-" + results.queue, "inProgressRepository", races);
        startNode("claims-" + results.queue, "inProgressRepository", races);

        sendUntilTheNodesRaced();
        // A claim that was lost is not left behind: all of them are free again.
        IdempotentRepository claims = database.repository("claims-" + results.queue);
        claims.start();
        completed.keySet().forEach(name -> assertThat(claims.contains("s3://" + results.bucket + "/out/" + name))
                .isFalse());
    }
}
