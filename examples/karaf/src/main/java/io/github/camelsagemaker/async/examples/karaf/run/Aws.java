package io.github.camelsagemaker.async.examples.karaf.run;

import java.util.Map;

/** The AWS that Karaf talks to. */
interface Aws extends AutoCloseable {

    /** With which system properties the SDK finds it. */
    Map<String, String> systemProperties();

    @Override
    void close();
}
