package io.github.camelsagemaker.async.benchmarks.server;

import com.sun.management.OperatingSystemMXBean;
import io.github.camelsagemaker.async.benchmarks.server.Queues.Message;
import io.github.camelsagemaker.async.benchmarks.server.SageMaker.Behaviour;
import io.github.camelsagemaker.async.benchmarks.server.SageMaker.Output;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** What the driver asks of the servers, below {@code /_control/}: not counted. */
final class Control {

    private final ObjectStore objects;
    private final Queues queues;
    private final SageMaker sageMaker;
    private final Counters counters;
    private final List<Message> prepared = new ArrayList<>();
    private long sequence;

    Control(ObjectStore objects, Queues queues, SageMaker sageMaker, Counters counters) {
        this.objects = objects;
        this.queues = queues;
        this.sageMaker = sageMaker;
        this.counters = counters;
    }

    void handle(Call call) {
        String what = call.path().substring("/_control/".length());
        String name = call.parameter("name", "");
        String answer =
                switch (what) {
                    case "endpoint" -> behave(call, name);
                    case "land" -> String.valueOf(sageMaker.landHeld(name));
                    case "results" -> results(call, name);
                    case "prepare" -> prepare(call, name);
                    case "send" -> send(call, name);
                    case "deletedInAll" -> String.valueOf(queues.deleted());
                    case "deleted" -> String.valueOf(queues.deleted(name));
                    case "clear" -> clear(name);
                    case "listed" -> String.valueOf(objects.listed(name));
                    case "counts" -> counters.lines();
                    case "reset" -> reset();
                    case "cpu" -> String.valueOf(cpuNanos());
                    default -> throw new IllegalArgumentException("There is no control " + what);
                };
        call.answer().send(Reply.text(200, "text/plain", answer));
    }

    private String behave(Call call, String endpoint) {
        sageMaker.behave(
                endpoint,
                new Behaviour(
                        call.number("delay", -1),
                        call.number("size", 1024),
                        call.parameter("queue", null),
                        call.has("inline")));
        return "";
    }

    /** Puts results into the output path of an endpoint, as many as are asked for in all. */
    private String results(Call call, String endpoint) {
        int count = call.number("count", 0);
        for (int i = 0; i < count; i++) {
            objects.put(endpoint, call.has("scattered") ? scattered(call) : key(), call.number("size", 1024));
        }
        return "";
    }

    /** Makes notifications, and their results unless those are in them. They are delivered by {@link #send}. */
    private String prepare(Call call, String endpoint) {
        int size = call.number("size", 1024);
        for (int i = 0; i < call.number("count", 0); i++) {
            Output output = new Output(endpoint, key(), "id-" + sequence);
            if (!call.has("inline")) {
                objects.put(output.bucket(), output.key(), size);
            }
            prepared.add(queues.message(Notifications.completed(
                    endpoint, output.uri(), output.inferenceId(), call.has("inline") ? size : 0)));
        }
        return "";
    }

    /** To one queue, or in turn to so many whose names end with a number. */
    private String send(Call call, String queue) {
        int count = call.number("queues", 0);
        if (count == 0) {
            queues.send(queue, prepared);
        }
        for (int i = 0; i < count; i++) {
            int number = i;
            queues.send(
                    queue + i,
                    IntStream.range(0, prepared.size())
                            .filter(index -> index % count == number)
                            .mapToObj(prepared::get)
                            .toList());
        }
        prepared.clear();
        return "";
    }

    /** Sorts by age, and is never given twice. */
    private String key() {
        return "out/" + Long.toString(0x10_0000_0000L + ++sequence, Character.MAX_RADIX) + ".out";
    }

    /** As SageMaker names them: where a new one sorts among the others is by chance. Multiplied so, no two are the same. */
    private String scattered(Call call) {
        return "out/" + Long.toHexString(++sequence * 0x9E37_79B9_7F4A_7C15L) + call.parameter("mark", "") + ".out";
    }

    private String clear(String bucket) {
        objects.clear(bucket);
        return "";
    }

    private String reset() {
        counters.reset();
        return "";
    }

    private static long cpuNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }
}
