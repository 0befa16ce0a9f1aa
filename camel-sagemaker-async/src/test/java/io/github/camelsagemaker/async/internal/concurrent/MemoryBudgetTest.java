package io.github.camelsagemaker.async.internal.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.internal.concurrent.MemoryBudget.Part;
import io.github.camelsagemaker.async.internal.concurrent.MemoryBudget.Reserved;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("no-camel")
class MemoryBudgetTest {

    private final MemoryBudget whole = new MemoryBudget(10);
    private final Part part = new Part(whole);

    @Test
    void whatFitsIsTakenAndWhatDoesNotIsNot() {
        assertThat(part.take(4)).isTrue();
        assertThat(part.take(7)).isFalse();
        assertThat(part.take(6)).isTrue();
        assertThat(whole.free()).isZero();
        assertThat(part.take(0)).isTrue();
    }

    @Test
    void whoHasNothingNeedsToWaitForNobodyElse() {
        whole.take(10);

        assertThat(part.take(10)).isTrue();
        assertThat(new Part(whole).take(1)).isTrue();
        assertThat(part.take(1)).isFalse();

        part.giveBack(10);
        assertThat(whole.free()).isEqualTo(-1);
    }

    @Test
    void whatNeverFitsDoesNotWait() {
        assertThat(part.take(11)).isFalse();
        assertThat(part.reserve(11)).isNull();
        assertThat(whole.reserve(1)).isNull();
    }

    @Test
    void whatWaitsGetsItsRoomInTurnAndNothingPassesIt() {
        part.take(8);
        CompletableFuture<Reserved> large = part.reserve(9);
        CompletableFuture<Reserved> small = part.reserve(1);

        assertThat(large).isNotDone();
        assertThat(small).isNotDone();
        assertThat(part.take(1)).isFalse();

        part.giveBack(8);
        assertThat(large).isCompleted();
        assertThat(small).isCompleted();
        assertThat(whole.free()).isZero();
    }

    @Test
    void roomThatWasKeptIsTakenOnceAndGivenBackIfItWasNot() {
        Reserved taken = part.reserve(6).join();
        Reserved unused = part.reserve(4).join();

        assertThat(taken.take(7)).isFalse();
        assertThat(taken.take(6)).isTrue();
        assertThat(taken.take(6)).isFalse();
        taken.end();
        unused.end();
        unused.end();

        assertThat(whole.free()).isEqualTo(4);
        taken.giveBack(6);
        assertThat(whole.free()).isEqualTo(10);
    }

    @Test
    void whatWaitsGetsRoomThatAnotherConsumerGivesBack() {
        Part other = new Part(whole);
        other.take(8);
        part.take(2);
        CompletableFuture<Reserved> waits = part.reserve(5);

        other.giveBack(8);

        assertThat(waits).isCompleted();
        assertThat(whole.free()).isEqualTo(3);
    }

    @Test
    void thousandsThatWaitBeginOneAfterAnother() {
        part.take(10);
        List<CompletableFuture<Void>> ends = IntStream.range(0, 20_000)
                .mapToObj(i -> part.reserve(10).thenAccept(Reserved::end))
                .toList();

        part.giveBack(10);

        assertThat(ends).allMatch(end -> end.isDone() && !end.isCompletedExceptionally());
        assertThat(whole.free()).isEqualTo(10);
    }

    @Test
    void reservedRoomStaysItsReadersUntilTheEnd() {
        Reserved room = part.reserve(6).join();
        room.take(6);

        room.giveBack(6);

        assertThat(room.take(6)).isTrue();
    }
}
