package io.github.camelsagemaker.async.internal.concurrent;

import java.lang.ref.Cleaner;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** How much memory what was read may take. Only of a {@link Part} something waits for it. Thread-safe. */
public class MemoryBudget {

    /** For what is small, and bounded otherwise. */
    public static final MemoryBudget UNLIMITED = new MemoryBudget(Long.MAX_VALUE);

    private static final int SHARE_OF_HEAP = 4;

    private final long size;
    private final AtomicLong free;
    private final Set<Part> waiters = ConcurrentHashMap.newKeySet();

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
        waiters.forEach(Part::serve);
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
        private final Queue<Reserved> waiting = new ArrayDeque<>();
        private long taken;
        private boolean paused;
        private boolean serving;

        public Part(MemoryBudget whole) {
            super(whole.size);
            this.whole = whole;
        }

        @Override
        public synchronized boolean take(long bytes) {
            return bytes == 0 || waiting.isEmpty() && takeNow(bytes);
        }

        private boolean takeNow(long bytes) {
            if (!whole.take(bytes)) {
                if (taken > 0 || bytes > whole.size) {
                    return false;
                }
                whole.free.addAndGet(-bytes);
            }
            taken += bytes;
            return true;
        }

        @Override
        public void giveBack(long bytes) {
            synchronized (this) {
                taken -= bytes;
            }
            whole.giveBack(bytes);
        }

        /** Begins who waits and fits, one after the other, not one inside the other: a read may fail at once. */
        private void serve() {
            for (Reserved room = next(true); room != null; room = next(false)) {
                room.turn.complete(room);
            }
        }

        private synchronized Reserved next(boolean begins) {
            if (begins && serving) {
                return null; // whoever serves looks again
            }
            if (waiting.isEmpty()) {
                whole.waiters.remove(this);
            }
            serving = !waiting.isEmpty() && takeNow(waiting.peek().free());
            return serving ? waiting.poll() : null;
        }

        @Override
        public CompletableFuture<Reserved> reserve(long bytes) {
            if (bytes > whole.size) {
                return null;
            }
            Reserved room = new Reserved(this, bytes);
            synchronized (this) {
                if (take(bytes)) {
                    room.turn.complete(room);
                } else if (paused) {
                    room.turn.cancel(false);
                } else {
                    waiting.add(room);
                    whole.waiters.add(this);
                }
            }
            serve(); // what was given back meanwhile
            return room.turn;
        }

        /** From now on nobody waits; who does is told by a {@link java.util.concurrent.CancellationException}. */
        public void pause() {
            List<Reserved> over;
            synchronized (this) {
                paused = true;
                over = List.copyOf(waiting);
                waiting.clear();
            }
            over.forEach(room -> room.turn.cancel(false));
        }

        public synchronized void resume() {
            paused = false;
        }
    }

    /** Room that is kept for one reader. Whoever needs more than this does not wait again. */
    public static final class Reserved extends MemoryBudget {

        private final Part part;
        private final CompletableFuture<Reserved> turn = new CompletableFuture<>();
        private boolean ended;

        private Reserved(Part part, long bytes) {
            super(bytes);
            this.part = part;
        }

        @Override
        public void giveBack(long given) {
            synchronized (this) {
                if (!ended) { // the SDK may try to read once more
                    super.giveBack(given);
                    return;
                }
            }
            part.giveBack(given);
        }

        /** Gives back what was not taken, and from now on whatever is given back. */
        public void end() {
            long rest;
            synchronized (this) {
                ended = true;
                rest = super.free.getAndSet(0);
            }
            part.giveBack(rest);
        }
    }
}
