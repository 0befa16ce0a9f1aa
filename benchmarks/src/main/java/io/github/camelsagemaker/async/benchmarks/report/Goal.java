package io.github.camelsagemaker.async.benchmarks.report;

import io.github.camelsagemaker.async.benchmarks.measure.Spread;

/**
 * What is aimed at, and what came of it. Nothing fails when it is missed.
 *
 * @param what is aimed at
 * @param limit the least or the most it should be
 * @param atLeast which of the two
 * @param measured the ratios of the rounds
 * @param profile the work whose profiles say why, if it is missed
 */
public record Goal(String what, double limit, boolean atLeast, Spread measured, String profile) {

    /** By the median. */
    public boolean isMet() {
        return atLeast ? measured.median() >= limit : measured.median() <= limit;
    }
}
