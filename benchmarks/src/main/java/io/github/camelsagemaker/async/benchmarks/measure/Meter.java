package io.github.camelsagemaker.async.benchmarks.measure;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;

/**
 * Measures what this JVM uses between its start and {@link #stop}.
 *
 * <p>Allocation is the sum over all live threads of what each allocated ({@code ThreadMXBean.getThreadAllocatedBytes}). A
 * thread that ended meanwhile is not counted; the pools that are measured keep theirs for 30 seconds and more.
 */
public final class Meter {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final Map<Long, Long> allocated = allocatedByThread();
    private final long cpu = SYSTEM.getProcessCpuTime();
    private final long started = System.nanoTime();

    public Usage stop() {
        long nanos = System.nanoTime() - started;
        long cpuNanos = SYSTEM.getProcessCpuTime() - cpu;
        long bytes = 0;
        for (Map.Entry<Long, Long> thread : allocatedByThread().entrySet()) {
            bytes += thread.getValue() - allocated.getOrDefault(thread.getKey(), 0L);
        }
        return new Usage(nanos, cpuNanos, bytes);
    }

    /** Bytes of the heap in use when the garbage is gone. */
    public static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static Map<Long, Long> allocatedByThread() {
        long[] ids = THREADS.getAllThreadIds();
        long[] bytes = THREADS.getThreadAllocatedBytes(ids);
        Map<Long, Long> byThread = new HashMap<>();
        for (int i = 0; i < ids.length; i++) {
            if (bytes[i] >= 0) {
                byThread.put(ids[i], bytes[i]);
            }
        }
        return byThread;
    }
}
