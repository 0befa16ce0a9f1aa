package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.result.S3Prefix;
import java.util.HashMap;
import java.util.Map;

/**
 * Which SageMaker endpoint the results below a prefix belong to. An object in S3 does not tell, so two consumers of
 * different endpoints on one prefix would take each other's results. Thread-safe.
 */
final class PrefixOwners {

    private final Map<S3Prefix, Owner> owners = new HashMap<>();

    private record Owner(String endpointName, int consumers) {}

    /**
     * Takes the prefix for a consumer of this endpoint. Every claim must be given up with {@link #release}.
     *
     * @param option the option that names the prefix, for the message
     * @throws IllegalArgumentException if it belongs to another endpoint; then nothing was claimed
     */
    synchronized void claim(String option, S3Prefix prefix, String endpointName) {
        Owner owner = owners.get(prefix);
        if (owner != null && !owner.endpointName.equals(endpointName)) {
            throw new IllegalArgumentException(
                    "Option " + option + " of sagemaker-async:" + endpointName + " is '"
                            + prefix + "', from which a consumer of sagemaker-async:" + owner.endpointName
                            + " takes results already. A prefix belongs to one endpoint: give each an S3 output path of its own");
        }
        owners.put(prefix, new Owner(endpointName, owner == null ? 1 : owner.consumers + 1));
    }

    /** Gives one claim up. */
    synchronized void release(S3Prefix prefix) {
        owners.computeIfPresent(
                prefix,
                (key, owner) -> owner.consumers == 1 ? null : new Owner(owner.endpointName, owner.consumers - 1));
    }
}
