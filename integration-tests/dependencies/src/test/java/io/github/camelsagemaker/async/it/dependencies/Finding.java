package io.github.camelsagemaker.async.it.dependencies;

/** A dependency that an advisory is about. */
record Finding(Dependency dependency, Advisory advisory) {

    @Override
    public String toString() {
        return "%s is affected by %s (%s): %s"
                .formatted(dependency, advisory.id(), advisory.severity(), advisory.remedy());
    }
}
