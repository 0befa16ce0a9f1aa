package io.github.camelsagemaker.async;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.camel.util.function.ThrowingRunnable;

/** The lines that are logged while something runs, as a user sees them. */
final class CapturedLog {

    private CapturedLog() {}

    static List<String> of(ThrowingRunnable<Exception> task) throws Exception {
        PrintStream before = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            task.run();
        } finally {
            System.setErr(before);
        }
        return log.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
