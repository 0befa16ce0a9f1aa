package io.github.camelsagemaker.async.faults;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.testinfra.AcceptedRequest;
import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.Outcome;
import io.github.camelsagemaker.async.tracking.InvocationKey;
import io.github.camelsagemaker.async.tracking.PendingInvocationStore;
import io.github.camelsagemaker.async.tracking.PendingState;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * Compares what callers and routes saw with what the servers know. An application that was killed may have handled a result once
 * more in each of its lives, callers that it never told are asked for nothing, and what a repository failed to remember comes again.
 */
final class Auditor {

    private final LocalAws aws;
    private final Place place;
    private final PendingInvocationStore store;
    private final int kills;
    private volatile String queueUrl;

    /** @param store of pending invocations, or null */
    Auditor(LocalAws aws, Place place, PendingInvocationStore store, int kills) {
        this.aws = aws;
        this.place = place;
        this.store = store;
        this.kills = kills;
    }

    /** What is to be waited for yet; empty when all is over. */
    List<String> missing(Story story) {
        List<String> missing = new ArrayList<>();
        boolean awaited = place.way() == Way.AWAIT;
        for (AcceptedRequest request : accepted()) {
            if (!request.outcome().isFinal()) {
                missing.add(request.inferenceId() + " is " + request.outcome());
            } else if (!awaited && !isHandled(story, request)) {
                missing.add(request.inferenceId() + " (" + request.outcome() + ") was not handled");
            }
        }
        if (!awaited) {
            aws.keys(place.name(), "out/").forEach(key -> missing.add(key + " was not deleted"));
        }
        if (store != null) {
            story.callers().stream()
                    .filter(caller -> !isEnded(story, caller))
                    .forEach(caller -> missing.add(caller + " has no end"));
        }
        if (missing.isEmpty() && messages() > 0) {
            missing.add("messages are left");
        }
        return missing;
    }

    private boolean isHandled(Story story, AcceptedRequest request) {
        return request.outcome() == Outcome.COMPLETED
                ? story.handledAt(request.outputLocation(), answer(request)) > 0
                : story.handledAt(request.failureLocation()) > 0
                        || place.way().byQueue() && story.isHandled(request.inferenceId(), InferenceStatus.FAILED);
    }

    /** A tracked request has an end. No record is kept of one that was refused, which its caller was told. */
    private boolean isEnded(Story story, Story.Caller caller) {
        boolean recorded = caller.isTold() && caller.ending() == Told.Ending.DONE
                || store.find(new InvocationKey(place.name(), caller.inferenceId()))
                        .isPresent();
        return !recorded
                || story.isHandled(caller.inferenceId(), InferenceStatus.values())
                // A result that is found before its place is known may be taken for that of the request before.
                || place.plan().namesAgain()
                        && store.find(new InvocationKey(place.name(), caller.inferenceId()))
                                .filter(record -> record.state() == PendingState.PENDING)
                                .isEmpty()
                        && accepted().stream()
                                .anyMatch(request -> request.inferenceId().equals(caller.inferenceId())
                                        && isHandled(story, request));
    }

    /** What is wrong now that all is over; empty if nothing is. */
    List<String> violations(Story story) {
        List<String> violations = new ArrayList<>(story.wrongs());
        for (Story.Caller caller : story.callers()) {
            checkCaller(caller, violations);
        }
        if (place.way() != Way.AWAIT) {
            checkEmissions(story, violations);
        }
        if (store != null) {
            long pending = store.statistics(place.name()).pending();
            check(pending == 0, pending + " invocations are still pending", violations);
        }
        return violations;
    }

    private void checkCaller(Story.Caller caller, List<String> violations) {
        int times = caller.told().size();
        check(
                times == 1 || times == 0 && caller.life() < kills,
                caller + " was called back " + times + " times",
                violations);
        if (!caller.isTold()) {
            return;
        }
        if (caller.ending() == Told.Ending.DONE) {
            check(
                    aws.ledger().accepted(caller.inferenceId()) != null,
                    caller + " has a receipt, but was never accepted",
                    violations);
        }
        if (place.way() == Way.AWAIT) {
            checkAnswer(caller, violations);
        }
    }

    private static void checkAnswer(Story.Caller caller, List<String> violations) {
        Document document = caller.document();
        switch (caller.ending()) {
            case DONE -> {
                check(!document.broken(), caller + " has an answer, but the model failed", violations);
                check(
                        document.answer().equals(caller.told().get(0).answer()),
                        caller + " has the answer of another",
                        violations);
            }
            case INFERENCE_FAILED -> check(document.broken(), caller + " failed, but the model did not", violations);
            case TIMED_OUT -> violations.add(caller + " timed out");
            default -> {
                // The caller knows that it got no result.
            }
        }
    }

    private void checkEmissions(Story story, List<String> violations) {
        long doubled = 0;
        // One whose answer was lost is sent again by the SDK, and may have the same name for its result.
        for (List<AcceptedRequest> same : accepted().stream()
                .collect(Collectors.groupingBy(request -> request.inferenceId() + " " + place(request)))
                .values()) {
            AcceptedRequest request = same.get(0);
            boolean completed = request.outcome() == Outcome.COMPLETED;
            // A notification of a failure names no place, so its object may be found again by reconciliation.
            if (completed || !place.way().byQueue()) {
                long times =
                        completed ? story.handledAt(place(request), answer(request)) : story.handledAt(place(request));
                check(times >= 1, request.inferenceId() + " (" + request.outcome() + ") was not handled", violations);
                doubled += Math.max(0, times - same.size() - kills);
            }
            if (completed && !place.plan().namesAgain()) {
                check(
                        story.handledAt(place(request)) == story.handledAt(place(request), answer(request)),
                        request.inferenceId() + " came with the body of another",
                        violations);
            }
        }
        check(
                doubled <= story.forgotten(),
                doubled + " results were handled again, and " + story.forgotten() + " forgotten by a repository",
                violations);
    }

    private static String place(AcceptedRequest request) {
        return request.outcome() == Outcome.COMPLETED ? request.outputLocation() : request.failureLocation();
    }

    /** How the model's answer begins. */
    private static String answer(AcceptedRequest request) {
        return request.inferenceId() + " has ";
    }

    private List<AcceptedRequest> accepted() {
        return aws.ledger().accepted().stream()
                .filter(request -> request.endpointName().equals(place.name()))
                .toList();
    }

    /** What another node had in progress is put off for up to a quarter of an hour, and nothing waits for that. */
    private int messages() {
        if (!place.way().byQueue()) {
            return 0;
        }
        List<QueueAttributeName> counted = new ArrayList<>(List.of(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES));
        if (place.plan().nodes() == 1) {
            counted.add(QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE);
        }
        if (queueUrl == null) {
            queueUrl = aws.sqsClient()
                    .getQueueUrl(request -> request.queueName(place.name()))
                    .join()
                    .queueUrl();
        }
        return aws
                .sqsClient()
                .getQueueAttributes(request -> request.queueUrl(queueUrl).attributeNames(counted))
                .join()
                .attributes()
                .values()
                .stream()
                .mapToInt(Integer::parseInt)
                .sum();
    }

    private static void check(boolean right, String violation, List<String> violations) {
        if (!right) {
            violations.add(violation);
        }
    }
}
