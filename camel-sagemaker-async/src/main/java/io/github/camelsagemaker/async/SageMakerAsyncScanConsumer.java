package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.internal.concurrent.RouteStops;
import io.github.camelsagemaker.async.internal.consume.BucketScan;
import io.github.camelsagemaker.async.internal.consume.ConsumerRuntime;
import io.github.camelsagemaker.async.internal.observe.ResultObserver.Poison;
import io.github.camelsagemaker.async.internal.result.Landing;
import io.github.camelsagemaker.async.internal.s3.ObjectPage;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.support.LoggingExceptionHandler;
import org.apache.camel.support.ScheduledBatchPollingConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Emits results that it finds by listing S3.
 *
 * <p>The scheduler's thread lists, and hands each result in as soon as one of {@code maxInFlight} permits is free; it does
 * not wait for exchanges to end. These run on a pool of their own. So a poll returns how many results it handed in, and
 * {@code maxInFlight} exchanges run at once also in a synchronous route.
 */
@ManagedResource(description = "Consumer of SageMaker asynchronous inference results by scanning S3")
public class SageMakerAsyncScanConsumer extends ScheduledBatchPollingConsumer
        implements SageMakerAsyncComponent.ConsumerPart {

    private static final Logger LOG = LoggerFactory.getLogger(SageMakerAsyncScanConsumer.class);

    private final ConsumerRuntime runtime;

    SageMakerAsyncScanConsumer(SageMakerAsyncEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
        runtime = new ConsumerRuntime(this, endpoint.getComponent().shared(), endpoint::context);
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
    protected void doBuild() throws Exception {
        runtime.addHealthCheck(getEndpoint().getComponent().isHealthCheckConsumerEnabled(), true);
        super.doBuild();
    }

    @Override
    protected void doInit() throws Exception {
        super.doInit();
        runtime.init(getEndpoint().getConfiguration());
    }

    @Override
    protected void doStart() throws Exception {
        getEndpoint().getComponent().start(this);
        super.doStart();
    }

    @Override
    public void suspend() {
        shutdownRunningTask = null; // Camel leaves it when its stop gives up, and nothing would be handed in
        RouteStops.unlessLate(getEndpoint().getCamelContext(), lock, super::suspend);
    }

    @Override
    public void stop() {
        RouteStops.unlessLate(getEndpoint().getCamelContext(), lock, super::stop);
    }

    @Override
    protected void doSuspend() throws Exception {
        runtime.pause();
        super.doSuspend();
    }

    @Override
    protected void doResume() throws Exception {
        runtime.resume();
        super.doResume();
    }

    @Override
    protected void doStop() throws Exception {
        runtime.pause();
        super.doStop();
        getEndpoint().getComponent().stop(this);
    }

    @Override
    protected int poll() throws Exception {
        BucketScan scan = runtime.scan();
        int limit = maxMessagesPerPoll <= 0 ? Integer.MAX_VALUE : maxMessagesPerPoll;
        int handedIn = 0;
        try {
            boolean over = false;
            while (!over && handedIn < limit && isPollAllowed() && isBatchAllowed()) {
                Optional<ObjectPage> page = scan.next();
                if (page.isEmpty()) {
                    break;
                }
                forceConsumerAsReady();
                List<Landing> due = scan.due(page.get(), landing -> true, limit - handedIn);
                int taken = processBatch(new ArrayDeque<>(due));
                handedIn += taken;
                if (taken < due.size() || handedIn == limit) {
                    // What comes first must not be tried again before what comes behind it was tried.
                    if (taken > 0) {
                        scan.passed(due.get(taken - 1));
                    }
                    break;
                }
                over = scan.passed(page.get());
            }
        } catch (InterruptedException e) {
            // The scheduler is being shut down. What was handed in goes on.
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            putOff(scan, e);
        }
        return handedIn;
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
        if (!runtime.scan().isPutOff()) {
            super.processEmptyMessage();
        }
    }

    @Override
    public int processBatch(Queue<Object> landings) throws InterruptedException {
        int size = landings.size();
        int index = 0;
        while (index < size && isBatchAllowed()) {
            int current = index;
            boolean handedIn = runtime.scan()
                    .handIn((Landing) landings.remove(), exchange -> setBatch(exchange, current, size), outcome -> {});
            if (!handedIn) {
                break;
            }
            index++;
        }
        return index;
    }

    private static void setBatch(Exchange exchange, int index, int size) {
        exchange.setProperty(ExchangePropertyKey.BATCH_INDEX, index);
        exchange.setProperty(ExchangePropertyKey.BATCH_SIZE, size);
        exchange.setProperty(ExchangePropertyKey.BATCH_COMPLETE, index == size - 1);
    }

    /** All that was handed in and is not settled: a stop waits for it, however the route is told to treat running tasks. */
    @Override
    public int getPendingExchangesSize() {
        return Math.max(runtime.pending(), isPolling() ? 1 : 0);
    }

    @ManagedAttribute(description = "Objects moved to moveFailedLocation since the start")
    public long getPoisoned() {
        return runtime.count(Poison.ATTEMPTS);
    }
}
