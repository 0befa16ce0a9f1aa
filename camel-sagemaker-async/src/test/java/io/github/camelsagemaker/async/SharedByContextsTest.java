package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.tracking.JdbcPendingInvocationStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.StatefulService;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Repositories and stores that are not one context's alone. */
class SharedByContextsTest extends ScanTestSupport {

    private final CamelContext other = new DefaultCamelContext();
    private final List<String> emitted = new CopyOnWriteArrayList<>();

    @AfterEach
    void stopTheOther() {
        other.stop();
    }

    private void run(CamelContext where, String from, Object bean) throws Exception {
        where.getRegistry().bind("s3", aws().s3Client());
        where.getRegistry().bind("sageMaker", aws().sageMakerClient());
        where.getRegistry().bind("shared", bean);
        where.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(from)
                        .routeId("results")
                        .process(exchange -> emitted.add(exchange.getMessage()
                                .getHeader(SageMakerAsyncConstants.OUTPUT_LOCATION, String.class)));
            }
        });
        where.start();
    }

    @Test
    void aRepositoryInMemoryIsNotEmptiedByTheFirstContextThatStops() throws Exception {
        MemoryIdempotentRepository handled = new MemoryIdempotentRepository();
        String from = scan("deleteAfterRead=false", "idempotentRepository=#shared");
        run(context, from, handled);
        put("out/a", "1");
        eventually(() -> handled.getCacheSize() > 0 && emitted.size() == 1);
        run(other, from, handled);

        context.stop();

        put("out/b", "2");
        eventually(() -> emitted.contains(at("out/b")));
        assertThat(emitted).containsExactly(at("out/a"), at("out/b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"idempotentRepository", "inProgressRepository", "pendingStore"})
    void whatContextsShareStopsWithTheLastOfThem(String option) throws Exception {
        StatefulService shared = "pendingStore".equals(option)
                ? new JdbcPendingInvocationStore(JdbcConnectionPool.create("jdbc:h2:mem:" + bucket, "", ""))
                : new MemoryIdempotentRepository();
        run(context, scan(option + "=#shared"), shared);
        run(other, scanOf("f", option + "=#shared").replace("/out/", "/out2/"), shared);

        context.stop();
        assertThat(shared.isStarted()).isTrue();

        other.stop();
        assertThat(shared.isStarted()).isFalse();
    }

    @Test
    void whatSomebodyElseHasStartedIsNotStopped() throws Exception {
        MemoryIdempotentRepository started = new MemoryIdempotentRepository();
        started.start();
        run(context, scan("idempotentRepository=#shared"), started);

        context.stop();

        assertThat(started.isStarted()).isTrue();
    }
}
