package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.error.ForeignNotificationException;
import io.github.camelsagemaker.async.error.MalformedNotificationException;
import io.github.camelsagemaker.async.internal.options.LogSanitizer;
import io.github.camelsagemaker.async.internal.result.AwaitedFolder;
import io.github.camelsagemaker.async.internal.result.ResultEvent;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import java.util.Optional;

/**
 * Decides what a notification means for one endpoint's consumer, by its configuration alone. Only places below
 * {@code outputLocation} and {@code failureLocation}, which may be null, are ever let through, so nobody can make the consumer
 * read elsewhere.
 */
public record PlacePolicy(String endpointName, S3Prefix outputs, S3Prefix failures) {

    /**
     * @return the result to emit, or nothing if the notification is of no concern and can be acknowledged
     * @throws ForeignNotificationException if it is about another endpoint
     * @throws MalformedNotificationException if it names a place outside the configured ones
     */
    public Optional<ResultEvent> judge(ResultEvent.Builder result) {
        return result.status == null ? judgeObject(result) : judgeInference(result);
    }

    private Optional<ResultEvent> judgeInference(ResultEvent.Builder inference) {
        if (inference.endpointName != null && !inference.endpointName.equals(endpointName)) {
            throw new ForeignNotificationException(inference.endpointName, endpointName);
        }
        S3Location output = inference.outputLocation;
        S3Location failure = inference.failureLocation;
        requireInside(output);
        requireInside(failure);
        if (output != null && isAwaited(output) || AwaitedFolder.isAwaited(inference.inferenceId)) {
            return Optional.empty();
        }
        inference.endpointName = endpointName;
        // Of a failed inference an output location is where the output would have been, unless a failure may be there.
        boolean isAtOutput =
                inference.status == InferenceStatus.COMPLETED || failure == null && output != null && isFailure(output);
        inference.object = isAtOutput ? output : failure;
        return Optional.of(inference.build());
    }

    private Optional<ResultEvent> judgeObject(ResultEvent.Builder created) {
        S3Location object = created.object;
        requireInside(object);
        boolean folderMarker = object.key().endsWith("/");
        if (folderMarker || isAwaited(object)) {
            return Optional.empty();
        }
        boolean failure = isFailure(object);
        created.status = failure ? InferenceStatus.FAILED : InferenceStatus.COMPLETED;
        created.endpointName = endpointName;
        created.outputLocation = failure ? null : object;
        created.failureLocation = failure ? object : null;
        return Optional.of(created.build());
    }

    /** The most specific prefix wins. */
    private boolean isFailure(S3Location object) {
        return failures != null
                && failures.contains(object)
                && (!outputs.contains(object) || outputs.contains(failures));
    }

    private boolean isAwaited(S3Location place) {
        return AwaitedFolder.contains(outputs, place) || failures != null && AwaitedFolder.contains(failures, place);
    }

    private void requireInside(S3Location place) {
        if (place != null && !isInside(place)) {
            throw new MalformedNotificationException("A notification names the place '"
                    + LogSanitizer.shown(place.uri())
                    + "', which lies outside outputLocation '" + outputs + "'"
                    + (failures == null ? "; failureLocation is not set" : " and failureLocation '" + failures + "'"));
        }
    }

    boolean isInside(S3Location place) {
        return outputs.contains(place) || failures != null && failures.contains(place);
    }
}
