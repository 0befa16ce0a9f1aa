package io.github.camelsagemaker.async.examples.quickstart;

import java.util.Map;
import java.util.Optional;

/** The AWS that the routes talk to. */
interface Aws extends AutoCloseable {

    /** How many requests its servers got, by AWS's name of the operation; empty where they do not tell. */
    Optional<Map<String, Long>> calls();

    @Override
    void close();
}
