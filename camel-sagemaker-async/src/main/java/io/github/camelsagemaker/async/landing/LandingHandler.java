package io.github.camelsagemaker.async.landing;

import io.github.camelsagemaker.async.settle.Settlement;
import java.util.concurrent.CompletableFuture;

/** Takes a landing all the way: drop duplicates, read, emit, remember, settle. */
public interface LandingHandler {

    /**
     * Handles one landing without blocking the caller. The source holds a permit for it meanwhile.
     *
     * @return ends, never exceptionally, after the settlement was carried out or its failure reported
     */
    CompletableFuture<LandingOutcome> handle(Landing landing, Settlement settlement);

    /** As {@link #handle}, for a caller that is on a worker and has nothing else to do: begins on the caller's thread. */
    CompletableFuture<LandingOutcome> handleHere(Landing landing, Settlement settlement);
}
