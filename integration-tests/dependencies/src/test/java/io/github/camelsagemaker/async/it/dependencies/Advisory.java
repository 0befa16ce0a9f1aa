package io.github.camelsagemaker.async.it.dependencies;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.apache.maven.artifact.versioning.ComparableVersion;

/**
 * A vulnerability in a range of versions of one package. A vulnerability in several ranges is several of these.
 *
 * @param id the CVE, or GitHub's id where there is none
 * @param packageName group and artifact, with a colon between
 * @param introduced the first affected version; "0" for all from the beginning
 * @param fixed the first version that is not affected, or null
 * @param lastAffected the last affected version where that is known but no fixed one, or null
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonPropertyOrder({"id", "package", "introduced", "fixed", "lastAffected", "severity"})
record Advisory(
        String id,
        @JsonProperty("package") String packageName,
        String introduced,
        String fixed,
        String lastAffected,
        String severity) {

    Advisory {
        if (isEmpty(id) || isEmpty(packageName) || isEmpty(introduced)) {
            throw new IllegalArgumentException(
                    "An advisory needs an id, a package and a version: " + id + ", " + packageName + ", " + introduced);
        }
        fixed = isEmpty(fixed) ? null : fixed;
        lastAffected = isEmpty(lastAffected) ? null : lastAffected;
    }

    boolean affects(Dependency dependency) {
        return packageName.equals(dependency.packageName()) && isInRange(new ComparableVersion(dependency.version()));
    }

    private boolean isInRange(ComparableVersion version) {
        return version.compareTo(new ComparableVersion(introduced)) >= 0
                && (fixed == null || version.compareTo(new ComparableVersion(fixed)) < 0)
                && (lastAffected == null || version.compareTo(new ComparableVersion(lastAffected)) <= 0);
    }

    /** What somebody needs to know who has to do something about it. */
    String remedy() {
        if (fixed != null) {
            return "fixed in " + fixed;
        }
        return lastAffected == null ? "no fixed version is known" : "the last affected version is " + lastAffected;
    }

    private static boolean isEmpty(String value) {
        return value == null || value.isEmpty();
    }
}
