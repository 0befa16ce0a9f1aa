package io.github.camelsagemaker.async.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("no-camel")
class ConcurrencyLimitTest {

    private final List<Integer> begun = new ArrayList<>();
    private final ConcurrencyLimit limit = new ConcurrencyLimit(2, Runnable::run);

    @Test
    void tasksBeyondTheLimitWaitInOrder() {
        List<CompletableFuture<String>> tasks = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            tasks.add(submit(i));
        }
        assertThat(begun).containsExactly(0, 1);

        tasks.get(1).complete("b");
        assertThat(begun).containsExactly(0, 1, 2);

        tasks.get(0).complete("a");
        assertThat(begun).containsExactly(0, 1, 2, 3);
    }

    @Test
    void theResultIsTheTasks() {
        assertThat(limit.submit(() -> CompletableFuture.completedFuture("x"))).isCompletedWithValue("x");
    }

    @Test
    void aFailedTaskGivesItsPlaceBack() {
        for (int i = 0; i < 3; i++) {
            submit(i).completeExceptionally(new IllegalStateException());
        }
        assertThat(begun).containsExactly(0, 1, 2);
    }

    @Test
    void aTaskThatThrowsGivesItsPlaceBackAndFails() {
        for (int i = 0; i < 3; i++) {
            assertThat(limit.submit(() -> {
                        throw new AssertionError("broken");
                    }))
                    .isCompletedExceptionally();
        }
        submit(3);
        assertThat(begun).containsExactly(3);
    }

    @Test
    void anyNumberOfWaitingTasksMayEndAtOnceOnTheThreadOfTheOneBefore() {
        CompletableFuture<String> first = submit(0);
        submit(1);
        List<CompletableFuture<Integer>> rest = new ArrayList<>();
        for (int i = 0; i < 200_000; i++) {
            rest.add(limit.submit(() -> CompletableFuture.failedFuture(new IllegalStateException("stopping"))));
        }

        first.complete("a");

        assertThat(rest).allMatch(CompletableFuture::isCompletedExceptionally);
    }

    private CompletableFuture<String> submit(int number) {
        CompletableFuture<String> task = new CompletableFuture<>();
        limit.submit(() -> {
            begun.add(number);
            return task;
        });
        return task;
    }

    @Test
    void moreThanMayWaitFail() {
        CompletableFuture<Void> underWay = new CompletableFuture<>();
        ConcurrencyLimit narrow = new ConcurrencyLimit(1, Runnable::run);
        narrow.submitHere(() -> underWay, 1, IllegalStateException::new);
        CompletableFuture<Void> waiting = narrow.submitHere(() -> underWay, 1, IllegalStateException::new);

        assertThat(narrow.submitHere(() -> underWay, 1, IllegalStateException::new))
                .isCompletedExceptionally();
        underWay.complete(null);
        assertThat(waiting).isCompleted();
    }
}
