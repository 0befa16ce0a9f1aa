package io.github.camelsagemaker.async.benchmarks;

import io.github.camelsagemaker.async.benchmarks.server.ServerMain;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The servers, in a JVM of their own, which ends with this object or with this JVM. */
public final class BenchmarkServer implements AutoCloseable {

    private final Process process;
    private final int port;

    private BenchmarkServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    public static BenchmarkServer start() throws IOException {
        Process process = java("-Xms1g", "-Xmx4g", "-XX:+UseSerialGC", ServerMain.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        if (line == null || !line.startsWith(ServerMain.READY)) {
            process.destroy();
            throw new IOException("The servers did not start: " + line);
        }
        return new BenchmarkServer(process, Integer.parseInt(line.substring(ServerMain.READY.length())));
    }

    /** A JVM like this one, with the same class path. */
    public static ProcessBuilder java(String... arguments) {
        java.util.List<String> command = new java.util.ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.addAll(java.util.List.of(arguments));
        return new ProcessBuilder(command);
    }

    public int port() {
        return port;
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Asks the servers for something that no client of AWS asks for, see the class Control. */
    public String control(String request) {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    uri().resolve("/_control/" + request).toURL().openConnection();
            try (var answer = connection.getInputStream()) {
                return new String(answer.readAllBytes(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What was asked since {@link #resetCounts}, by service and operation. */
    public Map<String, Long> counts() {
        Map<String, Long> counts = new TreeMap<>();
        control("counts").lines().forEach(line -> {
            int equals = line.indexOf('=');
            counts.put(line.substring(0, equals), Long.valueOf(line.substring(equals + 1)));
        });
        return counts;
    }

    public void resetCounts() {
        control("reset");
    }

    public long cpuNanos() {
        return Long.parseLong(control("cpu"));
    }

    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
