package io.github.camelsagemaker.async.faults;

import io.github.camelsagemaker.async.testinfra.JavaCommand;
import io.github.camelsagemaker.async.testinfra.LocalAws;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An application in a JVM of its own. Killing it is thread-safe. */
final class ChildApplication implements Running {

    private static final Path LOG = Path.of("target", "applications.log");

    /** The exit value of a process that ended by signal 9. */
    private static final int KILLED = 128 + 9;

    private final Process process;
    private volatile boolean killed;

    /**
     * Ends when the application has started.
     *
     * @param database the URL of that for pending invocations, or null
     */
    ChildApplication(LocalAws aws, long seed, int life, Path journal, String database) throws IOException {
        List<String> arguments =
                new ArrayList<>(List.of(Long.toString(seed), Integer.toString(life), journal.toString()));
        if (database != null) {
            arguments.add(database);
        }
        process = new JavaCommand(ApplicationMain.class, arguments.toArray(String[]::new))
                .options("-Xmx256m")
                .properties(aws.sdkSystemProperties())
                .start(LOG);
        BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
        for (String line = out.readLine(); !ApplicationMain.STARTED.equals(line); line = out.readLine()) {
            if (line == null) {
                throw new IOException("The application did not start, see " + LOG);
            }
        }
    }

    @Override
    public void send(List<Document> documents) throws IOException {
        try {
            for (Document document : documents) {
                tell(document.inferenceId());
            }
        } catch (IOException e) {
            if (process.isAlive() && !killed) {
                throw e;
            }
            // It was killed by one of the first.
        }
    }

    private void tell(String order) throws IOException {
        OutputStream in = process.getOutputStream();
        in.write((order + "\n").getBytes(StandardCharsets.US_ASCII));
        in.flush();
    }

    @Override
    public void end() throws Exception {
        tell(ApplicationMain.END);
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            throw new IOException("The application does not end");
        }
        if (process.exitValue() != 0) {
            throw new IOException("The application ended with " + process.exitValue() + ", see " + LOG);
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** SIGKILL. Does not wait. */
    void kill() {
        killed = true; // its streams close before it is dead
        process.destroyForcibly();
    }

    /** Whether it ended by a kill, and not by itself. */
    boolean wasKilled() {
        return process.exitValue() == KILLED;
    }

    /** Kills it, if it did not end. */
    @Override
    public void close() {
        kill();
        process.onExit().join();
    }
}
