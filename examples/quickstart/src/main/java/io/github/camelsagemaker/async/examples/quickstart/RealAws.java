package io.github.camelsagemaker.async.examples.quickstart;

import java.util.Map;
import java.util.Optional;

/** AWS itself: nothing to set up, the component finds it by its options and the SDK's default chains. */
final class RealAws implements Aws {

    @Override
    public Optional<Map<String, Long>> calls() {
        return Optional.empty();
    }

    @Override
    public void close() {
        // Nothing was opened.
    }

    @Override
    public String toString() {
        return "AWS";
    }
}
