package io.github.camelsagemaker.async.faults;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What is sent, recognisable in what comes back.
 *
 * @param number from 0
 * @param inferenceId its name
 * @param size bytes of its payload
 * @param broken whether the model fails on it
 * @param streamed whether it is handed in as a stream, of which nobody knows the length
 */
record Document(int number, String inferenceId, int size, boolean broken, boolean streamed) {

    /** How many a trial has. */
    static final int COUNT = 12;

    private static final Integer[] SIZES = {60, 60, 60, 1_000, 127_999, 128_000, 128_001, 300_000, 6_000_000};

    /** All documents of a trial. */
    static List<Document> of(Seeded seeded) {
        return IntStream.range(0, COUNT)
                .mapToObj(number -> new Document(
                        number,
                        "s" + seeded.seed() + "-" + number,
                        seeded.pick("size", number, SIZES),
                        seeded.unit("broken", number) < 0.15,
                        seeded.unit("streamed", number) < 0.5))
                .toList();
    }

    /** A name for the result that is used again by another document, half of them later. */
    String filename() {
        return "again-" + number % (COUNT / 2) + ".out";
    }

    Object body() {
        byte[] payload = new byte[size];
        Arrays.fill(payload, (byte) ' ');
        byte[] start = (inferenceId + (broken ? " broken " : " fine ")).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(start, 0, payload, 0, start.length);
        return streamed ? new ByteArrayInputStream(payload) : payload;
    }

    /** What the model answers. */
    String answer() {
        return inferenceId + " has " + size + " bytes";
    }
}
