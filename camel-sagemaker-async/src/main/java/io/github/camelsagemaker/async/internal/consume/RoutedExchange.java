package io.github.camelsagemaker.async.internal.consume;

import io.github.camelsagemaker.async.internal.concurrent.Dropped;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.Exchange;
import org.apache.camel.Ordered;
import org.apache.camel.PooledExchange;
import org.apache.camel.RollbackExchangeException;
import org.apache.camel.spi.UnitOfWork;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.camel.support.UnitOfWorkHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One exchange on its way through the route, and the end of the unit of work that owns it: the exchange's own, or that of a
 * copy which Camel handed it over to (seda, polling). It ends exactly once, whatever the route throws and however often it
 * calls back.
 *
 * <p>The unit of work is made here, as Camel lets consumers do: so it ends also where the route leaves it open, and a
 * transaction that was rolled back is seen although Camel's error handler has cleared the exchange's flag when it is over.
 */
final class RoutedExchange extends SynchronizationAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(RoutedExchange.class);

    private final Exchange exchange;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final AtomicBoolean returned = new AtomicBoolean();
    private final AtomicReference<Object> owner = new AtomicReference<>();
    private volatile boolean rolledBack;

    private RoutedExchange(Exchange exchange) {
        this.exchange = exchange;
    }

    /**
     * @return ends when the unit of work that owns the exchange has ended, on its thread; exceptionally if it failed, was marked
     *     for rollback, or will never end because the exchange was dropped
     */
    static CompletableFuture<Void> send(DefaultConsumer consumer, Exchange exchange) {
        RoutedExchange routed = new RoutedExchange(exchange);
        try {
            exchange.getExchangeExtension().setUnitOfWork(routed.watched(consumer.createUoW(exchange)));
            // The first is the last to run, also after onCompletion, which runs as late as it can.
            exchange.getExchangeExtension().addOnCompletion(routed);
            consumer.getAsyncProcessor().process(exchange, doneSync -> routed.goneThrough());
        } catch (Throwable e) { // an Error of the route must not keep what belongs to the result
            exchange.setException(e);
            routed.goneThrough();
        }
        return routed.ended;
    }

    private UnitOfWork watched(UnitOfWork unitOfWork) {
        return (UnitOfWork) Proxy.newProxyInstance(
                UnitOfWork.class.getClassLoader(), new Class<?>[] {UnitOfWork.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("endTransactedBy")) {
                        rolledBack |= isMarked(exchange);
                    }
                    try {
                        return method.invoke(unitOfWork, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static boolean isMarked(Exchange exchange) {
        return exchange.isRollbackOnly() || exchange.isRollbackOnlyLast();
    }

    private void goneThrough() {
        if (!returned.compareAndSet(false, true)) {
            return;
        }
        try {
            UnitOfWorkHelper.doneUow(exchange.getUnitOfWork(), exchange);
        } catch (Throwable e) { // of another's synchronization
            LOG.warn("The unit of work of exchange {} could not be ended properly", exchange.getExchangeId(), e);
        } finally {
            if (exchange instanceof PooledExchange) {
                // It would be used again with what this one has seen.
                exchange.getExchangeExtension().setUnitOfWork(null);
            }
            if (owner.get() == null) {
                onDone(exchange);
            }
        }
    }

    @Override
    public void beforeHandover(Exchange target) {
        Object handover = new Object();
        owner.set(handover);
        AtomicReference<Object> current = owner;
        CompletableFuture<Void> end = ended;
        String id = target.getExchangeId();
        Dropped.CLEANER.register(target, () -> {
            if (current.get() == handover) {
                end.completeExceptionally(new IllegalStateException("The exchange " + id
                        + ", which the result was handed over to, was dropped before it was done"));
            }
        });
    }

    @Override
    public void onDone(Exchange done) {
        if (done.getException() != null) {
            ended.completeExceptionally(done.getException());
        } else if (rolledBack || isMarked(done)) {
            ended.completeExceptionally(new RollbackExchangeException("The route marked it for rollback only", done));
        } else {
            ended.complete(null);
        }
    }

    @Override
    public int getOrder() {
        return Ordered.LOWEST;
    }
}
