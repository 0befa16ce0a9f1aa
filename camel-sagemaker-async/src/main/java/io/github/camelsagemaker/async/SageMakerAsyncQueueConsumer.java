package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.internal.consume.ConsumerRuntime;
import io.github.camelsagemaker.async.internal.consume.ConsumerStatistics;
import io.github.camelsagemaker.async.internal.observe.ResultObserver.Poison;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;

/**
 * Emits results of which an SQS queue has notifications.
 *
 * <p>Nothing is polled by a thread: messages are received asynchronously, as many as there are permits for. Exchanges run on
 * a pool of their own, at most {@code maxInFlight} at once, also in a synchronous route.
 */
@ManagedResource(description = "Consumer of SageMaker asynchronous inference results by notifications")
public class SageMakerAsyncQueueConsumer extends DefaultConsumer
        implements ConsumerStatistics, ShutdownAware, Suspendable {

    private final ConsumerRuntime runtime;

    SageMakerAsyncQueueConsumer(SageMakerAsyncEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        runtime = new ConsumerRuntime(this, endpoint.getComponent().shared, endpoint::context);
    }

    @Override
    public SageMakerAsyncEndpoint getEndpoint() {
        return (SageMakerAsyncEndpoint) super.getEndpoint();
    }

    @Override
    public ConsumerRuntime runtime() {
        return runtime;
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        runtime.init(getEndpoint().getConfiguration(), getEndpoint().getComponent());
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        getEndpoint().getComponent().start(runtime);
    }

    @Override
    protected void doSuspend() throws Exception {
        runtime.pause(true);
        super.doSuspend();
    }

    @Override
    protected void doResume() throws Exception {
        runtime.pause(false);
        super.doResume();
    }

    @Override
    protected void doStop() throws Exception {
        getEndpoint().getComponent().stop(runtime);
        super.doStop();
    }

    /** Running exchanges are always finished: their messages could not be acknowledged otherwise. */
    @Override
    public boolean deferShutdown(ShutdownRunningTask shutdownRunningTask) {
        return false;
    }

    /** Results and expired requests on their way; what a receive under way brings after a stop is none. */
    @Override
    public int getPendingExchangesSize() {
        return runtime.pending();
    }

    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {
        runtime.pause(true);
    }

    @ManagedAttribute(description = "Messages since the start that could not be understood, or named a place outside")
    public long getRefusedMessages() {
        return runtime.observer().counted(Poison.MALFORMED);
    }

    @ManagedAttribute(description = "Messages about other endpoints since the start")
    public long getForeignMessages() {
        return runtime.observer().counted(Poison.FOREIGN);
    }
}
