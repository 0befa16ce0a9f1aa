package io.github.camelsagemaker.async.faults;

import java.io.Closeable;
import java.util.List;

/** An application at work, in this JVM or in another. */
interface Running extends Closeable {

    void send(List<Document> documents) throws Exception;

    /** What its consumer is doing, for people. */
    default String state() {
        return "of another JVM";
    }

    /** Ends its work, and has it tell in its journal what it did not give back. */
    void end() throws Exception;
}
