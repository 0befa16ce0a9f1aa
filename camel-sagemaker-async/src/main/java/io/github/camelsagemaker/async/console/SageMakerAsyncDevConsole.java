package io.github.camelsagemaker.async.console;

import io.github.camelsagemaker.async.SageMakerAsyncEndpoint;
import io.github.camelsagemaker.async.tracking.PendingStatistics;
import io.github.camelsagemaker.async.tracking.PendingView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.DevConsole;
import org.apache.camel.support.console.AbstractDevConsole;
import org.apache.camel.util.TimeUtils;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;

/**
 * Shows the tracked requests of each SageMaker endpoint that has a pendingStore: how many are in which state, how old the oldest
 * is, and one of them on demand. As text and as JSON; header values are not shown.
 */
@DevConsole(
        name = "sagemaker-async",
        displayName = "SageMaker Async",
        description = "Tracked requests of SageMaker asynchronous inference")
public class SageMakerAsyncDevConsole extends AbstractDevConsole {

    /** Shows only the SageMaker endpoint of this name. */
    public static final String ENDPOINT_NAME = "endpointName";

    /** Looks for the request of this inference id. */
    public static final String INFERENCE_ID = "inferenceId";

    public SageMakerAsyncDevConsole() {
        super("camel", "sagemaker-async", "SageMaker Async", "Tracked requests of SageMaker asynchronous inference");
    }

    /** What is told of one SageMaker endpoint; what could not be asked is told as an error. */
    private record State(
            String endpointName,
            PendingStatistics counts,
            long oldestSeconds,
            Optional<Map<String, Object>> request,
            String error) {}

    @Override
    protected String doCallText(Map<String, Object> options) {
        StringBuilder text = new StringBuilder();
        for (State state : states(options)) {
            text.append("SageMaker endpoint ").append(state.endpointName).append('\n');
            if (state.error != null) {
                text.append("    Error: ").append(state.error).append('\n');
                continue;
            }
            PendingStatistics counts = state.counts;
            text.append("    Pending: ").append(counts.pending());
            if (counts.oldestPending() != null) {
                text.append(" (oldest for ")
                        .append(TimeUtils.printDuration(state.oldestSeconds * 1000, false))
                        .append(')');
            }
            text.append("\n    Completed: ").append(counts.completed());
            text.append("\n    Failed: ").append(counts.failed());
            text.append("\n    Expired: ").append(counts.expired()).append('\n');
            state.request.ifPresent(request -> {
                text.append("    Request\n");
                request.forEach((name, value) -> text.append("        ")
                        .append(name)
                        .append(": ")
                        .append(value)
                        .append('\n'));
            });
        }
        return text.toString();
    }

    @Override
    protected JsonObject doCallJson(Map<String, Object> options) {
        JsonArray endpoints = new JsonArray();
        for (State state : states(options)) {
            JsonObject json = new JsonObject();
            json.put("endpointName", state.endpointName);
            if (state.error != null) {
                json.put("error", state.error);
            } else {
                json.put("pending", state.counts.pending());
                json.put("completed", state.counts.completed());
                json.put("failed", state.counts.failed());
                json.put("expired", state.counts.expired());
                json.put("oldestPendingSeconds", state.oldestSeconds);
                state.request.ifPresent(request -> json.put("request", new JsonObject(request)));
            }
            endpoints.add(json);
        }
        JsonObject root = new JsonObject();
        root.put("endpoints", endpoints);
        return root;
    }

    private List<State> states(Map<String, Object> options) {
        Object wanted = options.get(ENDPOINT_NAME);
        Object inferenceId = options.get(INFERENCE_ID);
        List<State> states = new ArrayList<>();
        Map<Object, List<String>> told = new IdentityHashMap<>();
        for (Endpoint endpoint : getCamelContext().getEndpoints()) {
            if (endpoint instanceof SageMakerAsyncEndpoint sageMaker
                    && sageMaker.pendingView() != null
                    && (wanted == null || Objects.equals(wanted.toString(), sageMaker.getEndpointName()))) {
                PendingView view = sageMaker.pendingView();
                // Producer and consumer of one SageMaker endpoint have the same records.
                List<String> names = told.computeIfAbsent(view.store(), store -> new ArrayList<>());
                if (!names.contains(sageMaker.getEndpointName())) {
                    names.add(sageMaker.getEndpointName());
                    states.add(state(sageMaker.getEndpointName(), view, inferenceId));
                }
            }
        }
        states.sort(Comparator.comparing(State::endpointName));
        return states;
    }

    private static State state(String endpointName, PendingView view, Object inferenceId) {
        try {
            Optional<Map<String, Object>> request =
                    inferenceId == null ? Optional.empty() : view.find(inferenceId.toString());
            return new State(endpointName, view.statistics(), view.oldestAge().toSeconds(), request, null);
        } catch (RuntimeException e) {
            return new State(endpointName, null, 0, Optional.empty(), e.getMessage());
        }
    }
}
