package io.github.camelsagemaker.async.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FuturesTest {

    private final CompletableFuture<Boolean> interruptedWithin = new CompletableFuture<>();

    @AfterEach
    void endInterruption() {
        Thread.interrupted();
    }

    private CompletableFuture<Boolean> step() {
        interruptedWithin.complete(Thread.currentThread().isInterrupted());
        throw new IllegalStateException("thrown");
    }

    @Test
    void aCallToAwsIsMadeOnAnInterruptedThreadWhichStaysInterrupted() {
        Thread.currentThread().interrupt();

        CompletableFuture<Boolean> call = Futures.uninterrupted(this::step);

        assertThat(interruptedWithin).isCompletedWithValue(false);
        assertThat(call).isCompletedExceptionally();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void aStepOfUsersCodeIsNotKeptFromBeingInterrupted() {
        Thread.currentThread().interrupt();

        CompletableFuture<Boolean> step = Futures.call(this::step);

        assertThat(interruptedWithin).isCompletedWithValue(true);
        assertThat(step).isCompletedExceptionally();
    }

    @Test
    void aThreadThatIsNotInterruptedIsNotAfterwardsEither() {
        assertThat(Futures.uninterrupted(this::step)).isCompletedExceptionally();

        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
}
