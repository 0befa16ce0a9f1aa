package io.github.camelsagemaker.async.faults;

import io.github.camelsagemaker.async.testinfra.AcceptedRequest;
import io.github.camelsagemaker.async.testinfra.LocalAws;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Which payloads are left in S3 that nobody needs. A payload may be left only if the component named it in a log line, because it
 * could not delete it or could not know whether SageMaker needs it, if a waiting caller got it back with a failure, if a kill
 * explains it, or if another node handled the result without a word of its payload.
 */
final class InputAudit {

    private static final String INPUTS = "in/";

    /** So many results are between the end of their exchange and the end of clearing up. */
    private static final int MAX_IN_FLIGHT = 8;

    private final LocalAws aws;
    private final Place place;
    private final int kills;

    InputAudit(LocalAws aws, Place place, int kills) {
        this.aws = aws;
        this.place = place;
        this.kills = kills;
    }

    /** Places of payloads and of unfinished uploads. */
    List<String> orphaned(Story story) {
        List<String> orphaned = new ArrayList<>();
        for (String key : aws.keys(place.name(), INPUTS)) {
            String input = location(key);
            if (!story.isWarnedOf(input) && !isGivenBack(story, input)) {
                inferenceIdOf(key)
                        .filter(inferenceId -> !isLeftBehind(story, inferenceId))
                        .ifPresent(inferenceId -> orphaned.add(input + " of " + inferenceId));
            }
        }
        unfinished().stream()
                .filter(upload -> !story.isWarnedOf(location(upload.key())) && !isCutOffByAKill(story))
                .forEach(upload -> orphaned.add("unfinished " + location(upload.key())));
        return orphaned;
    }

    private String location(String key) {
        return "s3://" + place.name() + "/" + key;
    }

    /** An exchange whose awaited inference failed says where its payload is, and keeps it for another attempt. */
    private boolean isGivenBack(Story story, String input) {
        return place.way() == Way.AWAIT
                && story.callers().stream()
                        .flatMap(caller -> caller.told().stream())
                        .anyMatch(told -> told.failure() != null && input.equals(told.input()));
    }

    private boolean isLeftBehind(Story story, String inferenceId) {
        Story.Caller caller = story.callers().stream()
                .filter(candidate -> candidate.inferenceId().equals(inferenceId))
                .findFirst()
                .orElseThrow();
        if (isHandledElsewhere(story, caller)) {
            return true;
        }
        if (!isKilled(caller.life())) {
            return false;
        }
        // A waiting caller's payload is deleted up to a second after it was told.
        return !caller.isTold() || place.way() == Way.AWAIT || isHandledAroundAKill(story, caller);
    }

    private boolean isKilled(int life) {
        return life < kills;
    }

    /**
     * What a listing finds on another node than the one that sent its payload names no payload, and in the store may be found
     * by the request before that had the same name.
     */
    private boolean isHandledElsewhere(Story story, Story.Caller caller) {
        return place.plan().nodes() > 1
                && (place.plan().namesAgain() || emissions(story, caller).anyMatch(this::isFoundByListing));
    }

    /** Clearing up was cut off, or the memory of which payload belongs to which result was gone. */
    private boolean isHandledAroundAKill(Story story, Story.Caller caller) {
        return emissions(story, caller)
                .anyMatch(entry -> isKilled(entry.life()) && isAmongTheLast(story, entry)
                        || isFoundByListing(entry) && entry.life() > caller.life());
    }

    private Stream<Entry> emissions(Story story, Story.Caller caller) {
        List<String> places = aws.ledger().accepted().stream()
                .filter(request -> request.inferenceId().equals(caller.inferenceId()))
                .flatMap(InputAudit::places)
                .toList();
        return story.handled()
                .filter(entry -> places.contains(entry.emission().place())
                        || caller.inferenceId().equals(entry.emission().inferenceId()));
    }

    private static Stream<String> places(AcceptedRequest request) {
        return Stream.of(request.outputLocation(), request.failureLocation()).filter(Objects::nonNull);
    }

    private static boolean isAmongTheLast(Story story, Entry entry) {
        List<Entry> ofItsLife =
                story.handled().filter(other -> other.life() == entry.life()).toList();
        return ofItsLife.indexOf(entry) >= ofItsLife.size() - MAX_IN_FLIGHT;
    }

    /** Notifications and the store for pending invocations name the payload; a listing does not. */
    private boolean isFoundByListing(Entry entry) {
        return !place.way().tracked() && entry.emission().inferenceId() == null;
    }

    /** Empty if the payload is gone meanwhile. */
    private Optional<String> inferenceIdOf(String key) {
        try {
            return Optional.of(aws.s3Client()
                    .headObject(head -> head.bucket(place.name()).key(key))
                    .join()
                    .metadata()
                    .get("inference-id"));
        } catch (CompletionException e) {
            if (e.getCause() instanceof S3Exception answer && answer.statusCode() == 404) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private boolean isCutOffByAKill(Story story) {
        return story.callers().stream().anyMatch(caller -> isKilled(caller.life()) && !caller.isTold());
    }

    /** Those with parts: one without costs nothing, and is left when the answer to its beginning was lost. */
    private List<MultipartUpload> unfinished() {
        return aws.s3Client().listMultipartUploads(list -> list.bucket(place.name())).join().uploads().stream()
                .filter(upload -> !aws.s3Client()
                        .listParts(list ->
                                list.bucket(place.name()).key(upload.key()).uploadId(upload.uploadId()))
                        .join()
                        .parts()
                        .isEmpty())
                .toList();
    }
}
