package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.internal.consume.BucketScan;
import io.github.camelsagemaker.async.internal.consume.ConsumerRuntime;
import io.github.camelsagemaker.async.internal.consume.ConsumerStatistics;
import io.github.camelsagemaker.async.internal.observe.ResultObserver.Poison;
import io.github.camelsagemaker.async.internal.result.ResultEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.support.DefaultScheduledPollConsumerScheduler;
import org.apache.camel.support.LoggingExceptionHandler;
import org.apache.camel.support.ScheduledBatchPollingConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Emits results that it finds by listing S3.
 *
 * <p>The scheduler's thread lists, and dispatches each result as soon as one of {@code maxInFlight} permits is free; it does
 * not wait for exchanges to end. These run on a pool of their own. So a poll returns how many results it dispatched, and
 * {@code maxInFlight} exchanges run at once also in a synchronous route.
 */
@ManagedResource(description = "Consumer of SageMaker asynchronous inference results by scanning S3")
public class SageMakerAsyncScanConsumer extends ScheduledBatchPollingConsumer implements ConsumerStatistics {

    private static final Logger LOG = LoggerFactory.getLogger(SageMakerAsyncScanConsumer.class);

    private final ConsumerRuntime runtime;
    private boolean skipped;

    SageMakerAsyncScanConsumer(SageMakerAsyncEndpoint endpoint, Processor processor) {
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
        shutdownRunningTask = null; // of a stop that gave up: Camel leaves it, and dispatches nothing more
        getEndpoint().getComponent().start(runtime);
        super.doStart();
    }

    @Override
    protected void doSuspend() throws Exception {
        runtime.pause(true);
        super.doSuspend();
    }

    @Override
    protected void doResume() throws Exception {
        shutdownRunningTask = null;
        runtime.pause(false);
        super.doResume();
    }

    @Override
    protected void doStop() throws Exception {
        runtime.pause(true);
        super.doStop();
        getEndpoint().getComponent().stop(runtime);
    }

    /** Also not before it is known what to list. */
    @Override
    protected boolean isPollAllowed() {
        return super.isPollAllowed() && runtime.scan() != null;
    }

    @Override
    protected int poll() throws Exception {
        BucketScan scan = runtime.scan();
        skipped = !hasOwnSchedule() && !scan.isDue();
        if (skipped) {
            return 0;
        }
        int limit = maxMessagesPerPoll <= 0 ? Integer.MAX_VALUE : maxMessagesPerPoll;
        AtomicInteger dispatched = new AtomicInteger();
        try {
            scan.goOn(limit, event -> true, () -> isPollAllowed() && isBatchAllowed(), due -> {
                forceConsumerAsReady();
                int taken = processBatch(new ArrayDeque<>(due));
                dispatched.addAndGet(taken);
                return taken;
            });
        } catch (InterruptedException e) {
            // The scheduler is being shut down. What was dispatched goes on.
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            putOff(scan, e);
        }
        return dispatched.get();
    }

    /** Whether the user said when to list. Camel counts polls for some options, so each of these must be one. */
    private boolean hasOwnSchedule() {
        return getEndpoint().hasDelay()
                || getDelay() != getEndpoint().getDefaultDelay()
                || getTimeUnit() != TimeUnit.MILLISECONDS
                || getBackoffMultiplier() > 0
                || getRepeatCount() > 0
                || getEndpoint().getPollStrategy() != null
                || !(getScheduler() instanceof DefaultScheduledPollConsumerScheduler);
    }

    /**
     * Leaves alone for a while what failed, unless the user said how (backoffMultiplier, pollStrategy). Whoever handles
     * exceptions otherwise than by logging them gets every failure; the log gets the first, and a line for each further one.
     */
    private void putOff(BucketScan scan, RuntimeException failure) {
        boolean wait =
                getEndpoint().getBackoffMultiplier() <= 0 && getEndpoint().getPollStrategy() == null;
        Optional<Duration> again = scan.putOff(wait);
        if (!wait || again.isEmpty() || !(getExceptionHandler() instanceof LoggingExceptionHandler)) {
            throw failure;
        }
        LOG.warn(
                "Results can still not be looked for, the next try is in {} ms: {}",
                again.get().toMillis(),
                failure.getMessage());
    }

    /** What could not be asked for is not nothing. */
    @Override
    protected void processEmptyMessage() throws Exception {
        if (!skipped && !runtime.scan().isPutOff()) {
            super.processEmptyMessage();
        }
    }

    @Override
    public int processBatch(Queue<Object> events) throws InterruptedException {
        int size = events.size();
        for (int index = 0; index < size; index++) {
            int current = index;
            Consumer<Exchange> setBatch = exchange -> {
                exchange.setProperty(ExchangePropertyKey.BATCH_INDEX, current);
                exchange.setProperty(ExchangePropertyKey.BATCH_SIZE, size);
                exchange.setProperty(ExchangePropertyKey.BATCH_COMPLETE, current == size - 1);
            };
            if (!isBatchAllowed() || !runtime.scan().dispatch((ResultEvent) events.remove(), setBatch)) {
                return index;
            }
        }
        return size;
    }

    /** All that was dispatched and is not settled: a stop waits for it, however the route is told to treat running tasks. */
    @Override
    public int getPendingExchangesSize() {
        return Math.max(runtime.pending(), isPolling() ? 1 : 0);
    }

    @ManagedAttribute(description = "Objects moved to moveFailedLocation since the start")
    public long getPoisoned() {
        return runtime.observer().counted(Poison.ATTEMPTS);
    }
}
