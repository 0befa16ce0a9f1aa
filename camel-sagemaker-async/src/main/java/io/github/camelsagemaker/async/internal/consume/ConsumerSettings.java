package io.github.camelsagemaker.async.internal.consume;

import static io.github.camelsagemaker.async.internal.options.OptionCheck.atLeast;
import static io.github.camelsagemaker.async.internal.options.OptionCheck.from1To10000;
import static io.github.camelsagemaker.async.internal.options.OptionCheck.together;

import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.internal.consume.ObjectCleanUp.Disposal;
import io.github.camelsagemaker.async.internal.result.BodyMode;
import io.github.camelsagemaker.async.internal.result.LandedContent;
import io.github.camelsagemaker.async.internal.result.LandedContent.VersionNeed;
import io.github.camelsagemaker.async.internal.result.ResultReader;
import io.github.camelsagemaker.async.internal.result.S3ResultReader;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * The checked options of a consumer.
 *
 * @param failures where failures are, or null
 * @param inputs below which payloads are deleted, or null to keep them
 * @param maxAttempts after how many failed exchanges an object is moved, 0 for never
 * @param failedTarget where it is moved to, or null
 */
public record ConsumerSettings(
        S3Prefix outputs,
        S3Prefix failures,
        BodyMode bodyMode,
        Disposal disposal,
        S3Prefix inputs,
        int maxAttempts,
        S3Prefix failedTarget) {

    /**
     * Checks the options of a consumer that finds results by listing.
     *
     * @throws IllegalArgumentException naming the option, its value and the remedy
     */
    public static ConsumerSettings forScan(SageMakerAsyncConfiguration options) {
        ConsumerSettings settings = of(options, true);
        if (!settings.disposal.removes()) {
            requireRepository(
                    options, "Results that stay where they are (deleteAfterRead=false without moveAfterRead)");
        }
        atLeast("maxMessagesPerPoll", options.getMaxMessagesPerPoll(), 0, " (no limit)");
        return settings;
    }

    /**
     * Checks the options of a consumer that is told of results by notifications.
     *
     * @throws IllegalArgumentException naming the option, its value and the remedy
     */
    public static ConsumerSettings forNotifications(SageMakerAsyncConfiguration options) {
        ConsumerSettings settings = of(options, false);
        if (options.getReconcileInterval() > 0 && !settings.disposal.removes()) {
            requireRepository(
                    options,
                    "Results that stay where they are (neither deleteAfterRead nor moveAfterRead) and are reconciled"
                            + " (reconcileInterval)");
        }
        if (settings.maxAttempts > 0) {
            throw new IllegalArgumentException("Option maxAttempts is for consumers without a notificationQueue:"
                    + " set the redrive policy of the queue instead");
        }
        return settings;
    }

    /** Where objects are read, deleted or put, by the option that says so. */
    Map<String, S3Prefix> places() {
        Map<String, S3Prefix> places = new LinkedHashMap<>();
        places.put("outputLocation", outputs);
        places.put("failureLocation", failures);
        places.put("moveLocation", disposal.target());
        places.put("moveFailedLocation", failedTarget);
        places.put("inputLocation", inputs);
        places.values().removeIf(Objects::isNull);
        return places;
    }

    /** How results are read. */
    LandedContent content(S3AsyncClient s3, UnaryOperator<ResultReader> announced, VersionNeed need) {
        String options = "options outputLocation and failureLocation";
        return new LandedContent(
                announced.apply(new S3ResultReader(s3, bodyMode, options)),
                new S3ResultReader(s3, BodyMode.NONE, options),
                new S3ResultReader(s3, BodyMode.BYTES, options),
                bodyMode,
                need,
                place -> outputs.contains(place) || failures != null && failures.contains(place));
    }

    /** What depends on versions, if listings tell of results too or not. */
    VersionNeed versionNeed(boolean listed) {
        return listed ? VersionNeed.TO_RECOGNISE : disposal.removes() ? VersionNeed.TO_REMOVE : VersionNeed.NONE;
    }

    /** Refuses to go on without an idempotentRepository of the user's. */
    private static void requireRepository(SageMakerAsyncConfiguration options, String what) {
        if (options.getIdempotentRepository() == null) {
            throw new IllegalArgumentException(what + " need the option idempotentRepository, which remembers them:"
                    + " one in memory would forget and emit all of them again. Set a persistent repository, such as"
                    + " idempotentRepository=#bean:myRepository, or let results be deleted or moved");
        }
    }

    private static ConsumerSettings of(SageMakerAsyncConfiguration options, boolean deleteByDefault) {
        if (options.getOutputLocation() == null) {
            throw new IllegalArgumentException(
                    "A consumer needs the option outputLocation: where the SageMaker endpoint"
                            + " writes its results, of the form s3://bucket/prefix/");
        }
        S3Prefix outputs = S3Prefix.parse("outputLocation", options.getOutputLocation());
        S3Prefix failures = prefix("failureLocation", options.getFailureLocation());
        if (outputs.equals(failures)) {
            throw new IllegalArgumentException(
                    "Options failureLocation and outputLocation are both '" + outputs
                            + "': results could not be told from failures. Give the SageMaker endpoint a failure path of its own");
        }
        from1To10000("maxInFlight", options.getMaxInFlight());
        checkRepositories(options);
        Disposal disposal = disposal(options, outputs, failures, deleteByDefault);
        S3Prefix failedTarget = failedTarget(options, outputs, failures);
        return new ConsumerSettings(
                outputs,
                failures,
                BodyMode.of(options),
                disposal,
                inputs(options, outputs, failures),
                options.getMaxAttempts(),
                failedTarget);
    }

    private static Disposal disposal(
            SageMakerAsyncConfiguration options, S3Prefix outputs, S3Prefix failures, boolean deleteByDefault) {
        S3Prefix target = target("moveLocation", options.getMoveLocation(), outputs, failures);
        if (options.isMoveAfterRead() && Boolean.TRUE.equals(options.getDeleteAfterRead())) {
            throw new IllegalArgumentException(
                    "Options deleteAfterRead=true and moveAfterRead=true exclude each other: a moved object is not deleted");
        }
        together("moveAfterRead=true", options.isMoveAfterRead(), "moveLocation", target != null);
        if (target != null) {
            return Disposal.moveTo(target);
        }
        boolean delete = options.getDeleteAfterRead() == null ? deleteByDefault : options.getDeleteAfterRead();
        return delete ? Disposal.DELETE : Disposal.KEEP;
    }

    private static S3Prefix failedTarget(SageMakerAsyncConfiguration options, S3Prefix outputs, S3Prefix failures) {
        S3Prefix target = target("moveFailedLocation", options.getMoveFailedLocation(), outputs, failures);
        atLeast("maxAttempts", options.getMaxAttempts(), 0, " (for ever)");
        together("maxAttempts", options.getMaxAttempts() > 0, "moveFailedLocation", target != null);
        return target;
    }

    private static S3Prefix target(String option, String value, S3Prefix outputs, S3Prefix failures) {
        S3Prefix target = prefix(option, value);
        outside(option, target, outputs, failures, "moved objects would be found again");
        return target;
    }

    private static void outside(String option, S3Prefix place, S3Prefix outputs, S3Prefix failures, String otherwise) {
        if (place != null && (outputs.contains(place) || failures != null && failures.contains(place))) {
            throw new IllegalArgumentException("Option " + option + " is '" + place + "', which lies inside "
                    + (outputs.contains(place) ? "outputLocation '" + outputs : "failureLocation '" + failures) + "': "
                    + otherwise + ". Choose a place outside");
        }
    }

    private static S3Prefix inputs(SageMakerAsyncConfiguration options, S3Prefix outputs, S3Prefix failures) {
        S3Prefix inputs = prefix("inputLocation", options.getInputLocation());
        outside("inputLocation", inputs, outputs, failures, "payloads would be taken for results");
        if (!options.isDeleteInputAfterRead()) {
            return null;
        }
        if (options.getInputLocation() == null) {
            throw new IllegalArgumentException("Option deleteInputAfterRead=true needs the option inputLocation:"
                    + " only payloads below it are deleted");
        }
        return inputs;
    }

    private static void checkRepositories(SageMakerAsyncConfiguration options) {
        if (options.getIdempotentRepository() != null
                && options.getIdempotentRepository() == options.getInProgressRepository()) {
            throw new IllegalArgumentException("Options idempotentRepository and inProgressRepository are the same"
                    + " repository: whatever is in progress would count as handled. Use two");
        }
    }

    private static S3Prefix prefix(String option, String value) {
        return value == null ? null : S3Prefix.parse(option, value);
    }
}
