package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.internal.result.InferenceResult;
import io.github.camelsagemaker.async.internal.result.ResultEvent;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * By which keys a result is known among duplicates. A result is a version of a place. What SageMaker and S3 say of it is told
 * apart by their own words; its version, once known, is what they have in common with each other and with a listing.
 *
 * <p>A version's key says who announced it, because a second word of the same sender about the same version is another result: of the
 * same content, written within the same second. Of another sender it is the same result.
 *
 * @param own the key before the result is read: the user's, or what the source tells; null if the source tells no version
 * @param claim what the result is claimed by before it is read
 * @param version the key of its version; null if not known
 * @param duplicates any of these means that the version was emitted because of another sender
 */
record ResultKeys(String own, String claim, String version, List<String> duplicates, List<String> remembered) {

    private static final String NOTIFIED = "#notified";
    private static final String LISTED = "#listed";

    /**
     * @param users what option idempotentKey says, or null
     * @param scan whether listings alone find results
     * @param object what was read, and not always what the event names
     * @param read what is known of it: nothing before it is read
     */
    static ResultKeys of(ResultEvent event, String users, boolean scan, S3Location object, InferenceResult read) {
        String listedEtag = event.isListed() ? event.etag() : null;
        String etag = read.etag() == null ? listedEtag : read.etag();
        String version = version(object, etag, read.etag() == null ? event.eventTime() : read.lastModified());
        String announced = event.isListed() ? version : announced(event);
        String own = users != null ? users : announced;
        String claim = own != null ? own : event.key();
        List<String> owns = own == null ? List.of() : List.of(own);
        if (version == null) {
            return new ResultKeys(own, claim, null, List.of(), owns);
        }
        String notified = version + NOTIFIED;
        String listed = version + LISTED;
        // A notification that carries the content tells no time.
        String timeless = version(object, etag, null);
        List<String> duplicates;
        List<String> versions;
        if (event.isListed()) {
            duplicates = List.of(version, notified);
            versions = scan ? List.of(version) : List.of(version, listed, timeless);
        } else if (event.etag() != null) {
            duplicates = List.of(notified, listed);
            versions = List.of(version, timeless);
        } else {
            duplicates = List.of(version);
            versions = List.of(notified);
        }
        return new ResultKeys(
                own,
                claim,
                version,
                users == null ? duplicates : List.of(),
                Stream.concat(owns.stream(), versions.stream()).distinct().toList());
    }

    /** Any of these means that this version was emitted, whoever announced it. */
    List<String> emitted() {
        return version == null ? List.of() : List.of(version, version + NOTIFIED);
    }

    /** As far as an event tells that has the content, and not when it was written. */
    String timeless() {
        return version.substring(0, version.lastIndexOf('#') + 1);
    }

    private static String announced(ResultEvent event) {
        if (event.object() == null) {
            return event.key();
        }
        String facts = Stream.of(event.etag(), event.inferenceId(), event.eventTime())
                .filter(Objects::nonNull)
                .map(fact -> "#" + fact)
                .collect(Collectors.joining());
        return facts.isEmpty() ? null : event.key() + facts;
    }

    /** Whole seconds: in its answers to reads S3 tells no more. */
    private static String version(S3Location object, String etag, Instant lastModified) {
        return etag == null
                ? null
                : object.uri() + "#" + etag + "#" + (lastModified == null ? "" : lastModified.getEpochSecond());
    }
}
