package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.camelsagemaker.async.testinfra.JavaCommand;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With virtual threads Camel's pools have no size, so limits must not rest on it. */
// A thread of its own, because reading what a process prints cannot be interrupted.
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class VirtualThreadsTest {

    @Test
    void limitsHoldWhenCamelHasVirtualThreads() throws Exception {
        Optional<Path> java25 = JavaCommand.findJdk(25);
        assumeTrue(java25.isPresent(), "No JDK 25 is installed");

        Process process = new JavaCommand(VirtualThreadsMain.class)
                .java(java25.get())
                .properties(Map.of("camel.threads.virtual.enabled", "true"))
                .start(Path.of("target/virtual-threads.log"));
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Map<String, String> measured = printed.lines()
                .filter(line -> line.contains("="))
                .collect(Collectors.toMap(
                        line -> line.substring(0, line.indexOf('=')), line -> line.substring(line.indexOf('=') + 1)));

        System.out.println("MEASURED with virtual threads: " + measured);
        for (String way : new String[] {"uploads", "results", "replies"}) {
            assertThat(measured)
                    .containsEntry(way, Integer.toString(VirtualThreadsMain.COUNT))
                    .containsEntry(way + "Thread", "VirtualThread");
            assertThat(Integer.parseInt(measured.get(way + "AtOnce"))).as(way).isBetween(2, VirtualThreadsMain.LIMIT);
        }
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    }
}
