package io.github.camelsagemaker.async.tracking;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many tracked requests of an endpoint are pending, for a thread that must not wait for the store: it gets the number
 * counted last, and has the store counted anew meanwhile. Nobody asks, nothing is counted.
 *
 * <p>Two of the same store and endpoint are equal, because they count the same records. While the store fails, the number stays.
 * Thread-safe.
 */
public final class PendingCount implements LongSupplier {

    private static final Logger LOG = LoggerFactory.getLogger(PendingCount.class);

    private final String endpointName;
    private final PendingView view;
    private final Executor workers;
    private final AtomicBoolean counting = new AtomicBoolean();
    private volatile long counted;
    private volatile boolean failing;

    /** @param workers may block */
    public PendingCount(String endpointName, PendingView view, Executor workers) {
        this.endpointName = endpointName;
        this.view = view;
        this.workers = workers;
    }

    /** Has the store counted, so that the first question finds a number; those who ask the view are not told this one. */
    public void start() {
        count(view::count);
    }

    @Override
    public long getAsLong() {
        count(view::statistics);
        return counted;
    }

    private void count(Supplier<PendingStatistics> statistics) {
        if (counting.compareAndSet(false, true)) {
            workers.execute(() -> keep(statistics));
        }
    }

    private void keep(Supplier<PendingStatistics> statistics) {
        try {
            counted = statistics.get().pending();
            failing = false;
        } catch (RuntimeException e) {
            if (!failing) {
                failing = true;
                LOG.warn(
                        "The pending requests of SageMaker endpoint {} cannot be counted; their gauge stays at {}",
                        endpointName,
                        counted,
                        e);
            }
        } finally {
            counting.set(false);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PendingCount that
                && that.view.store() == view.store()
                && that.endpointName.equals(endpointName);
    }

    @Override
    public int hashCode() {
        return 31 * System.identityHashCode(view.store()) + endpointName.hashCode();
    }
}
