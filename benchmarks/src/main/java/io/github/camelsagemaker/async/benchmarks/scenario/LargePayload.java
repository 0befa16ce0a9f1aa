package io.github.camelsagemaker.async.benchmarks.scenario;

import io.github.camelsagemaker.async.benchmarks.BenchmarkServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One large payload, or many large results, each time in a JVM of its own with a small heap. */
public final class LargePayload {

    private static final int PAYLOAD_HEAP_MIB = 256;
    private static final int RESULTS_HEAP_MIB = 512;
    private static final long PATIENCE_SECONDS = 180;

    /** SageMaker takes 1 GB: more is refused at once where the length is known beforehand, as a file's is. */
    private static final long MOST_BYTES = 1_000_000_000;

    private LargePayload() {}

    /**
     * What came of it.
     *
     * @param name who did it
     * @param body what it was handed as
     * @param bytes how much it was
     * @param peakHeapMiB the most heap in use, garbage included; less than 0 if it failed
     * @param seconds how long it took
     * @param result what was done, or what went wrong
     */
    public record Outcome(String name, String body, long bytes, double peakHeapMiB, double seconds, String result) {

        private Outcome ended(double heapMiB, double tookSeconds, String how) {
            return new Outcome(name, body, bytes, heapMiB, tookSeconds, how);
        }
    }

    /** How the payload is handed to a route. */
    public static final List<String> BODIES = List.of(LargePayloadMain.STREAM, LargePayloadMain.FILE);

    public static List<Outcome> all(BenchmarkServer server, long bytes, List<String> bodies)
            throws IOException, InterruptedException {
        List<Outcome> outcomes = new ArrayList<>();
        for (String body : bodies) {
            for (String name : List.of(Names.COMPONENT, Names.UPLOAD_FIRST)) {
                long size = body.equals(LargePayloadMain.FILE) ? Math.min(bytes, MOST_BYTES) : bytes;
                outcomes.add(payload(server, name, body, size));
            }
        }
        return outcomes;
    }

    /** Results of 10 MiB that all wait when a consumer begins that takes up to 64 at once. */
    public static List<Outcome> results(BenchmarkServer server, int count, long size)
            throws IOException, InterruptedException {
        List<Outcome> outcomes = new ArrayList<>();
        outcomes.add(results(server, Names.COMPONENT, LargeResultsMain.SCANNING, count, size));
        outcomes.add(results(server, Names.COMPONENT, LargeResultsMain.NOTIFIED, count, size));
        outcomes.add(results(server, Names.POLLING_S3, LargeResultsMain.SCANNING, count, size));
        return outcomes;
    }

    private static Outcome results(BenchmarkServer server, String name, String body, int count, long size)
            throws IOException, InterruptedException {
        String bucket = LargeResultsMain.BUCKET;
        server.control("clear?name=" + bucket);
        if (body.equals(LargeResultsMain.SCANNING)) {
            server.control("results?name=" + bucket + "&count=" + count + "&size=" + size);
        } else {
            server.control("prepare?name=" + bucket + "&count=" + count + "&size=" + size);
            server.control("send?name=" + bucket);
        }
        return run(
                RESULTS_HEAP_MIB,
                new Outcome(name, body, count * size, -1, -1, ""),
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                LargeResultsMain.class.getName(),
                server.uri().toString(),
                name,
                body,
                String.valueOf(count),
                String.valueOf(size));
    }

    private static Outcome payload(BenchmarkServer server, String name, String body, long bytes)
            throws IOException, InterruptedException {
        return run(
                PAYLOAD_HEAP_MIB,
                new Outcome(name, body, bytes, -1, -1, ""),
                "-XX:+ExitOnOutOfMemoryError",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                LargePayloadMain.class.getName(),
                server.uri().toString(),
                name,
                body,
                String.valueOf(bytes));
    }

    private static Outcome run(int heapMiB, Outcome what, String... arguments)
            throws IOException, InterruptedException {
        ProcessBuilder builder = BenchmarkServer.java(arguments).redirectErrorStream(true);
        builder.command().add(1, "-Xmx" + heapMiB + "m");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return what.ended(-1, -1, "did not end");
        }
        long errors = output.lines()
                .filter(line -> line.contains("java.lang.OutOfMemoryError"))
                .count();
        return output.lines()
                .filter(line -> line.startsWith(LargePayloadMain.RESULT))
                .map(line -> line.substring(LargePayloadMain.RESULT.length()).split(" ", 3))
                .map(parts -> what.ended(
                        Double.parseDouble(parts[0]),
                        Double.parseDouble(parts[1]),
                        parts[2] + (errors == 0 ? "" : ", OutOfMemoryError " + errors + " times in the log")))
                .findFirst()
                .orElseGet(() -> what.ended(
                        -1,
                        -1,
                        errors > 0
                                ? "OutOfMemoryError with " + heapMiB + " MiB"
                                : "failed: " + output.lines().findFirst().orElse("")));
    }
}
