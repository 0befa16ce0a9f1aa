package io.github.camelsagemaker.async.faults;

import io.github.camelsagemaker.async.testinfra.Fault;
import io.github.camelsagemaker.async.testinfra.HttpCall;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** At which moments the application is killed, if at all. */
record Kills(List<Moment> moments) {

    /**
     * When a call arrives at a server.
     *
     * @param operation AWS's name of the call
     * @param call which of them since the application's start, from 1
     * @param before whether the call has no effect, because the process is killed while it sends it
     */
    record Moment(String operation, int call, boolean before) {}

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
