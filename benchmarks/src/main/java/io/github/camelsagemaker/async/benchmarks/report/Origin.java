package io.github.camelsagemaker.async.benchmarks.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;

/**
 * Where and when a run was made.
 *
 * @param machine processor, how many of them, memory
 * @param system operating system
 * @param jdk the Java runtime
 * @param commit what was measured
 * @param began when the run began
 * @param load the load average then: above 0.5 others were at work
 */
public record Origin(String machine, String system, String jdk, String commit, Instant began, double load) {

    public static Origin now() {
        var system = (com.sun.management.OperatingSystemMXBean)
                java.lang.management.ManagementFactory.getOperatingSystemMXBean();
        return new Origin(
                "%s, %d processors, %d GiB"
                        .formatted(
                                processor(),
                                system.getAvailableProcessors(),
                                Math.round(system.getTotalMemorySize() / (double) (1L << 30))),
                system.getName() + " " + system.getVersion() + " " + system.getArch(),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"),
                measuredCommit(),
                Instant.now().truncatedTo(ChronoUnit.MINUTES),
                system.getSystemLoadAverage());
    }

    private static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).trim())
                    .findFirst()
                    .orElse("unknown processor");
        } catch (IOException e) {
            return "unknown processor";
        }
    }

    private static String measuredCommit() {
        try {
            Process git = new ProcessBuilder("git", "describe", "--always", "--dirty", "--abbrev=12")
                    .redirectErrorStream(true)
                    .start();
            String output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
            return git.waitFor(10, TimeUnit.SECONDS) && git.exitValue() == 0 ? output : "unknown";
        } catch (IOException e) {
            return "unknown";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "unknown";
        }
    }
}
