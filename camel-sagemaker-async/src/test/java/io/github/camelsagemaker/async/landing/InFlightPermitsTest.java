package io.github.camelsagemaker.async.landing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.landing.InFlightPermits.Permit;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("no-camel")
@Timeout(60)
class InFlightPermitsTest {

    private final InFlightPermits permits = new InFlightPermits(2);

    @Test
    void asManyAreGivenOutAsThereAre() throws InterruptedException {
        assertThat(permits.acquire()).isPresent();
        assertThat(permits.acquire()).isPresent();
        assertThat(permits.tryAcquire()).isEmpty();
        assertThat(permits.inUse()).isEqualTo(2);
    }

    @Test
    void aPermitGivenBackTwiceCountsOnce() {
        Permit first = permits.tryAcquire().orElseThrow();
        permits.tryAcquire().orElseThrow();

        first.release();
        first.release();

        assertThat(permits.inUse()).isEqualTo(1);
    }

    @Test
    void whoWaitsGetsThePermitThatIsGivenBack() {
        Permit first = permits.tryAcquire().orElseThrow();
        permits.tryAcquire().orElseThrow();
        CompletableFuture<Optional<Permit>> waiting = acquireOnAnotherThread();

        first.release();

        assertThat(waiting).succeedsWithin(Duration.ofSeconds(30)).satisfies(permit -> assertThat(permit)
                .isPresent());
    }

    @Test
    void aPauseSendsThoseAwayWhoWait() {
        permits.tryAcquire().orElseThrow();
        permits.tryAcquire().orElseThrow();
        CompletableFuture<Optional<Permit>> waiting = acquireOnAnotherThread();

        permits.pause();

        assertThat(waiting).succeedsWithin(Duration.ofSeconds(30)).satisfies(permit -> assertThat(permit)
                .isEmpty());
    }

    @Test
    void noneIsGivenOutDuringAPauseThoughSomeAreFree() {
        permits.pause();
        assertThat(permits.tryAcquire()).isEmpty();

        permits.resume();
        assertThat(permits.tryAcquire()).isPresent();
    }

    private CompletableFuture<Optional<Permit>> acquireOnAnotherThread() {
        CompletableFuture<Optional<Permit>> acquired = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                acquired.complete(permits.acquire());
            } catch (InterruptedException e) {
                acquired.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        await().until(() -> thread.getState() == Thread.State.WAITING);
        return acquired;
    }
}
