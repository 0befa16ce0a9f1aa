package io.github.camelsagemaker.async.console;

import io.github.camelsagemaker.async.SageMakerAsyncEndpoint;
import io.github.camelsagemaker.async.internal.tracking.PendingView;
import io.github.camelsagemaker.async.tracking.PendingStatistics;
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

    @Override
    protected String doCallText(Map<String, Object> options) {
        StringBuilder text = new StringBuilder();
        for (JsonObject state : states(options)) {
            text.append("SageMaker endpoint ").append(state.get(ENDPOINT_NAME)).append('\n');
            if (state.containsKey("error")) {
                text.append("    Error: ").append(state.get("error")).append('\n');
                continue;
            }
            text.append("    Pending: ").append(state.get("pending"));
            if (state.getLong("pending") > 0) {
                text.append(" (oldest for ")
                        .append(TimeUtils.printDuration(state.getLong("oldestPendingSeconds") * 1000, false))
                        .append(')');
            }
            text.append("\n    Completed: ").append(state.get("completed"));
            text.append("\n    Failed: ").append(state.get("failed"));
            text.append("\n    Expired: ").append(state.get("expired")).append('\n');
            if (state.get("request") instanceof JsonObject request) {
                text.append("    Request\n");
                request.forEach((name, value) -> text.append("        ")
                        .append(name)
                        .append(": ")
                        .append(value)
                        .append('\n'));
            }
        }
        return text.toString();
    }

    @Override
    protected JsonObject doCallJson(Map<String, Object> options) {
        JsonObject root = new JsonObject();
        root.put("endpoints", new JsonArray(states(options)));
        return root;
    }

    private List<JsonObject> states(Map<String, Object> options) {
        Object wanted = options.get(ENDPOINT_NAME);
        Object inferenceId = options.get(INFERENCE_ID);
        List<JsonObject> states = new ArrayList<>();
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
        states.sort(Comparator.comparing(state -> state.getString(ENDPOINT_NAME)));
        return states;
    }

    /** What is told of one SageMaker endpoint; what could not be asked is told as an error. */
    private static JsonObject state(String endpointName, PendingView view, Object inferenceId) {
        JsonObject json = new JsonObject();
        json.put(ENDPOINT_NAME, endpointName);
        try {
            Optional<Map<String, Object>> request =
                    inferenceId == null ? Optional.empty() : view.find(inferenceId.toString());
            PendingStatistics counts = view.statistics();
            json.put("pending", counts.pending());
            json.put("completed", counts.completed());
            json.put("failed", counts.failed());
            json.put("expired", counts.expired());
            json.put("oldestPendingSeconds", view.oldestAge().toSeconds());
            request.ifPresent(facts -> json.put("request", new JsonObject(facts)));
        } catch (RuntimeException e) {
            json.clear();
            json.put(ENDPOINT_NAME, endpointName);
            json.put("error", e.getMessage());
        }
        return json;
    }
}
