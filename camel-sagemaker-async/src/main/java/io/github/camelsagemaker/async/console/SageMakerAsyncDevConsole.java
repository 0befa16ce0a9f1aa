package io.github.camelsagemaker.async.console;

import io.github.camelsagemaker.async.SageMakerAsyncEndpoint;
import io.github.camelsagemaker.async.internal.EndpointPart;
import io.github.camelsagemaker.async.internal.tracking.PendingView;
import io.github.camelsagemaker.async.tracking.PendingStatistics;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.spi.annotations.DevConsole;
import org.apache.camel.support.console.AbstractDevConsole;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;

/**
 * Shows what the producers and consumers of each SageMaker endpoint have done, and where there is a pendingStore its tracked
 * requests: how many are in which state, how old the oldest is, and one of them on demand. As text and as JSON; header values are
 * not shown.
 */
@DevConsole(
        name = "sagemaker-async",
        displayName = "SageMaker Async",
        description = "Requests and results of SageMaker asynchronous inference")
public class SageMakerAsyncDevConsole extends AbstractDevConsole {

    /** Shows only the SageMaker endpoint of this name. */
    public static final String ENDPOINT_NAME = "endpointName";

    /** Looks for the request of this inference id. */
    public static final String INFERENCE_ID = "inferenceId";

    public SageMakerAsyncDevConsole() {
        super(
                "camel",
                "sagemaker-async",
                "SageMaker Async",
                "Requests and results of SageMaker asynchronous inference");
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
        Predicate<String> isWanted = name -> wanted == null || wanted.toString().equals(name);
        Map<String, JsonObject> states = new TreeMap<>();
        endpoints()
                .map(SageMakerAsyncEndpoint::pendingView)
                .filter(view -> view != null && isWanted.test(view.endpointName()))
                .distinct() // producer and consumer of one SageMaker endpoint have the same records
                .forEach(view -> describe(view, options.get(INFERENCE_ID), stateOf(view.endpointName(), states)));
        endpoints()
                .map(SageMakerAsyncEndpoint::getComponent)
                .distinct()
                .flatMap(component -> component.parts().stream().map(EndpointPart::facts))
                .filter(facts -> isWanted.test(facts.endpointName()))
                .sorted(Comparator.comparing(EndpointPart.Facts::part))
                .forEach(facts -> {
                    JsonObject state = stateOf(facts.endpointName(), states);
                    // A URI that stands in several places has a producer in each.
                    String part = state.containsKey(facts.part()) ? facts.part() + " #" + state.size() : facts.part();
                    state.put(part, facts.numbers());
                });
        return List.copyOf(states.values());
    }

    private static JsonObject stateOf(String name, Map<String, JsonObject> states) {
        return states.computeIfAbsent(name, first -> new JsonObject(Map.of(ENDPOINT_NAME, first)));
    }

    private Stream<SageMakerAsyncEndpoint> endpoints() {
        return getCamelContext().getEndpoints().stream()
                .filter(SageMakerAsyncEndpoint.class::isInstance)
                .map(SageMakerAsyncEndpoint.class::cast);
    }

    /** The tracked requests of one SageMaker endpoint; if the store cannot be asked, the error. */
    private static void describe(PendingView view, Object inferenceId, JsonObject json) {
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
    }
}
