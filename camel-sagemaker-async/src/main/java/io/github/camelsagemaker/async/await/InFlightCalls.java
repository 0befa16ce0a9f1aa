package io.github.camelsagemaker.async.await;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * The calls to SageMaker that have begun and not been answered. A notification may be quicker than the answer of the call
 * whose result it is about: this tells it from one that comes too late. Thread-safe; holds an entry for each call.
 */
public final class InFlightCalls {

    private record Calls(int count, CompletableFuture<Void> answered) {}

    private final Map<String, Calls> byInferenceId = new ConcurrentHashMap<>();
    private final Executor workers;

    InFlightCalls(Executor workers) {
        this.workers = workers;
    }

    /** A call begins. It ends once. */
    public void begin(String inferenceId) {
        byInferenceId.compute(
                inferenceId,
                (id, calls) -> calls == null
                        ? new Calls(1, new CompletableFuture<>())
                        : new Calls(calls.count() + 1, calls.answered()));
    }

    /** A call was answered, and its request entered. Not for the SDK's threads: notifications may be settled here. */
    public void end(String inferenceId) {
        CompletableFuture<?>[] answered = new CompletableFuture<?>[1];
        byInferenceId.computeIfPresent(inferenceId, (id, calls) -> {
            if (calls.count() > 1) {
                return new Calls(calls.count() - 1, calls.answered());
            }
            answered[0] = calls.answered();
            return null;
        });
        if (answered[0] != null) {
            answered[0].complete(null);
        }
    }

    /** A call failed. For any thread: what waited for its end goes on with the workers. */
    public void fail(String inferenceId) {
        workers.execute(() -> end(inferenceId));
    }

    /** Ends when no call with this inference id is under way. */
    CompletableFuture<Void> answered(String inferenceId) {
        Calls calls = inferenceId == null ? null : byInferenceId.get(inferenceId);
        return calls == null ? CompletableFuture.completedFuture(null) : calls.answered();
    }

    boolean none() {
        return byInferenceId.isEmpty();
    }
}
