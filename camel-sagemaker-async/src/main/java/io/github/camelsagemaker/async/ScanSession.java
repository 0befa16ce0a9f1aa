package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.landing.BucketScan;
import io.github.camelsagemaker.async.landing.ListedResults;
import io.github.camelsagemaker.async.observe.ResultObserver;
import java.util.function.UnaryOperator;

/** A session whose results a poll lists; an object that stays is found again. */
final class ScanSession extends ConsumerSession {

    private final Listing listing;

    /** @throws Exception as {@link ConsumerSession} */
    ScanSession(ConsumerRuntime<?> runtime, ConsumerSettings settings, ResultObserver observer) throws Exception {
        super(runtime, settings, PlaceClaims.Use.SCANNED, true, "", observer);
        try {
            processor(true, UnaryOperator.identity(), false);
            this.listing = listing(observer);
        } catch (Exception e) {
            abandon();
            throw e;
        }
    }

    BucketScan scan() {
        return listing.scan();
    }

    ListedResults listed() {
        return listing.results();
    }

    @Override
    void open() {
        permits.resume();
        scan().resume();
        super.open();
    }

    @Override
    void pause() {
        permits.pause();
        scan().pause();
        super.pause();
    }
}
