package io.github.camelsagemaker.async.benchmarks.measure;

/** One way of doing the work that is compared. */
public interface Contestant extends AutoCloseable {

    String name();

    /** Does the work for one round. */
    Sample round() throws Exception;

    @Override
    default void close() {}
}
