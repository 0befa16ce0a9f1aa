package io.github.camelsagemaker.async.result;

import java.io.IOException;

/** Pieces of one unchanging object. */
@FunctionalInterface
interface ObjectChunks {

    /**
     * Reads the bytes from {@code start} to {@code end}, both included. Blocks.
     *
     * @throws IOException if they cannot be read, or the object is not the same any more
     */
    byte[] read(long start, long end) throws IOException;
}
