package io.github.camelsagemaker.async.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A run of the quickstart in a JVM of its own, as a user starts it.
 *
 * @param status its exit status
 * @param output what it printed
 */
record QuickstartRun(int status, String output) {

    private static final Pattern RESULT = Pattern.compile(
            "^ ?\\d+/\\d+  (\\S+) +([\\d,]+) bytes  (INLINE|S3) +(COMPLETED|FAILED) +(.*?) *-> (.*)$",
            Pattern.MULTILINE);
    private static final Pattern ROW = Pattern.compile("^  (\\S.*?)  +(\\d+|-) +(\\d+)$", Pattern.MULTILINE);

    static QuickstartRun with(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Far less than the samples, their copies in the embedded S3 and a JVM's own need would take, were they held
        // twice.
        command.add("-Xmx256m");
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-XX:+UseSerialGC");
        command.addAll(List.of(options));
        command.addAll(List.of(
                "-classpath",
                Stream.of(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                                .split(File.pathSeparator))
                        .filter(entry -> !entry.endsWith("test-classes"))
                        .collect(Collectors.joining(File.pathSeparator)),
                Quickstart.class.getName()));
        Path output = Files.createTempFile("quickstart-", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(4, TimeUnit.MINUTES))
                    .as("the quickstart ends by itself")
                    .isTrue();
            return new QuickstartRun(process.exitValue(), Files.readString(output));
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }

    Map<String, Matcher> results() {
        return RESULT.matcher(output).results().collect(Collectors.toMap(result -> result.group(1), result -> {
            Matcher line = RESULT.matcher(result.group());
            assertThat(line.find()).isTrue();
            return line;
        }));
    }

    /** The two counts of a row of the table of requests. */
    long[] row(String name) {
        return ROW.matcher(output)
                .results()
                .filter(row -> row.group(1).equals(name))
                .map(row -> new long[] {Long.parseLong(row.group(2)), Long.parseLong(row.group(3))})
                .findFirst()
                .orElseThrow(() -> new AssertionError("No row '" + name + "' in:\n" + output));
    }
}
