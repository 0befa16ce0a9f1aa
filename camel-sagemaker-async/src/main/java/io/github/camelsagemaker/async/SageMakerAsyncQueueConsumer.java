package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.landing.LandingCounters;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedOperation;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;

/**
 * Emits results that an SQS queue tells of.
 *
 * <p>Nothing is polled by a thread: messages are received asynchronously, as many as there are permits for. Exchanges run on
 * a pool of their own, at most {@code maxInFlight} at once, also in a synchronous route.
 */
@ManagedResource(description = "Consumer of SageMaker asynchronous inference results by notifications")
public class SageMakerAsyncQueueConsumer extends DefaultConsumer implements ShutdownAware, Suspendable {

    private ConsumerSettings settings;
    private ConsumerWatch watch;
    private final IdempotentRepository handledInMemory = ConsumerRepositories.inMemory();
    private NotificationSettings notifications;
    private volatile QueueSession session;

    SageMakerAsyncQueueConsumer(SageMakerAsyncEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
    }

    @Override
    public SageMakerAsyncEndpoint getEndpoint() {
        return (SageMakerAsyncEndpoint) super.getEndpoint();
    }

    IdempotentRepository handledInMemory() {
        return handledInMemory;
    }

    @Override
    protected void doBuild() throws Exception {
        // A start has asked SQS already, so nothing is waited for: an empty queue answers after waitTimeSeconds only.
        watch = new ConsumerWatch(getEndpoint(), this, false);
        super.doBuild();
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        SageMakerAsyncConfiguration options = getEndpoint().getConfiguration();
        settings = ConsumerSettings.forNotifications(options);
        notifications = NotificationSettings.of(options, !settings.disposal().removes());
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        if (session != null && session.isOpen()) { // a stop gave up
            resumeSession();
            return;
        }
        QueueSession started = new QueueSession(this, settings, notifications, watch.start());
        session = started;
        watch.show(started.receiver()::inFlight);
        started.receiver().open();
        started.tracking().resume();
    }

    @Override
    protected void doSuspend() throws Exception {
        if (session != null) {
            session.receiver().pause();
            session.tracking().pause();
        }
        super.doSuspend();
    }

    @Override
    protected void doResume() throws Exception {
        resumeSession();
        super.doResume();
    }

    private void resumeSession() {
        session.receiver().open();
        session.tracking().resume();
    }

    @Override
    protected void doStop() throws Exception {
        closeSession();
        super.doStop();
    }

    private void closeSession() {
        if (session != null) {
            session.close();
        }
        if (watch != null) { // null if it was never built, because something else failed first
            watch.stop();
        }
    }

    /** Running exchanges are always finished: their messages could not be acknowledged otherwise. */
    @Override
    public boolean deferShutdown(ShutdownRunningTask shutdownRunningTask) {
        return false;
    }

    /** Results and expired requests on their way; what a receive under way brings after a stop is none. */
    @Override
    public int getPendingExchangesSize() {
        return session == null ? 0 : getInFlight() + session.tracking().inFlight();
    }

    @Override
    public void prepareShutdown(boolean suspendOnly, boolean forced) {
        if (session != null) {
            session.receiver().pause();
            session.tracking().pause();
        }
    }

    @ManagedAttribute(description = "Messages and found results on their way")
    public int getInFlight() {
        return session == null ? 0 : session.receiver().inFlight();
    }

    @ManagedAttribute(description = "Results handled to the end since the start, failed inferences among them")
    public long getSettled() {
        return counters().settled();
    }

    @ManagedAttribute(description = "Failed inferences handled to the end since the start")
    public long getFailedInferences() {
        return counters().failedInferences();
    }

    @ManagedAttribute(description = "Attempts since the start whose exchange failed, or whose result could not be read")
    public long getFailedAttempts() {
        return counters().failedAttempts();
    }

    @ManagedAttribute(description = "Results dropped since the start because they had been handled before")
    public long getDuplicates() {
        return counters().duplicates();
    }

    @ManagedAttribute(description = "Results dropped since the start because their object was not there any more")
    public long getGone() {
        return counters().gone();
    }

    @ManagedAttribute(description = "Messages since the start that could not be understood, or named a place outside")
    public long getRefusedMessages() {
        return session == null ? 0 : session.messages().refused();
    }

    @ManagedAttribute(description = "Messages about other endpoints since the start")
    public long getForeignMessages() {
        return session == null ? 0 : session.messages().foreign();
    }

    @ManagedAttribute(description = "Requests reported EXPIRED since the start")
    public long getExpired() {
        return session == null ? 0 : session.tracking().expired();
    }

    @ManagedAttribute(description = "What fails at present, and since when; empty if nothing does")
    public String getFailing() {
        return watch == null ? "" : watch.failing();
    }

    @ManagedOperation(description = "Counts results and messages anew from zero; metrics go on")
    public void resetCounters() {
        if (session != null) {
            session.landings().reset();
            session.messages().reset();
        }
    }

    private LandingCounters counters() {
        return session == null ? new LandingCounters() : session.landings();
    }
}
