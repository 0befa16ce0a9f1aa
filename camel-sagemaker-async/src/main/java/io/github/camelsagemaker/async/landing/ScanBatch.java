package io.github.camelsagemaker.async.landing;

import java.util.List;

/**
 * Results found by one or more pages of a listing.
 *
 * @param landings what was found, to be handled whether or not there is a failure
 * @param endOfRound whether the listing begins anew after it
 * @param failure why the listing went no further, or null
 */
public record ScanBatch(List<Landing> landings, boolean endOfRound, Exception failure) {}
