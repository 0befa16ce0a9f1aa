package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.await.ReplyManager;
import io.github.camelsagemaker.async.client.AwsClientConfiguration;
import io.github.camelsagemaker.async.client.AwsClients;
import io.github.camelsagemaker.async.client.ClientSettings;
import io.github.camelsagemaker.async.internal.concurrent.GrowingThreadPool;
import io.github.camelsagemaker.async.internal.options.OptionCheck;
import io.github.camelsagemaker.async.invoke.StagedInputs;
import io.github.camelsagemaker.async.landing.LeftToQueue;
import io.github.camelsagemaker.async.observe.Observability;
import io.github.camelsagemaker.async.settle.ResultClaims;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.PropertyConfigurerGetter;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.HealthCheckComponent;

/**
 * Creates endpoints, and owns the AWS clients they share: one set for each distinct configuration, closed when the component
 * stops.
 */
@Component(SageMakerAsyncConstants.SCHEME)
public class SageMakerAsyncComponent extends HealthCheckComponent {

    @Metadata
    private SageMakerAsyncConfiguration configuration = new SageMakerAsyncConfiguration();

    private final Map<ClientSettings, AwsClients> clients = new ConcurrentHashMap<>();
    private final StagedInputs stagedInputs = new StagedInputs();
    private final ReplyManager replyManager = new ReplyManager(this::getCamelContext);
    private final Observability observability = new Observability(this::getCamelContext);
    private volatile GrowingThreadPool workers;
    private final LeftToQueue leftToQueue = new LeftToQueue();
    private final RequiredBuckets requiredBuckets = new RequiredBuckets();
    private final ResultClaims resultClaims = new ResultClaims(() -> getCamelContext()
            .getExecutorServiceManager()
            .newSingleThreadScheduledExecutor(this, "SageMakerAsyncClaims"));

    public SageMakerAsyncComponent() {
        this(null);
    }

    public SageMakerAsyncComponent(CamelContext context) {
        super(context);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        checkText(parameters);
        SageMakerAsyncConfiguration options = configuration.copy();
        options.setPendingStore(null); // so that it is seen whether the URI names one
        SageMakerAsyncEndpoint endpoint = new SageMakerAsyncEndpoint(uri, this, remaining, options);
        Map<String, Object> given = new LinkedHashMap<>(parameters);
        try {
            setProperties(endpoint, parameters);
        } catch (RuntimeException e) {
            throw namingTheOption(uri, remaining, given, e);
        }
        endpoint.adoptStore(configuration.getPendingStore());
        return endpoint;
    }

    /** Camel's own message about a value that cannot be converted does not say which option has it. */
    private RuntimeException namingTheOption(
            String uri, String remaining, Map<String, Object> given, RuntimeException failure) throws Exception {
        for (Map.Entry<String, Object> option : given.entrySet()) {
            try {
                setProperties(
                        new SageMakerAsyncEndpoint(uri, this, remaining, configuration.copy()),
                        new HashMap<>(Map.of(option.getKey(), option.getValue())));
            } catch (RuntimeException e) {
                return new IllegalArgumentException(
                        "Option " + option.getKey() + " cannot be set: " + e.getMessage(), e);
            }
        }
        return failure;
    }

    /** Camel takes what is no number for 0, and its message about an enum names neither the option nor the values allowed. */
    private void checkText(Map<String, Object> parameters) {
        PropertyConfigurerGetter options = (PropertyConfigurerGetter) getEndpointPropertyConfigurer();
        parameters.forEach((option, value) -> {
            if (value instanceof String text && !text.startsWith("#")) {
                OptionCheck.readable(option, options.getOptionType(option, true), text);
            }
        });
    }

    /** The clients for these options; endpoints with the same options share them. */
    AwsClients clients(AwsClientConfiguration options) {
        return clients.computeIfAbsent(ClientSettings.of(options), settings -> new AwsClients(options, workers()));
    }

    /** The threads of all producers. */
    Executor workers() {
        GrowingThreadPool pool = workers;
        if (pool != null) {
            return pool;
        }
        synchronized (this) {
            if (workers == null) {
                workers = new GrowingThreadPool(getCamelContext(), this, "SageMakerAsyncProducer");
            }
            return workers;
        }
    }

    /** Which payloads this component's producers staged lately, and what for. */
    StagedInputs stagedInputs() {
        return stagedInputs;
    }

    /** What the producers share that await results. */
    ReplyManager replyManager() {
        return replyManager;
    }

    /** Which results failed and are left to their queue, also over a route's stop. */
    LeftToQueue leftToQueue() {
        return leftToQueue;
    }

    /** What producers and consumers are watched with. */
    Observability observability() {
        return observability;
    }

    /** Which buckets were found to exist. */
    RequiredBuckets requiredBuckets() {
        return requiredBuckets;
    }

    /** Which results are in progress on this node. */
    ResultClaims resultClaims() {
        return resultClaims;
    }

    public SageMakerAsyncConfiguration getConfiguration() {
        return configuration;
    }

    /** The options that endpoints have unless their URI says otherwise. */
    public void setConfiguration(SageMakerAsyncConfiguration configuration) {
        this.configuration = configuration;
    }

    @Override
    protected void doStop() throws Exception {
        replyManager.close();
        resultClaims.close();
        requiredBuckets.forget();
        clients.values().forEach(AwsClients::close);
        clients.clear();
        closeWorkers();
        super.doStop();
    }

    /** The last: what still ends, ends on them. */
    private synchronized void closeWorkers() {
        if (workers != null) {
            workers.close();
            workers = null;
        }
    }
}
