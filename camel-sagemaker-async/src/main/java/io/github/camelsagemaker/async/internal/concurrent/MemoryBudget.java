package io.github.camelsagemaker.async.internal.concurrent;

import java.lang.ref.Cleaner;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** How much memory what was read may take. Only of a {@link Part} something waits for it. Thread-safe. */
public class MemoryBudget {

    /** For what is small, and bounded otherwise. */
    public static final MemoryBudget UNLIMITED = new MemoryBudget(Long.MAX_VALUE);

    private static final int SHARE_OF_HEAP = 4;

    private final long size;
    private final AtomicLong free;

    public MemoryBudget(long bytes) {
        this.size = bytes;
        this.free = new AtomicLong(bytes);
    }

    public static MemoryBudget ofHeap() {
        return new MemoryBudget(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    }

    /** Whether it fits. Then it is to be given back with {@link #giveBack}. */
    public boolean take(long bytes) {
        return bytes == 0 || free.getAndUpdate(before -> before < bytes ? before : before - bytes) >= bytes;
    }

    public void giveBack(long bytes) {
        free.addAndGet(bytes);
    }

    /** Gives back what was taken: when that is cleaned, at the latest when the garbage collector has the owner. */
    public Cleaner.Cleanable takenBy(Object owner, long bytes) {
        return Dropped.CLEANER.register(owner, () -> giveBack(bytes));
    }

    public long free() {
        return free.get();
    }

    /** Ends when there is room for so much, which is kept for who asked; null where nobody waits, or it will never fit. */
    public CompletableFuture<Reserved> reserve(long bytes) {
        return null;
    }

    /** What one consumer takes of a budget. Who has nothing gets what it asks for, so none waits for another consumer. */
    public static final class Part extends MemoryBudget {

        private final MemoryBudget whole;
        private final Queue<Turn> turns = new ArrayDeque<>();
        private long taken;
        private boolean paused;

        private record Turn(long bytes, CompletableFuture<Reserved> begun) {}

        public Part(MemoryBudget whole) {
            super(whole.size);
            this.whole = whole;
        }

        @Override
        public synchronized boolean take(long bytes) {
            return bytes == 0 || turns.isEmpty() && takeNow(bytes);
        }

        private boolean takeNow(long bytes) {
            if (!whole.take(bytes)) {
                if (taken > 0 || bytes > whole.size) {
                    return false;
                }
                whole.giveBack(-bytes);
            }
            taken += bytes;
            return true;
        }

        @Override
        public void giveBack(long bytes) {
            List<Turn> begun = new ArrayList<>();
            synchronized (this) {
                taken -= bytes;
                whole.giveBack(bytes);
                while (!turns.isEmpty() && takeNow(turns.peek().bytes())) {
                    begun.add(turns.poll());
                }
            }
            begun.forEach(turn -> turn.begun().complete(new Reserved(this, turn.bytes())));
        }

        @Override
        public synchronized CompletableFuture<Reserved> reserve(long bytes) {
            if (bytes > whole.size) {
                return null;
            }
            Turn turn = new Turn(bytes, new CompletableFuture<>());
            if (take(bytes)) {
                turn.begun().complete(new Reserved(this, bytes));
            } else if (paused) {
                turn.begun().cancel(false);
            } else {
                turns.add(turn);
            }
            return turn.begun();
        }

        /** From now on nobody waits; who does is told by a {@link java.util.concurrent.CancellationException}. */
        public void pause() {
            List<Turn> over;
            synchronized (this) {
                paused = true;
                over = List.copyOf(turns);
                turns.clear();
            }
            over.forEach(turn -> turn.begun().cancel(false));
        }

        public synchronized void resume() {
            paused = false;
        }

        @Override
        public long free() {
            return whole.free();
        }
    }

    /** Room that was kept, for one who needs just as much. Who finds that it does not suffice all the same waits no more. */
    public static final class Reserved extends MemoryBudget {

        private final Part part;
        private final long bytes;
        private final AtomicBoolean kept = new AtomicBoolean(true);

        private Reserved(Part part, long bytes) {
            super(bytes);
            this.part = part;
            this.bytes = bytes;
        }

        @Override
        public boolean take(long wanted) {
            return wanted == 0 || wanted == bytes && kept.compareAndSet(true, false);
        }

        @Override
        public void giveBack(long given) {
            part.giveBack(given);
        }

        /** Gives it back if it was not taken. */
        public void end() {
            if (kept.compareAndSet(true, false)) {
                part.giveBack(bytes);
            }
        }
    }
}
