package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.observe.ResultObserver;
import io.github.camelsagemaker.async.tracking.ExpiryRoute;
import io.github.camelsagemaker.async.tracking.HeaderCodec;
import io.github.camelsagemaker.async.tracking.PendingInvocation;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.camel.Exchange;

/** Sends one exchange of status EXPIRED, without a body, for each expired request. Thread-safe. */
final class ExpiredExchanges implements ExpiryRoute {

    private final ConsumerRoute route;
    private final HeaderCodec codec;
    private final ResultObserver observer;
    private final Executor workers;

    ExpiredExchanges(ConsumerRoute route, HeaderCodec codec, ResultObserver observer, Executor workers) {
        this.route = route;
        this.codec = codec;
        this.observer = observer;
        this.workers = workers;
    }

    @Override
    public CompletableFuture<Void> emit(PendingInvocation invocation) {
        Exchange exchange = route.open(invocation, codec.restore(invocation));
        return route.send(exchange, invocation.inferenceId())
                .whenCompleteAsync((done, failure) -> end(exchange, failure), workers);
    }

    private void end(Exchange exchange, Throwable failure) {
        if (failure == null) {
            observer.ended(ResultObserver.Ending.EXPIRED);
        } else {
            route.reportFailedExchange(exchange, failure);
        }
        route.close(exchange);
    }

    @Override
    public void report(String message, Throwable failure) {
        route.report(message, failure);
    }
}
