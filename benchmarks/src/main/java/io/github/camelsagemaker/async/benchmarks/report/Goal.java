package io.github.camelsagemaker.async.benchmarks.report;

import io.github.camelsagemaker.async.benchmarks.measure.Spread;

/**
 * What is aimed at, and what came of it. Nothing fails when it is missed.
 *
 * @param what is aimed at
 * @param limit the least or the most it should be
 * @param atLeast which of the two
 * @param measured what the rounds had
 * @param profile the work whose profiles say why, if it is missed; null if none do
 * @param ofCareful the same as a ratio to the loop by hand, or null
 */
public record Goal(String what, double limit, boolean atLeast, Spread measured, String profile, Spread ofCareful) {

    static Goal atLeast(String what, double limit, Spread measured, String profile) {
        return new Goal(what, limit, true, measured, profile, null);
    }

    static Goal atMost(String what, double limit, Spread measured, String profile) {
        return new Goal(what, limit, false, measured, profile, null);
    }

    Goal besideCareful(Spread ratio) {
        return new Goal(what, limit, atLeast, measured, profile, ratio);
    }

    /** By the median. What was not measured does not reach a goal. */
    public boolean isMet() {
        return atLeast ? measured.median() >= limit : measured.median() <= limit;
    }
}
