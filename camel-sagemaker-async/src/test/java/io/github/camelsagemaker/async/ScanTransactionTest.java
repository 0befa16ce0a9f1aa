package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;
import org.apache.camel.spring.spi.SpringTransactionPolicy;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/** What was rolled back in the database is not settled in S3. */
class ScanTransactionTest extends ScanTestSupport {

    private final AtomicInteger attempts = new AtomicInteger();
    private JdbcTemplate jdbc;
    private DataSource database;

    @BeforeEach
    void database() {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:" + bucket + ";DB_CLOSE_DELAY=-1");
        jdbc = new JdbcTemplate(database);
        this.database = database;
        jdbc.execute("CREATE TABLE results (attempt INT)");
        context.getRegistry().bind("required", new SpringTransactionPolicy(new DataSourceTransactionManager(database)));
        put("out/a", "result");
    }

    @Test
    void aTransactionMarkedForRollbackIsAFailure() throws Exception {
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(scan())
                        .transacted("required")
                        .process(inserting())
                        .choice()
                        .when(exchange -> attempts.get() == 1)
                        .markRollbackOnlyLast()
                        .when(exchange -> attempts.get() == 2)
                        .markRollbackOnly();
            }
        });

        onlyTheThirdAttemptIsCommitted();
    }

    @Test
    void aTransactionMarkedForRollbackWhereItsExceptionIsHandledIsAFailure() throws Exception {
        start(new RouteBuilder() {
            @Override
            public void configure() {
                onException(IllegalStateException.class).handled(true).markRollbackOnlyLast();
                from(scan()).transacted("required").process(inserting()).process(exchange -> {
                    if (attempts.get() < 3) {
                        throw new IllegalStateException("handled");
                    }
                });
            }
        });

        onlyTheThirdAttemptIsCommitted();
    }

    @Test
    void aTransactionOfAnotherRouteThatWasRolledBackIsAFailure() throws Exception {
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(scan()).to("direct:store").process(exchange -> {});
                from("direct:store")
                        .transacted("required")
                        .process(inserting())
                        .choice()
                        .when(exchange -> attempts.get() < 3)
                        .markRollbackOnlyLast();
            }
        });

        onlyTheThirdAttemptIsCommitted();
    }

    @Test
    void theKeyIsStoredAfterTheCommit() throws Exception {
        List<Integer> committed = new CopyOnWriteArrayList<>();
        context.getRegistry()
                .bind("keys", new ForwardingRepository(MemoryIdempotentRepository.memoryIdempotentRepository(10)) {
                    @Override
                    public boolean add(String key) {
                        committed.addAll(jdbc.queryForList("SELECT attempt FROM results", Integer.class));
                        return super.add(key);
                    }
                });
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(scan("idempotentRepository=#keys")).transacted("required").process(inserting());
            }
        });

        eventually(() -> keys().isEmpty());
        assertThat(committed).isNotEmpty().containsOnly(1);
    }

    @Test
    void aKeyInTheRoutesTransactionMakesItsEffectOneAlsoWhenTheResultComesAgain() throws Exception {
        CountDownLatch again = new CountDownLatch(3);
        JdbcMessageIdRepository effects = new JdbcMessageIdRepository(database, "effects");
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(scan())
                        .process(exchange -> again.countDown())
                        .transacted("required")
                        .idempotentConsumer(header(SageMakerAsyncConstants.OUTPUT_LOCATION), effects)
                        .removeOnFailure(false)
                        .process(inserting())
                        .end()
                        .process(exchange -> {
                            if (again.getCount() == 2) {
                                throw new IllegalStateException("The first attempt is rolled back, with its key");
                            }
                        });
            }
        });

        eventually(() -> keys().isEmpty());

        put("out/a", "result again"); // as when the node had been killed after the commit
        eventually(() -> again.getCount() == 0 && keys().isEmpty());

        assertThat(jdbc.queryForList("SELECT attempt FROM results", Integer.class))
                .containsExactly(2);
    }

    @Test
    void aPoolOfOneConnectionForEachResultIsEnough() throws Exception {
        JdbcConnectionPool pool = JdbcConnectionPool.create((JdbcDataSource) database);
        pool.setMaxConnections(2);
        pool.setLoginTimeout(10);
        JdbcTemplate pooled = new JdbcTemplate(pool);
        context.getRegistry().bind("pooled", new SpringTransactionPolicy(new DataSourceTransactionManager(pool)));
        context.getRegistry().bind("keys", new JdbcMessageIdRepository(pool, "handled"));
        context.getRegistry().bind("claims", new JdbcMessageIdRepository(pool, "claims"));
        for (int i = 0; i < 20; i++) {
            put("out/" + i, "result");
        }
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(scan("maxInFlight=2", "idempotentRepository=#keys", "inProgressRepository=#claims"))
                        .transacted("pooled")
                        .process(exchange ->
                                pooled.update("INSERT INTO results VALUES (?)", attempts.incrementAndGet()));
            }
        });

        eventually(() -> keys().isEmpty());
        assertThat(attempts).hasValue(21);
        pool.dispose();
    }

    private void onlyTheThirdAttemptIsCommitted() {
        eventually(() -> keys().isEmpty());
        assertThat(jdbc.queryForList("SELECT attempt FROM results", Integer.class))
                .containsExactly(3);
        assertThat(attempts).hasValue(3);
    }

    private Processor inserting() {
        return exchange -> jdbc.update("INSERT INTO results VALUES (?)", attempts.incrementAndGet());
    }
}
