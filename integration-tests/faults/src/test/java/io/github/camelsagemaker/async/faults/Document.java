package io.github.camelsagemaker.async.faults;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What is sent, recognisable in what comes back.
 *
 * @param inferenceId its name
 * @param size bytes of its payload
 * @param broken whether the model fails on it
 */
record Document(String inferenceId, int size, boolean broken) {

    private static final Integer[] SIZES = {60, 60, 60, 1_000, 127_999, 128_000, 128_001, 300_000, 6_000_000};

    static Document of(Seeded seeded, int number) {
        return new Document(
                "s" + seeded.seed() + "-" + number,
                seeded.pick("size", number, SIZES),
                seeded.unit("broken", number) < 0.15);
    }

    byte[] payload() {
        byte[] payload = new byte[size];
        Arrays.fill(payload, (byte) ' ');
        byte[] start = (inferenceId + (broken ? " broken " : " fine ")).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(start, 0, payload, 0, start.length);
        return payload;
    }

    /** What the model answers. */
    String answer() {
        return inferenceId + " has " + size + " bytes";
    }
}
