package io.github.camelsagemaker.async.internal.concurrent;

import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicLong;

/** How much memory what was read may take. Nobody waits for it: what does not fit is read piece by piece. Thread-safe. */
public final class MemoryBudget {

    /** For what is small, and bounded otherwise. */
    public static final MemoryBudget UNLIMITED = new MemoryBudget(Long.MAX_VALUE);

    private static final int SHARE_OF_HEAP = 4;

    private final AtomicLong free;

    public MemoryBudget(long bytes) {
        this.free = new AtomicLong(bytes);
    }

    public static MemoryBudget ofHeap() {
        return new MemoryBudget(Runtime.getRuntime().maxMemory() / SHARE_OF_HEAP);
    }

    /** Whether it fits. Then it is to be given back with {@link #giveBack}. */
    public boolean take(long bytes) {
        return free.getAndUpdate(before -> before < bytes ? before : before - bytes) >= bytes;
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
}
