package io.github.camelsagemaker.async;

import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.testinfra.LocalAwsExtension;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A message whose result another node has in progress, as after that node's death, until its claim lapses. */
@Tag("any-camel")
class HeldElsewhereTest {

    @RegisterExtension
    static final LocalAwsExtension AWS = new LocalAwsExtension();

    private final ResultsByQueue results = new ResultsByQueue(AWS.aws());
    private final DefaultCamelContext context = results.context();
    private final List<Long> asked = new CopyOnWriteArrayList<>();

    @AfterEach
    void stop() {
        context.stop();
    }

    @Test
    void aMessageDoesNotUseUpItsReceivesAndIsHandledWhenTheClaimIsFree() throws Exception {
        context.getRegistry()
                .bind("claims", new ForwardingRepository(MemoryIdempotentRepository.memoryIdempotentRepository(10)) {
                    @Override
                    public boolean contains(Exchange exchange, String key) {
                        asked.add(System.nanoTime());
                        return longestPause() < 3 || super.contains(exchange, key);
                    }
                });
        CountDownLatch emitted = new CountDownLatch(1);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(results.uri("visibilityTimeout=1&inProgressRepository=#claims"))
                        .process(exchange -> emitted.countDown());
            }
        });
        context.start();
        results.landAndNotify("a.out", "a");

        await().atMost(Duration.ofSeconds(90)).until(() -> emitted.getCount() == 0);
    }

    /** In seconds, of which the visibility timeout is one. */
    private long longestPause() {
        return IntStream.range(1, asked.size())
                .mapToLong(i -> TimeUnit.NANOSECONDS.toSeconds(asked.get(i) - asked.get(i - 1)))
                .max()
                .orElse(0);
    }
}
