package io.github.camelsagemaker.async.landing;

import io.github.camelsagemaker.async.landing.BucketScan.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;

/**
 * Collects results from a listing into batches. For one thread at a time, which waits for S3; {@link #cancel} may be called
 * by another.
 */
public final class ScanBatches {

    private final BucketScan scan;
    private final Predicate<Landing> candidates;
    private volatile CompletableFuture<Page> listing;

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
            while (found.size() < limit && !endOfRound) {
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
        return new ScanBatch(found, endOfRound, null);
    }

    /** Ends the wait of {@link #next} soon; it then returns what it has. */
    public void cancel() {
        CompletableFuture<Page> pending = listing;
        if (pending != null) {
            pending.cancel(true);
        }
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
        listing = scan.fetch();
        try {
            return listing.get();
        } catch (ExecutionException e) {
            scan.leavePrefix();
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
        } finally {
            listing.cancel(true);
            listing = null;
        }
    }
}
