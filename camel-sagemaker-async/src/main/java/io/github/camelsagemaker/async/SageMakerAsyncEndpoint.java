package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.internal.EndpointContext;
import io.github.camelsagemaker.async.internal.options.OptionCheck;
import io.github.camelsagemaker.async.internal.request.Constraints;
import io.github.camelsagemaker.async.internal.tracking.PendingView;
import io.github.camelsagemaker.async.tracking.PendingInvocationStore;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.camel.AsyncEndpoint;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.PollingConsumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedOperation;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.spi.EndpointServiceLocation;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.EventDrivenPollingConsumer;
import org.apache.camel.support.ScheduledPollEndpoint;
import org.apache.camel.util.json.JsonObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Invoke Amazon SageMaker AI asynchronous endpoints and consume their results. */
@UriEndpoint(
        firstVersion = "1.0.0",
        scheme = SageMakerAsyncConstants.SCHEME,
        title = "AWS SageMaker Asynchronous Inference",
        syntax = "sagemaker-async:endpointName",
        category = {Category.CLOUD, Category.AI},
        headersClass = SageMakerAsyncConstants.class)
@ManagedResource(description = "SageMaker asynchronous inference endpoint")
public class SageMakerAsyncEndpoint extends ScheduledPollEndpoint implements AsyncEndpoint, EndpointServiceLocation {

    private static final Logger LOG = LoggerFactory.getLogger(SageMakerAsyncEndpoint.class);

    /** The options of ScheduledPollEndpoint. */
    static final Pattern SCHEDULING = Pattern.compile("initialDelay|delay|timeUnit|useFixedDelay|startScheduler"
            + "|scheduler|schedulerProperties|scheduler\\..+|scheduledExecutorService|pollStrategy|greedy|repeatCount"
            + "|runLoggingLevel|sendEmptyMessageWhenIdle|backoff(Multiplier|IdleThreshold|ErrorThreshold)");

    /** Who writes less means seconds, mostly. */
    private static final int SHORT_DELAY_MILLIS = 100;

    @UriPath(description = "The name of the SageMaker endpoint: 1 to 63 letters, digits and inner hyphens.")
    @Metadata(required = true)
    private final String endpointName;

    @UriParam
    private SageMakerAsyncConfiguration configuration;

    Set<String> uriOptions = Set.of();

    private boolean hasDelay;

    /** Whether its store was given to the component or found in the registry, and not given to this endpoint. */
    boolean adoptedStore;

    private PendingView pendingView;

    public SageMakerAsyncEndpoint(
            String uri,
            SageMakerAsyncComponent component,
            String endpointName,
            SageMakerAsyncConfiguration configuration) {
        super(uri, component);
        this.endpointName = Constraints.ENDPOINT_NAME.check("The SageMaker endpoint name in the URI", endpointName);
        this.configuration = configuration;
        // Whoever polls (pollEnrich, ConsumerTemplate) takes over a copy, and with it the settling.
        setPollingConsumerCopy(true);
    }

    @Override
    protected void doInit() throws Exception {
        adoptedStore = !uriOptions.contains("pendingStore")
                && configuration.getPendingStore()
                        == getComponent().getConfiguration().getPendingStore();
        super.doInit(); // Camel autowires clients and the store
        configuration.preferOverClients(uriOptions);
        PendingInvocationStore store = configuration.getPendingStore();
        pendingView =
                store == null ? null : new PendingView(endpointName, store, getComponent()::execute, Clock.systemUTC());
    }

    @Override
    public Producer createProducer() throws Exception {
        return new SageMakerAsyncProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        if (configuration.getNotificationQueue() == null) {
            // One that the component has for all its endpoints is no mistake of this one.
            OptionCheck.require(
                    !configuration.isAutoCreateQueue() || !uriOptions.contains("autoCreateQueue"),
                    "Option autoCreateQueue=true needs the option notificationQueue: the name of the queue. Without it S3"
                            + " is listed");
            long millis = getTimeUnit().toMillis(getDelay());
            if (hasDelay && millis < SHORT_DELAY_MILLIS) {
                LOG.warn(
                        "{} lists S3 every {} ms, and each listing costs. Seconds of the option delay are written as 5s",
                        this,
                        millis);
            }
            SageMakerAsyncScanConsumer consumer = new SageMakerAsyncScanConsumer(this, processor);
            configureConsumer(consumer);
            consumer.setMaxMessagesPerPoll(configuration.getMaxMessagesPerPoll());
            return consumer;
        }
        if (uriOptions.stream().anyMatch(option -> SCHEDULING.matcher(option).matches())) {
            LOG.warn(
                    "{} has a notificationQueue, so nothing is polled: the scheduler's options (delay, initialDelay,"
                            + " greedy, backoffMultiplier and so on) have no effect",
                    this);
        }
        SageMakerAsyncQueueConsumer consumer = new SageMakerAsyncQueueConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    /** Started here: of a start within the first poll Camel would not tell that it was refused, and wait for nothing. */
    @Override
    public PollingConsumer createPollingConsumer() throws Exception {
        EventDrivenPollingConsumer polling = (EventDrivenPollingConsumer) super.createPollingConsumer();
        polling.start();
        if (polling.getDelegateConsumer() instanceof SageMakerAsyncScanConsumer scan) {
            scan.start();
            scan.suspend(); // until somebody polls
        }
        return polling;
    }

    @Override
    public void setDelay(long delay) {
        super.setDelay(delay);
        hasDelay = true;
    }

    boolean hasDelay() {
        return hasDelay;
    }

    @Override
    public SageMakerAsyncComponent getComponent() {
        return (SageMakerAsyncComponent) super.getComponent();
    }

    EndpointContext context() {
        return new EndpointContext(
                endpointName,
                getEndpointUri(),
                getCamelContext(),
                configuration,
                getComponent().holdClients(configuration),
                getComponent().memory);
    }

    /** What is known of the endpoint's tracked requests; null without a pendingStore. */
    public PendingView pendingView() {
        return pendingView;
    }

    private <T> T ofPending(Function<PendingView, T> fact) {
        return pendingView == null ? null : fact.apply(pendingView);
    }

    @ManagedAttribute(description = "Tracked requests whose outcome was not delivered yet; null without pendingStore")
    public Long getPendingInvocations() {
        return ofPending(view -> view.statistics().pending());
    }

    @ManagedAttribute(description = "Tracked requests whose result was delivered, within pendingRetention")
    public Long getCompletedInvocations() {
        return ofPending(view -> view.statistics().completed());
    }

    @ManagedAttribute(description = "Tracked requests whose failure was delivered, within pendingRetention")
    public Long getFailedInvocations() {
        return ofPending(view -> view.statistics().failed());
    }

    @ManagedAttribute(description = "Tracked requests that were reported EXPIRED, within pendingRetention")
    public Long getExpiredInvocations() {
        return ofPending(view -> view.statistics().expired());
    }

    @ManagedAttribute(description = "Age in seconds of the oldest pending request; 0 without any")
    public Long getOldestPendingSeconds() {
        return ofPending(view -> view.oldestAge().toSeconds());
    }

    @ManagedOperation(
            description = "What is known of the tracked request of an inference id, as JSON; null if nothing is")
    public String findPendingInvocation(String inferenceId) {
        return ofPending(view -> view.find(inferenceId)
                .map(facts -> new JsonObject(facts).toJson())
                .orElse(null));
    }

    public String getEndpointName() {
        return endpointName;
    }

    public SageMakerAsyncConfiguration getConfiguration() {
        return configuration;
    }

    public void setConfiguration(SageMakerAsyncConfiguration configuration) {
        this.configuration = configuration;
    }

    @Override
    public String getServiceUrl() {
        return configuration.isOverrideEndpoint() ? configuration.getUriEndpointOverride() : configuration.getRegion();
    }

    @Override
    public String getServiceProtocol() {
        return "sagemaker";
    }

    @Override
    public Map<String, String> getServiceMetadata() {
        return Map.of("endpointName", endpointName);
    }
}
