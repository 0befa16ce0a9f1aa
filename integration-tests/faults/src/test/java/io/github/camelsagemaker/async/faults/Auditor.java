package io.github.camelsagemaker.async.faults;

import io.github.camelsagemaker.async.result.InferenceFailedException;
import io.github.camelsagemaker.async.result.InferenceStatus;
import io.github.camelsagemaker.async.testinfra.AcceptedRequest;
import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** Compares what callers and routes saw with what the servers know. */
final class Auditor {

    private final LocalAws aws;
    private final Place place;
    private final FaultPlan plan;
    private final Map<String, Caller> callers;
    private final Emissions emissions;
    private final List<String> violations = new ArrayList<>();

    Auditor(LocalAws aws, Place place, FaultPlan plan, Map<String, Caller> callers, Emissions emissions) {
        this.aws = aws;
        this.place = place;
        this.plan = plan;
        this.callers = callers;
        this.emissions = emissions;
    }

    /** What is to be waited for yet; empty when all is over. */
    List<String> missing() {
        List<String> missing = new ArrayList<>();
        for (AcceptedRequest request : accepted()) {
            if (!request.outcome().isFinal()) {
                missing.add(request.inferenceId() + " is " + request.outcome());
            } else if (place.way() != Way.AWAIT && !isHandled(request)) {
                missing.add(request.inferenceId() + " (" + request.outcome() + ") was not handled");
            }
        }
        if (place.way() != Way.AWAIT) {
            callers.values().stream()
                    .filter(caller -> !isEnded(caller))
                    .forEach(caller -> missing.add(caller.document() + " has no end, after " + caller.failure()));
            aws.keys(place.name(), "out/").forEach(key -> missing.add(key + " was not deleted"));
            if (messages() > 0) {
                missing.add(messages() + " messages are left");
            }
        }
        return missing;
    }

    private boolean isHandled(AcceptedRequest request) {
        return request.outcome() == Outcome.COMPLETED
                ? emissions.at(request.outputLocation()) > 0
                : emissions.at(request.failureLocation()) > 0
                        || place.way().byQueue() && emissions.of(request.inferenceId(), InferenceStatus.FAILED) > 0;
    }

    /** A tracked request has an end, but for one that the service refused, which the caller was told. */
    private boolean isEnded(Caller caller) {
        String id = caller.document().inferenceId();
        return !place.way().tracked()
                || caller.isRefused()
                || isNeverSent(caller)
                || List.of(InferenceStatus.values()).stream().anyMatch(status -> emissions.of(id, status) > 0);
    }

    /** The upload failed, so nothing was to be invoked. */
    private static boolean isNeverSent(Caller caller) {
        return caller.failure() != null
                && !String.valueOf(caller.failure().getMessage()).contains("InvokeEndpointAsync");
    }

    /** What is wrong now that all is over; empty if nothing is. */
    List<String> violations() {
        callers.values().forEach(this::checkCaller);
        if (place.way() == Way.AWAIT) {
            callers.values().forEach(this::checkAnswer);
        } else {
            accepted().forEach(this::checkEmissions);
        }
        return violations;
    }

    private void checkCaller(Caller caller) {
        check(caller.callbacks().get() == 1, caller.document() + " was called back " + caller.callbacks() + " times");
        if (caller.failure() == null) {
            check(
                    aws.ledger().accepted(caller.document().inferenceId()) != null,
                    caller.document() + " has a receipt, but was never accepted");
        }
    }

    private void checkAnswer(Caller caller) {
        Document document = caller.document();
        if (caller.failure() == null) {
            check(!document.broken(), document + " has an answer, but the model failed");
            check(
                    document.answer().equals(caller.exchange().getMessage().getBody(String.class)),
                    document + " has the answer of another");
        } else if (caller.failure() instanceof InferenceFailedException) {
            check(document.broken(), document + " failed, but the model did not");
        } else {
            check(
                    !(caller.failure() instanceof org.apache.camel.ExchangeTimedOutException),
                    document + " timed out: " + caller.failure());
        }
    }

    private void checkEmissions(AcceptedRequest request) {
        if (request.outcome() == Outcome.COMPLETED) {
            long times = emissions.at(request.outputLocation());
            check(times == 1, request.inferenceId() + " was handled " + times + " times");
            emissions.all().stream()
                    .filter(emission -> request.outputLocation().equals(emission.place()))
                    .forEach(emission -> check(
                            emission.body() != null && emission.body().startsWith(request.inferenceId() + " has "),
                            request.inferenceId() + " came with the body of another"));
        } else if (!place.way().byQueue()) {
            // A notification of a failure names no place, so its object may be found again by reconciliation.
            long times = emissions.at(request.failureLocation());
            check(times == 1, request.inferenceId() + " failed, which was handled " + times + " times");
        }
    }

    /**
     * How many inputs are left that should have been deleted. Only one may be left whose invocation's outcome the caller could
     * not know, whose waiting caller got a failure, or whose deletion was denied, which the component logs.
     */
    int orphanedInputs() {
        if (plan.faults("DeleteObject") + plan.faults("DeleteObjects") + plan.faults("AbortMultipartUpload") > 2) {
            return 0; // So many that the SDK may have given up on one, which the component logs too.
        }
        long kept = callers.values().stream()
                .filter(caller -> caller.isStaged() && caller.failure() != null && !caller.isRefused())
                .count();
        long denied = plan.denials("DeleteObject") + plan.denials("DeleteObjects");
        return (int) Math.max(0, aws.keys(place.name(), "in/").size() - kept - denied);
    }

    private List<AcceptedRequest> accepted() {
        return aws.ledger().accepted().stream()
                .filter(request -> request.endpointName().equals(place.name()))
                .toList();
    }

    private int messages() {
        if (!place.way().byQueue()) {
            return 0;
        }
        String url = aws.sqsClient()
                .getQueueUrl(request -> request.queueName(place.name()))
                .join()
                .queueUrl();
        return aws
                .sqsClient()
                .getQueueAttributes(request -> request.queueUrl(url)
                        .attributeNames(
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                                QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE))
                .join()
                .attributes()
                .values()
                .stream()
                .mapToInt(Integer::parseInt)
                .sum();
    }

    private void check(boolean right, String violation) {
        if (!right) {
            violations.add(violation);
        }
    }
}
