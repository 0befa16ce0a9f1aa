package io.github.camelsagemaker.async.faults;

import java.util.Random;

/** Decisions that a seed makes, the same in every run, whatever threads do meanwhile. */
record Seeded(long seed) {

    /** A number from 0 to 1 for the {@code n}th decision about {@code what}. */
    double unit(String what, long n) {
        Random random = new Random(seed * 1_000_003 + what.hashCode() * 31L + n * 7_919);
        random.nextLong(); // The first number of neighbouring seeds is alike.
        return random.nextDouble();
    }

    <T> T pick(String what, long n, T[] choices) {
        return choices[(int) (unit(what, n) * choices.length)];
    }
}
