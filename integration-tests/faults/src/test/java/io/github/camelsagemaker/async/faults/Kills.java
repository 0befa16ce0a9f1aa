package io.github.camelsagemaker.async.faults;

import io.github.camelsagemaker.async.testinfra.Fault;
import io.github.camelsagemaker.async.testinfra.HttpCall;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.IntStream;

/** At which moments the application is killed, if at all: the seed decides. Immutable. */
final class Kills {

    /** A new JVM takes as long as a trial, so few have them. */
    private static final double PORTION = 1.0 / 12;

    private static final int MOST = 3;
    private static final int LATEST_CALL = 4;

    private final List<Moment> moments;

    Kills(Seeded seeded, Way way) {
        int count = seeded.unit("killed", 0) < PORTION ? 1 + (int) (seeded.unit("kills", 0) * MOST) : 0;
        String[] operations = operations(way).toArray(String[]::new);
        moments = IntStream.range(0, count)
                .mapToObj(n -> new Moment(
                        seeded.pick("kill in", n, operations),
                        1 + (int) (seeded.unit("kill at", n) * LATEST_CALL),
                        seeded.unit("kill before", n) < 0.5))
                .toList();
    }

    /**
     * When a call arrives at a server.
     *
     * @param operation AWS's name of the call
     * @param call which of them since the application's start, from 1
     * @param before whether the call has no effect, because the process is killed while it sends it
     */
    private record Moment(String operation, int call, boolean before) {}

    private static List<String> operations(Way way) {
        List<String> operations =
                new ArrayList<>(List.of("InvokeEndpointAsync", "PutObject", "GetObject", "ListObjectsV2"));
        operations.add(way == Way.AWAIT ? "DeleteObjects" : "DeleteObject");
        if (way.byQueue()) {
            operations.addAll(List.of("ReceiveMessage", "DeleteMessageBatch"));
        }
        return operations;
    }

    /** How often it is killed: 0 to 3 times. */
    int count() {
        return moments.size();
    }

    /** The plan of a life that is not the last: as the given one, and kills the application in its moment. */
    Function<HttpCall, Fault> killing(ChildApplication application, int life, Function<HttpCall, Fault> plan) {
        Moment moment = moments.get(life);
        AtomicInteger calls = new AtomicInteger();
        return call -> {
            if (!call.operation().equals(moment.operation()) || calls.incrementAndGet() != moment.call()) {
                return plan.apply(call);
            }
            application.kill();
            return moment.before() ? Fault.resetBeforeAccept() : plan.apply(call);
        };
    }

    @Override
    public String toString() {
        return moments.isEmpty() ? "" : ", killed in " + moments;
    }
}
