package io.github.camelsagemaker.async.testinfra;

import io.github.camelsagemaker.async.testinfra.http.CallGate;
import io.netty.handler.codec.http.HttpRequest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** Counts each call and hands out the faults ordered, the oldest first. Thread-safe. */
final class OrderedFaults implements Faults, CallGate {

    private static final class Order {

        private final String operation;
        private final Predicate<HttpCall> which;
        private final Fault fault;
        private int times;

        Order(String operation, Predicate<HttpCall> which, int times, Fault fault) {
            this.operation = operation;
            this.which = which;
            this.times = times;
            this.fault = fault;
        }

        boolean fits(HttpCall call) {
            return operation.equals(call.operation()) && which.test(call);
        }
    }

    private final RecordedLedger ledger;
    private final List<Order> orders = new ArrayList<>();
    private Function<HttpCall, Fault> plan = call -> null;
    private boolean listBucketDenied;

    OrderedFaults(RecordedLedger ledger) {
        this.ledger = ledger;
    }

    @Override
    public synchronized Faults forCalls(String operation, Predicate<HttpCall> which, int times, Fault fault) {
        if (times < 1) {
            throw new IllegalArgumentException("times is " + times + ", but must be at least 1");
        }
        orders.add(new Order(operation, which, times, fault));
        return this;
    }

    @Override
    public synchronized Faults plan(Function<HttpCall, Fault> value) {
        plan = value;
        return this;
    }

    @Override
    public synchronized long pending() {
        return orders.stream().mapToLong(order -> order.times).sum();
    }

    @Override
    public synchronized void clear() {
        orders.clear();
        plan = call -> null;
        listBucketDenied = false;
    }

    @Override
    public synchronized Faults denyListBucket(boolean deny) {
        listBucketDenied = deny;
        return this;
    }

    @Override
    public Fault arrived(HttpCall call, HttpRequest request) {
        ledger.called(call.operation());
        return take(call);
    }

    private synchronized Fault take(HttpCall call) {
        if (listBucketDenied && call.operation().startsWith("ListObjects")) {
            return Fault.accessDenied403();
        }
        for (Iterator<Order> i = orders.iterator(); i.hasNext(); ) {
            Order order = i.next();
            if (order.fits(call)) {
                if (--order.times == 0) {
                    i.remove();
                }
                return order.fault;
            }
        }
        return plan.apply(call);
    }

    @Override
    public synchronized boolean hidesMissing(HttpCall call) {
        return listBucketDenied
                && (call.operation().equals("GetObject") || call.operation().equals("HeadObject"));
    }
}
