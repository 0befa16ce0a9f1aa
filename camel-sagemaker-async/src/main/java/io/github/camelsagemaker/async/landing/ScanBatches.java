package io.github.camelsagemaker.async.landing;

import io.github.camelsagemaker.async.landing.BucketScan.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;

/**
 * Collects results from a listing into batches. For one thread at a time, which waits for S3; {@link #pause} and
 * {@link #resume} may be called by another.
 */
public final class ScanBatches {

    private final BucketScan scan;
    private final Predicate<Landing> candidates;
    private volatile CompletableFuture<Page> listing;
    private volatile boolean paused;

    /** @param candidates which results are worth handing in; it may block and throw */
    public ScanBatches(BucketScan scan, Predicate<Landing> candidates) {
        this.scan = scan;
        this.candidates = candidates;
    }

    /**
     * Collects up to {@code limit} candidates, from the marker on to the end of the round at most.
     *
     * @throws InterruptedException if the thread is interrupted while it waits for S3
     */
    public ScanBatch next(int limit) throws InterruptedException {
        List<Landing> found = new ArrayList<>();
        boolean endOfRound = false;
        try {
            while (found.size() < limit && !endOfRound && !paused) {
                Page page = waitForPage();
                if (collect(page, limit, found)) {
                    endOfRound = scan.passed(page);
                }
            }
        } catch (CancellationException e) {
            return new ScanBatch(found, true, null);
        } catch (RuntimeException e) {
            return new ScanBatch(found, true, e);
        }
        return new ScanBatch(found, endOfRound || paused, null);
    }

    /** Ends the wait of {@link #next} soon; it then returns what it has, and lists nothing more. */
    public void pause() {
        paused = true;
        CompletableFuture<Page> pending = listing;
        if (pending != null) {
            pending.cancel(true);
        }
    }

    /** Lists again. */
    public void resume() {
        paused = false;
    }

    /** Begins a new round, because not all of the last batch was handed in. */
    public void restart() {
        scan.restart();
    }

    /** Adds the page's candidates, and tells whether the whole page was looked at. */
    private boolean collect(Page page, int limit, List<Landing> found) {
        for (Landing landing : page.landings()) {
            if (found.size() == limit) {
                return false;
            }
            if (candidates.test(landing)) {
                found.add(landing);
            }
            scan.passed(landing);
        }
        return true;
    }

    private Page waitForPage() throws InterruptedException {
        CompletableFuture<Page> page = scan.fetch();
        listing = page;
        try {
            if (paused) {
                throw new CancellationException();
            }
            return page.get();
        } catch (ExecutionException e) {
            scan.leavePrefix();
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } finally {
            page.cancel(true);
            listing = null;
        }
    }
}
