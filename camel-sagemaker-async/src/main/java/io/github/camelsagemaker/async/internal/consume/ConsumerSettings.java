package io.github.camelsagemaker.async.internal.consume;

import static io.github.camelsagemaker.async.internal.options.OptionCheck.atLeast;
import static io.github.camelsagemaker.async.internal.options.OptionCheck.between;
import static io.github.camelsagemaker.async.internal.options.OptionCheck.mustBe;
import static io.github.camelsagemaker.async.internal.options.OptionCheck.require;
import static io.github.camelsagemaker.async.internal.options.OptionCheck.together;

import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.internal.options.OptionCheck;
import io.github.camelsagemaker.async.internal.result.BodyMode;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import io.github.camelsagemaker.async.internal.sqs.QueueProvisioner;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.processor.idempotent.FileIdempotentRepository;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.apache.camel.util.ObjectHelper;

/**
 * The checked options of a consumer.
 *
 * @param outputs where results are; null while the endpoint's configuration is not read
 * @param failures where failures are, or null
 * @param removes whether a result's object is deleted or moved after its exchange succeeded
 * @param target where it is moved to; null unless it is moved
 * @param inputs below which payloads are deleted, or null to keep them
 * @param maxAttempts after how many failed exchanges an object is moved, 0 for never
 * @param failedTarget where it is moved to, or null
 * @param isListed whether listings find results: they alone, or besides a queue
 */
public record ConsumerSettings(
        S3Prefix outputs,
        S3Prefix failures,
        BodyMode bodyMode,
        boolean removes,
        S3Prefix target,
        S3Prefix inputs,
        int maxAttempts,
        S3Prefix failedTarget,
        boolean isListed) {

    /** @throws IllegalArgumentException naming the option, its value and the remedy */
    public static ConsumerSettings of(SageMakerAsyncConfiguration options) {
        boolean scan = options.getNotificationQueue() == null;
        require(
                options.getOutputLocation() != null || options.isDiscoverEndpoint(),
                "A consumer needs the option outputLocation: where the SageMaker endpoint writes its results, of the form"
                        + " s3://bucket/prefix/. Or discoverEndpoint=true, which reads it from the endpoint's configuration");
        S3Prefix outputs = S3Prefix.parse("outputLocation", options.getOutputLocation());
        S3Prefix failures = S3Prefix.parse("failureLocation", options.getFailureLocation());
        require(
                outputs == null || !outputs.equals(failures),
                "Options failureLocation and outputLocation are both '" + outputs
                        + "': results could not be told from failures. Give the SageMaker endpoint a failure path of its own");
        between("maxInFlight", options.getMaxInFlight(), 1, OptionCheck.MOST_AT_ONCE, "");
        checkRepositories(options);
        S3Prefix target = outside("moveLocation", options.getMoveLocation(), outputs, failures);
        Boolean delete = options.getDeleteAfterRead();
        require(
                !options.isMoveAfterRead() || !Boolean.TRUE.equals(delete),
                "Options deleteAfterRead=true and moveAfterRead=true exclude each other: a moved object is not deleted");
        together("moveAfterRead=true", options.isMoveAfterRead(), "moveLocation", target != null);
        S3Prefix failedTarget = outside("moveFailedLocation", options.getMoveFailedLocation(), outputs, failures);
        atLeast("maxAttempts", options.getMaxAttempts(), 0, " (for ever)");
        together("maxAttempts", options.getMaxAttempts() > 0, "moveFailedLocation", failedTarget != null);
        S3Prefix inputs = outside("inputLocation", options.getInputLocation(), outputs, failures);
        require(
                inputs != null || !options.isDeleteInputAfterRead(),
                "Option deleteInputAfterRead=true needs the option inputLocation: only payloads below it are deleted");
        ConsumerSettings settings = new ConsumerSettings(
                outputs,
                failures,
                BodyMode.of(options),
                target != null || (delete == null ? scan : delete),
                target,
                options.isDeleteInputAfterRead() ? inputs : null,
                options.getMaxAttempts(),
                failedTarget,
                scan || isReconciled(options));
        require(
                !settings.isListed || settings.removes || options.getIdempotentRepository() != null,
                "Results that stay where they are "
                        + (scan
                                ? "(deleteAfterRead=false without moveAfterRead)"
                                : "(neither deleteAfterRead nor moveAfterRead) and are reconciled (reconcileInterval)")
                        + " need the option idempotentRepository, which remembers them: one in memory would forget and emit"
                        + " all of them again. Set a persistent repository, such as idempotentRepository=#bean:myRepository,"
                        + " or let results be deleted or moved");
        if (scan) {
            atLeast("maxMessagesPerPoll", options.getMaxMessagesPerPoll(), 0, " (no limit)");
        }
        require(
                scan || settings.maxAttempts == 0,
                "Option maxAttempts is for consumers without a notificationQueue: set the redrive policy of the queue"
                        + " instead");
        return settings;
    }

    /** Checks the options about the queue; whether S3 is listed besides. */
    private static boolean isReconciled(SageMakerAsyncConfiguration options) {
        QueueProvisioner.check(options);
        atLeast("reconcileInterval", options.getReconcileInterval(), 0, " ms");
        if (options.getReconcileInterval() == 0) {
            return false;
        }
        long minAge = options.getReconcileMinAge();
        long maxAge = options.getReconcileMaxAge();
        atLeast("reconcileMinAge", minAge, 0, " ms");
        mustBe(maxAge > minAge, "reconcileMaxAge", maxAge, "more than reconcileMinAge, which is " + minAge + " ms");
        return true;
    }

    /** Where objects are read, deleted or put, by the option that says so. */
    Map<String, S3Prefix> places() {
        Map<String, S3Prefix> places = new LinkedHashMap<>();
        places.put("outputLocation", outputs);
        places.put("failureLocation", failures);
        places.put("moveLocation", target);
        places.put("moveFailedLocation", failedTarget);
        places.put("inputLocation", inputs);
        places.values().removeIf(Objects::isNull);
        return places;
    }

    private static void checkRepositories(SageMakerAsyncConfiguration options) {
        IdempotentRepository handled = options.getIdempotentRepository();
        IdempotentRepository inProgress = options.getInProgressRepository();
        require(
                handled == null || handled != inProgress,
                "Options idempotentRepository and inProgressRepository are the same repository: whatever is in progress"
                        + " would count as handled. Use two");
        require(
                !options.isIdempotentEager() || !isShared(handled) || isShared(inProgress),
                "Option idempotentEager=true with an idempotentRepository that nodes may share ("
                        + ObjectHelper.className(handled)
                        + ") needs the option inProgressRepository with one that they share too: without it, what another"
                        + " node has in hand would count as handled, and be lost if it failed there");
    }

    /** Camel's own in memory and in a file are of one node. */
    private static boolean isShared(IdempotentRepository repository) {
        return repository != null
                && !(repository instanceof MemoryIdempotentRepository)
                && !(repository instanceof FileIdempotentRepository);
    }

    /** A place outside those where results are; null if none is set. */
    private static S3Prefix outside(String option, String value, S3Prefix outputs, S3Prefix failures) {
        S3Prefix place = S3Prefix.parse(option, value);
        boolean inOutputs = place != null && outputs != null && outputs.contains(place);
        boolean inFailures = place != null && failures != null && failures.contains(place);
        require(
                !inOutputs && !inFailures,
                "Option " + option + " is '" + place + "', which lies inside "
                        + (inOutputs ? "outputLocation '" + outputs : "failureLocation '" + failures)
                        + "': what is put there would be taken for results. Choose a place outside");
        return place;
    }
}
