package io.github.camelsagemaker.async.it.dependencies;

/** A resolved dependency. */
record Dependency(String group, String artifact, String version) {

    static Dependency of(String coordinates) {
        String[] parts = coordinates.split(":");
        if (parts.length != 3) {
            throw new IllegalArgumentException("Not group:artifact:version: " + coordinates);
        }
        return new Dependency(parts[0], parts[1], parts[2]);
    }

    String packageName() {
        return group + ":" + artifact;
    }

    @Override
    public String toString() {
        return group + ":" + artifact + ":" + version;
    }
}
