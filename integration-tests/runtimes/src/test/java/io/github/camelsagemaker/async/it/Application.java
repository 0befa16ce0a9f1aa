package io.github.camelsagemaker.async.it;

import java.io.IOException;
import java.nio.file.Path;

/** The job, packaged for one runtime. */
interface Application {

    /** The runtime and its version, for the table of compatibility. */
    default String runtime() throws IOException {
        return getClass().getSimpleName().replace("Application", "");
    }

    /** Starts it in a process of its own, whose files are in this folder. */
    RunningApplication start(Settings settings, Path folder) throws IOException;

    /** Whether it gave up; by default its process has ended then. */
    default boolean hasRefused(RunningApplication running) {
        return !running.isRunning();
    }

    /** The bytes of this artifact's jar in the package. */
    byte[] jar(String artifact) throws IOException;
}
