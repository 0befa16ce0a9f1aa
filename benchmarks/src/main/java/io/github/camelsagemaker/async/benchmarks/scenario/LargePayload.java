package io.github.camelsagemaker.async.benchmarks.scenario;

import io.github.camelsagemaker.async.benchmarks.BenchmarkServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One large payload, each time in a JVM of its own with a small heap. */
public final class LargePayload {

    private static final int HEAP_MIB = 256;
    private static final long PATIENCE_SECONDS = 180;

    /** SageMaker takes 1 GB: more is refused at once where the length is known beforehand, as a file's is. */
    private static final long MOST_BYTES = 1_000_000_000;

    private LargePayload() {}

    /**
     * What came of it.
     *
     * @param name who sent it
     * @param body what it was handed as
     * @param bytes how much it was
     * @param peakHeapMiB the most heap in use, garbage included; less than 0 if it failed
     * @param seconds how long it took
     * @param result "sent", or what went wrong
     */
    public record Outcome(String name, String body, long bytes, double peakHeapMiB, double seconds, String result) {}

    /** How the payload is handed to a route. */
    public static final List<String> BODIES = List.of(LargePayloadMain.STREAM, LargePayloadMain.FILE);

    public static List<Outcome> all(BenchmarkServer server, long bytes, List<String> bodies)
            throws IOException, InterruptedException {
        List<Outcome> outcomes = new ArrayList<>();
        for (String body : bodies) {
            for (String name : List.of(Names.COMPONENT, Names.UPLOAD_FIRST)) {
                long size = body.equals(LargePayloadMain.FILE) ? Math.min(bytes, MOST_BYTES) : bytes;
                outcomes.add(run(server, name, body, size));
            }
        }
        return outcomes;
    }

    private static Outcome run(BenchmarkServer server, String name, String body, long bytes)
            throws IOException, InterruptedException {
        Process process = BenchmarkServer.java(
                        "-Xmx" + HEAP_MIB + "m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                        LargePayloadMain.class.getName(),
                        server.uri().toString(),
                        name,
                        body,
                        String.valueOf(bytes))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return new Outcome(name, body, bytes, -1, -1, "did not end");
        }
        return output.lines()
                .filter(line -> line.startsWith(LargePayloadMain.RESULT))
                .map(line -> line.substring(LargePayloadMain.RESULT.length()).split(" ", 3))
                .map(parts -> new Outcome(
                        name, body, bytes, Double.parseDouble(parts[0]), Double.parseDouble(parts[1]), parts[2]))
                .findFirst()
                .orElseGet(() -> new Outcome(
                        name,
                        body,
                        bytes,
                        -1,
                        -1,
                        output.contains("OutOfMemoryError")
                                ? "OutOfMemoryError with " + HEAP_MIB + " MiB"
                                : "failed: " + output.lines().findFirst().orElse("")));
    }
}
