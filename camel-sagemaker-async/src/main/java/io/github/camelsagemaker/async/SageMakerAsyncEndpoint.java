package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.internal.EndpointContext;
import io.github.camelsagemaker.async.internal.request.Constraints;
import io.github.camelsagemaker.async.internal.result.AwaitedFolder;
import io.github.camelsagemaker.async.internal.s3.OwnedBuckets;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import io.github.camelsagemaker.async.internal.tracking.PendingView;
import io.github.camelsagemaker.async.tracking.PendingInvocationStore;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.camel.AsyncEndpoint;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.api.management.ManagedAttribute;
import org.apache.camel.api.management.ManagedOperation;
import org.apache.camel.api.management.ManagedResource;
import org.apache.camel.spi.EndpointServiceLocation;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.spi.HeaderFilterStrategyAware;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.ScheduledPollEndpoint;
import org.apache.camel.util.json.JsonObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/** Invoke Amazon SageMaker AI asynchronous endpoints and consume their results. */
@UriEndpoint(
        firstVersion = "1.0.0",
        scheme = SageMakerAsyncConstants.SCHEME,
        title = "AWS SageMaker Asynchronous Inference",
        syntax = "sagemaker-async:endpointName",
        category = {Category.CLOUD, Category.AI},
        headersClass = SageMakerAsyncConstants.class)
@ManagedResource(description = "SageMaker asynchronous inference endpoint")
public class SageMakerAsyncEndpoint extends ScheduledPollEndpoint
        implements AsyncEndpoint, EndpointServiceLocation, HeaderFilterStrategyAware {

    /** ScheduledPollEndpoint: what these are when nobody set them, before and after its initialisation. */
    private static final long UNSET = -1;

    private static final long DEFAULT_INITIAL_DELAY = 1000;
    private static final long DEFAULT_DELAY = 500;

    private static final Logger LOG = LoggerFactory.getLogger(SageMakerAsyncEndpoint.class);

    @UriPath(description = "The name of the SageMaker endpoint: 1 to 63 letters, digits and inner hyphens.")
    @Metadata(required = true)
    private final String endpointName;

    @UriParam
    private SageMakerAsyncConfiguration configuration;

    private Set<String> uriOptions = Set.of();
    private PendingInvocationStore adoptedStore;
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

    /** The names of the options that its URI has. */
    void uriOptions(Set<String> names) {
        uriOptions = names;
    }

    /** After Camel has autowired clients. */
    @Override
    protected void doInit() throws Exception {
        super.doInit();
        configuration.preferOverClients(uriOptions);
    }

    @Override
    public Producer createProducer() throws Exception {
        return new SageMakerAsyncProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        if (configuration.getNotificationQueue() != null) {
            return createQueueConsumer(processor);
        }
        SageMakerAsyncScanConsumer consumer = new SageMakerAsyncScanConsumer(this, processor);
        configureConsumer(consumer);
        consumer.setMaxMessagesPerPoll(configuration.getMaxMessagesPerPoll());
        return consumer;
    }

    private Consumer createQueueConsumer(Processor processor) throws Exception {
        if (!hasDefaultScheduling()) {
            LOG.warn(
                    "{} has a notificationQueue, so nothing is polled: the scheduler's options (delay, initialDelay,"
                            + " greedy, backoffMultiplier and so on) have no effect",
                    this);
        }
        SageMakerAsyncQueueConsumer consumer = new SageMakerAsyncQueueConsumer(this, processor);
        configureConsumer(consumer);
        return consumer;
    }

    @Override
    public SageMakerAsyncComponent getComponent() {
        return (SageMakerAsyncComponent) super.getComponent();
    }

    /** What its producer and its consumers need to know, from a start to a stop. */
    EndpointContext context() {
        return new EndpointContext(
                endpointName,
                getEndpointUri(),
                getCamelContext(),
                configuration,
                getComponent().holdClients(configuration),
                this::ofExpectedOwners);
    }

    /** Of the expected owners only. What lies below inputLocation is a payload, unless it lies where results are, too. */
    private S3AsyncClient ofExpectedOwners(S3AsyncClient s3) {
        return OwnedBuckets.of(
                s3,
                configuration.getExpectedResultBucketOwner(),
                configuration.getExpectedBucketOwner(),
                object -> isBelow("inputLocation", configuration.getInputLocation(), object)
                        && !isBelow("outputLocation", configuration.getOutputLocation(), object)
                        && !isBelow("failureLocation", configuration.getFailureLocation(), object)
                        && !object.key().contains(AwaitedFolder.NAME));
    }

    private static boolean isBelow(String option, String place, S3Location object) {
        return place != null && S3Prefix.parse(option, place).contains(object);
    }

    /** Uses the component's store, unless there is one of this endpoint's own. */
    void adoptStore(PendingInvocationStore store) {
        if (configuration.getPendingStore() == null) {
            configuration.setPendingStore(store);
            adoptedStore = store;
        }
    }

    /** Whether its store was given to the component, and not to this endpoint. */
    boolean hasAdoptedStore() {
        return adoptedStore != null && configuration.getPendingStore() == adoptedStore;
    }

    /** What is known of the endpoint's tracked requests; null without a pendingStore. */
    public synchronized PendingView pendingView() {
        PendingInvocationStore store = configuration.getPendingStore();
        PendingView view = pendingView;
        if (store == null) {
            return null;
        }
        if (view == null || view.store() != store) {
            view = new PendingView(endpointName, store, Clock.systemUTC());
            pendingView = view;
        }
        return view;
    }

    private Long ofPending(Function<PendingView, Long> fact) {
        PendingView view = pendingView();
        return view == null ? null : fact.apply(view);
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
        PendingView view = pendingView();
        return view == null
                ? null
                : view.find(inferenceId)
                        .map(facts -> new JsonObject(facts).toJson())
                        .orElse(null);
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
    public HeaderFilterStrategy getHeaderFilterStrategy() {
        return configuration.getHeaderFilterStrategy();
    }

    @Override
    public void setHeaderFilterStrategy(HeaderFilterStrategy strategy) {
        configuration.setHeaderFilterStrategy(strategy);
    }

    @Override
    public String getServiceUrl() {
        if (configuration.isOverrideEndpoint()) {
            return configuration.getUriEndpointOverride();
        }
        return configuration.getRegion();
    }

    @Override
    public String getServiceProtocol() {
        return "sagemaker";
    }

    @Override
    public Map<String, String> getServiceMetadata() {
        return Map.of("endpointName", endpointName);
    }

    /** Whether all options of scheduled polling have the values that they have when nobody sets them. */
    private boolean hasDefaultScheduling() {
        return hasDefaultDelays() && hasDefaultScheduler() && hasDefaultBackoff();
    }

    private boolean hasDefaultDelays() {
        return (getInitialDelay() == UNSET || getInitialDelay() == DEFAULT_INITIAL_DELAY)
                && (getDelay() == UNSET || getDelay() == DEFAULT_DELAY)
                && getTimeUnit() == TimeUnit.MILLISECONDS
                && isUseFixedDelay()
                && isStartScheduler();
    }

    private boolean hasDefaultScheduler() {
        Map<String, Object> properties = getSchedulerProperties();
        return (getScheduler() == null || "none".equals(getScheduler()))
                && (properties == null || properties.isEmpty())
                && getScheduledExecutorService() == null
                && getPollStrategy() == null;
    }

    private boolean hasDefaultBackoff() {
        return getBackoffMultiplier() <= 0
                && getBackoffIdleThreshold() <= 0
                && getBackoffErrorThreshold() <= 0
                && getRepeatCount() <= 0
                && !isGreedy()
                && !isSendEmptyMessageWhenIdle();
    }
}
