package io.github.camelsagemaker.async.internal.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.S3InMemory;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;

class BatchDeleterTest {

    private final ExecutorService answers = Executors.newFixedThreadPool(2);
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final S3InMemory s3 = new S3InMemory(answers);
    private final BatchDeleter delivered = new BatchDeleter(s3, timer);

    @AfterEach
    void close() {
        timer.shutdownNow();
        answers.shutdownNow();
    }

    @Test
    void anObjectIsDeletedSoon() {
        land(1);
        await().until(() -> s3.keys().isEmpty());
        assertThat(s3.calls()).hasSize(1);
    }

    @Test
    void fiveHundredObjectsAreDeletedWithOneRequest() {
        land(1000);
        await().until(() -> s3.keys().isEmpty());
        assertThat(s3.calls()).hasSize(2);
    }

    @Test
    void aFlushDeletesTheRestAndEndsWhenItIsDone() throws Exception {
        land(750);
        delivered.flush().get(30, TimeUnit.SECONDS);
        assertThat(s3.keys()).isEmpty();
        assertThat(s3.calls()).hasSize(2);
    }

    @Test
    void aFlushEndsAlsoWhenSomethingCannotBeDeleted() throws Exception {
        s3.fail("DeleteObject bucket/k1", 403);
        land(3);
        delivered.flush().get(30, TimeUnit.SECONDS);
        assertThat(s3.keys()).containsExactly("bucket/k1");
    }

    @Test
    void onlyWhatTheAnswerNamesIsDeleted() {
        DeleteObjectsResponse answer = DeleteObjectsResponse.builder()
                .deleted(deleted -> deleted.key("k1"))
                .errors(error -> error.key("k2").code("AccessDenied").message("no"))
                .build();

        assertThat(BatchDeleter.whatStays(List.of("k1", "k2", "k3"), answer))
                .containsExactly(Map.entry("k2", "AccessDenied no"), Map.entry("k3", "no answer of S3 names it"));
    }

    @Test
    void afterTheTimerStoppedAFlushStillDeletes() throws Exception {
        timer.shutdownNow();
        land(3);
        delivered.flush().get(30, TimeUnit.SECONDS);
        assertThat(s3.keys()).isEmpty();
    }

    @Test
    void severalFlushAtTheSameTime() throws Exception {
        timer.shutdownNow(); // or it deletes meanwhile
        CyclicBarrier both = new CyclicBarrier(2);
        S3InMemory waiting = new S3InMemory(answer -> answers.execute(() -> {
            meet(both);
            answer.run();
        }));
        List<BatchDeleter> producers = List.of(new BatchDeleter(waiting, timer), new BatchDeleter(waiting, timer));
        producers.forEach(producer -> {
            String key = "k" + producers.indexOf(producer);
            waiting.put("bucket", key, "x");
            producer.delete(new S3Location("bucket", key));
        });

        CompletableFuture<?>[] flushed =
                producers.stream().map(BatchDeleter::flush).toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(flushed).get(30, TimeUnit.SECONDS);

        assertThat(waiting.keys()).isEmpty();
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(4, TimeUnit.SECONDS); // less than a close waits: one after the other, they would not meet
        } catch (Exception e) {
            throw new IllegalStateException("The other was not asked", e);
        }
    }

    private void land(int count) {
        for (int i = 0; i < count; i++) {
            s3.put("bucket", "k" + i, "x");
        }
        for (int i = 0; i < count; i++) {
            delivered.delete(new S3Location("bucket", "k" + i));
        }
    }
}
