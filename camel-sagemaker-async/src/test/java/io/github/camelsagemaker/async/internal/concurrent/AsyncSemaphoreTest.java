package io.github.camelsagemaker.async.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore.Permit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("no-camel")
@Timeout(60)
class AsyncSemaphoreTest {

    private final AsyncSemaphore semaphore = new AsyncSemaphore(2, Runnable::run);
    private final List<Integer> begun = new ArrayList<>();

    private Permit take() {
        return semaphore.tryAcquire(1).get(0);
    }

    @Test
    void asManyAreGivenOutAsThereAre() {
        assertThat(semaphore.tryAcquire(3)).hasSize(2);
        assertThat(semaphore.tryAcquire(1)).isEmpty();
        assertThat(semaphore.inUse()).isEqualTo(2);
    }

    @Test
    void aPermitGivenBackTwiceCountsOnce() {
        Permit first = take();
        take();

        first.release();
        first.release();

        assertThat(semaphore.inUse()).isEqualTo(1);
    }

    @Test
    void aPermitThatIsLentIsAnothersUntilItIsTakenBack() {
        take();
        Permit second = take();
        CompletableFuture<Permit> waiting = semaphore.next();

        semaphore.lend(1);

        assertThat(waiting).isCompleted();
        assertThat(semaphore.inUse()).isEqualTo(3);
        semaphore.lend(-1);
        second.release();
        assertThat(semaphore.tryAcquire(1)).as("two are in use").isEmpty();
    }

    @Test
    void whoWaitsGoesBeforeThoseWhoTakeWhateverIsFree() {
        Permit first = take();
        take();
        CompletableFuture<Permit> waiting = semaphore.next();
        CompletableFuture<Permit> behind = semaphore.next();

        first.release();

        assertThat(waiting).isCompleted();
        assertThat(behind).isNotDone();
        assertThat(semaphore.tryAcquire(1)).isEmpty();
    }

    @Test
    void whoBlocksGetsThePermitThatIsGivenBack() {
        Permit first = take();
        take();
        CompletableFuture<Optional<Permit>> waiting = acquireOnAnotherThread(new AtomicReference<>());

        first.release();

        assertThat(waiting).succeedsWithin(Duration.ofSeconds(30)).satisfies(permit -> assertThat(permit)
                .isPresent());
    }

    @Test
    void whoIsInterruptedWhileBlockingTakesNoPermitWithHim() {
        Permit first = take();
        take();
        AtomicReference<Thread> thread = new AtomicReference<>();
        CompletableFuture<Optional<Permit>> waiting = acquireOnAnotherThread(thread);

        thread.get().interrupt();

        assertThat(waiting).failsWithin(Duration.ofSeconds(30));
        first.release();
        assertThat(semaphore.inUse()).isEqualTo(1);
    }

    @Test
    void aPauseSendsThoseAwayWhoWait() {
        semaphore.tryAcquire(2);
        CompletableFuture<Permit> waiting = semaphore.next();
        CompletableFuture<Optional<Permit>> blocking = acquireOnAnotherThread(new AtomicReference<>());

        semaphore.pause();

        assertThat(waiting).isCancelled();
        assertThat(blocking).succeedsWithin(Duration.ofSeconds(30)).satisfies(permit -> assertThat(permit)
                .isEmpty());
    }

    @Test
    void noneIsGivenOutDuringAPauseThoughSomeAreFree() {
        semaphore.pause();
        assertThat(semaphore.tryAcquire(1)).isEmpty();
        assertThat(semaphore.next()).isCancelled();

        semaphore.resume();
        assertThat(semaphore.tryAcquire(1)).hasSize(1);
    }

    @Test
    void theListenerIsToldOnceOfManyPermits() {
        AtomicInteger told = new AtomicInteger();
        List<Permit> permits = semaphore.tryAcquire(2);
        semaphore.onRelease(told::incrementAndGet);

        semaphore.release(permits);

        assertThat(told).hasValue(1);
        assertThat(semaphore.inUse()).isZero();
    }

    private CompletableFuture<Optional<Permit>> acquireOnAnotherThread(AtomicReference<Thread> which) {
        CompletableFuture<Optional<Permit>> acquired = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                acquired.complete(semaphore.acquire());
            } catch (InterruptedException e) {
                acquired.completeExceptionally(e);
            }
        });
        which.set(thread);
        thread.setDaemon(true);
        thread.start();
        await().until(() -> thread.getState() == Thread.State.WAITING);
        return acquired;
    }

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
        assertThat(semaphore.submit(() -> CompletableFuture.completedFuture("x")))
                .isCompletedWithValue("x");
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
            assertThat(semaphore.submit(() -> {
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
        IllegalStateException stopping = new IllegalStateException("stopping");
        for (int i = 0; i < 50_000; i++) {
            rest.add(semaphore.submit(() -> CompletableFuture.failedFuture(stopping)));
        }

        first.complete("a");

        assertThat(rest).allMatch(CompletableFuture::isCompletedExceptionally);
    }

    @Test
    void aTaskWhoseCallerWaitsNoLongerGivesItsPermitBackWhenItEnds() {
        CompletableFuture<String> task = new CompletableFuture<>();
        CompletableFuture<String> begun = semaphore.submit(() -> task);

        begun.completeExceptionally(new TimeoutException());
        task.complete("late");

        await().untilAsserted(() -> assertThat(semaphore.inUse()).isZero());
    }

    private CompletableFuture<String> submit(int number) {
        CompletableFuture<String> task = new CompletableFuture<>();
        semaphore.submit(() -> {
            begun.add(number);
            return task;
        });
        return task;
    }

    @Test
    void moreThanMayWaitFail() {
        CompletableFuture<Void> underWay = new CompletableFuture<>();
        AsyncSemaphore narrow = new AsyncSemaphore(1, Runnable::run);
        narrow.submitHere(() -> underWay, 1, IllegalStateException::new);
        CompletableFuture<Void> waiting = narrow.submitHere(() -> underWay, 1, IllegalStateException::new);

        assertThat(narrow.submitHere(() -> underWay, 1, IllegalStateException::new))
                .isCompletedExceptionally();
        underWay.complete(null);
        assertThat(waiting).isCompleted();
    }
}
