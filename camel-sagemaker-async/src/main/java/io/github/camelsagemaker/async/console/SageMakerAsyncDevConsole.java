package io.github.camelsagemaker.async.console;

import io.github.camelsagemaker.async.SageMakerAsyncEndpoint;
import io.github.camelsagemaker.async.internal.tracking.PendingView;
import io.github.camelsagemaker.async.tracking.PendingStatistics;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.camel.spi.annotations.DevConsole;
import org.apache.camel.support.console.AbstractDevConsole;
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
        return states(options).stream()
                .map(state -> "SageMaker endpoint " + state.remove(ENDPOINT_NAME) + "\n" + lines(state, "    "))
                .collect(Collectors.joining());
    }

    private static String lines(Map<?, ?> facts, String indent) {
        return facts.entrySet().stream()
                .map(fact -> indent
                        + fact.getKey()
                        + (fact.getValue() instanceof Map<?, ?> inner
                                ? "\n" + lines(inner, indent + "    ")
                                : ": " + fact.getValue() + "\n"))
                .collect(Collectors.joining());
    }

    @Override
    protected JsonObject doCallJson(Map<String, Object> options) {
        return new JsonObject(Map.of("endpoints", new JsonArray(states(options))));
    }

    private List<JsonObject> states(Map<String, Object> options) {
        Object wanted = options.get(ENDPOINT_NAME);
        Object inferenceId = options.get(INFERENCE_ID);
        return getCamelContext().getEndpoints().stream()
                .map(endpoint -> endpoint instanceof SageMakerAsyncEndpoint own ? own.pendingView() : null)
                .filter(view ->
                        view != null && (wanted == null || wanted.toString().equals(view.endpointName())))
                .distinct() // producer and consumer of one SageMaker endpoint have the same records
                .sorted(Comparator.comparing(PendingView::endpointName))
                .map(view -> state(view, inferenceId))
                .toList();
    }

    /** What is shown of one SageMaker endpoint; if the store cannot be asked, the error. */
    private static JsonObject state(PendingView view, Object inferenceId) {
        JsonObject json = new JsonObject();
        json.put(ENDPOINT_NAME, view.endpointName());
        try {
            Optional<Map<String, Object>> request =
                    inferenceId == null ? Optional.empty() : view.find(inferenceId.toString());
            PendingStatistics counts = view.statistics();
            long oldest = view.oldestAge().toSeconds();
            json.put("pending", counts.pending());
            json.put("completed", counts.completed());
            json.put("failed", counts.failed());
            json.put("expired", counts.expired());
            json.put("oldestPendingSeconds", oldest);
            request.ifPresent(facts -> json.put("request", new JsonObject(facts)));
        } catch (RuntimeException e) {
            json.put("error", e.getMessage());
        }
        return json;
    }
}
