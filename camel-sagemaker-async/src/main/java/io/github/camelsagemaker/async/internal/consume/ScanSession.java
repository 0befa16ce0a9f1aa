package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.internal.EndpointContext;
import io.github.camelsagemaker.async.internal.concurrent.AsyncSemaphore;
import io.github.camelsagemaker.async.internal.observe.ResultObserver;
import java.util.concurrent.CompletableFuture;

/** A session whose results a poll lists; an object that stays is found again. */
public final class ScanSession extends ConsumerSession {

    private final Listing listing;

    /** @throws Exception as {@link ConsumerSession} */
    public ScanSession(
            ConsumerRuntime<?> runtime, EndpointContext endpoint, ConsumerSettings settings, ResultObserver observer)
            throws Exception {
        super(runtime, endpoint, settings, PlaceClaims.Use.SCANNED, true, "", observer);
        try {
            processor(true, null, false);
            this.listing = listing(observer);
        } catch (Exception e) {
            abandon();
            throw e;
        }
    }

    public BucketScan scan() {
        return listing.scan();
    }

    public AsyncSemaphore permits() {
        return permits;
    }

    public ListedResults listed() {
        return listing.results();
    }

    @Override
    void open() {
        permits.resume();
        scan().resume();
        super.open();
    }

    @Override
    CompletableFuture<Void> nothingInHand() {
        CompletableFuture<Void> nothingInHand = new CompletableFuture<>();
        Runnable look = () -> {
            if (permits.inUse() == 0) {
                nothingInHand.complete(null);
            }
        };
        permits.onRelease(look);
        look.run();
        return nothingInHand;
    }

    @Override
    void pause() {
        permits.pause();
        scan().pause();
        super.pause();
    }
}
