package io.github.camelsagemaker.async.benchmarks.server;

import io.github.camelsagemaker.async.benchmarks.server.Queues.Message;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * InvokeEndpointAsync. What comes of an accepted request is told by {@link Behaviour}; without one for its endpoint, nothing.
 * For the server's one thread.
 */
final class SageMaker {

    private final ObjectStore objects;
    private final Queues queues;
    private final EventExecutor timer;
    private final Counters counters;
    private final Map<String, Behaviour> behaviours = new HashMap<>();
    private final Map<String, List<Output>> held = new HashMap<>();
    private long sequence;

    SageMaker(ObjectStore objects, Queues queues, EventExecutor timer, Counters counters) {
        this.objects = objects;
        this.queues = queues;
        this.timer = timer;
        this.counters = counters;
    }

    /**
     * How an endpoint ends its requests.
     *
     * @param delayMillis how long a request takes; less than 0: until {@link #landHeld}
     * @param size the size of a result
     * @param queue where notifications go, or null
     * @param inNotification whether they have the result in them
     */
    record Behaviour(long delayMillis, int size, String queue, boolean inNotification) {}

    /** A result that is to be. */
    record Output(String bucket, String key, String inferenceId) {

        String uri() {
            return "s3://" + bucket + "/" + key;
        }
    }

    void behave(String endpoint, Behaviour behaviour) {
        behaviours.put(endpoint, behaviour);
    }

    void handle(Call call) {
        counters.count("SageMaker InvokeEndpointAsync");
        String endpoint = call.path().split("/", 4)[2];
        String extension = call.headers().get("x-amzn-sagemaker-s3outputpathextension");
        String id = call.headers().get("x-amzn-sagemaker-inference-id");
        String name = Long.toString(0x10_0000_0000L + ++sequence, Character.MAX_RADIX) + ".out";
        String key = "out/" + (extension == null ? name : extension + "/" + name);
        Output output = new Output(endpoint, key, id == null ? name : id);
        Behaviour behaviour = behaviours.get(endpoint);
        if (behaviour != null && behaviour.delayMillis() < 0) {
            held.computeIfAbsent(endpoint, e -> new ArrayList<>()).add(output);
        } else if (behaviour != null) {
            timer.schedule(() -> land(endpoint, behaviour, output), behaviour.delayMillis(), TimeUnit.MILLISECONDS);
        }
        call.answer()
                .send(Reply.text(
                        202,
                        Map.of(
                                "content-type", "application/json",
                                "x-amzn-sagemaker-outputlocation", "s3://" + endpoint + "/" + key,
                                "x-amzn-sagemaker-failurelocation", "s3://" + endpoint + "/failed/" + name),
                        "{\"InferenceId\":\"" + output.inferenceId() + "\"}"));
    }

    /** Lands what was held back, and tells how many results that were. */
    int landHeld(String endpoint) {
        List<Output> outputs = held.remove(endpoint);
        if (outputs == null) {
            return 0;
        }
        outputs.forEach(output -> land(endpoint, behaviours.get(endpoint), output));
        return outputs.size();
    }

    private void land(String endpoint, Behaviour behaviour, Output output) {
        objects.put(output.bucket(), output.key(), behaviour.size());
        if (behaviour.queue() != null) {
            Message message = queues.message(Notifications.completed(
                    endpoint, output.uri(), output.inferenceId(), behaviour.inNotification() ? behaviour.size() : 0));
            queues.send(behaviour.queue(), List.of(message));
        }
    }
}
