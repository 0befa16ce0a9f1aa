package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.internal.EndpointContext;
import io.github.camelsagemaker.async.internal.EndpointPart;
import io.github.camelsagemaker.async.internal.aws.AwsClients;
import io.github.camelsagemaker.async.internal.concurrent.MemoryBudget;
import io.github.camelsagemaker.async.internal.concurrent.RouteStops;
import io.github.camelsagemaker.async.internal.concurrent.StartPatience;
import io.github.camelsagemaker.async.internal.concurrent.WorkerPool;
import io.github.camelsagemaker.async.internal.consume.ConsumerRuntime;
import io.github.camelsagemaker.async.internal.consume.ReconcileExclusions;
import io.github.camelsagemaker.async.internal.consume.ResultClaims;
import io.github.camelsagemaker.async.internal.consume.ScanPaces;
import io.github.camelsagemaker.async.internal.observe.Observability;
import io.github.camelsagemaker.async.internal.options.OptionCheck;
import io.github.camelsagemaker.async.internal.reply.ReplyManager;
import io.github.camelsagemaker.async.internal.request.KeptPayloads;
import io.github.camelsagemaker.async.internal.result.ResultStream;
import io.github.camelsagemaker.async.internal.s3.RequiredBuckets;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import io.github.camelsagemaker.async.internal.s3.StagedInputs;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.PropertyConfigurer;
import org.apache.camel.spi.PropertyConfigurerGetter;
import org.apache.camel.spi.Registry;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.HealthCheckComponent;
import org.apache.camel.support.SimpleTypeConverter;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.util.StringHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates endpoints, and owns the AWS clients they share: one set for each distinct configuration, closed a few seconds after the
 * last producer or consumer that uses it has stopped.
 */
@Component(SageMakerAsyncConstants.SCHEME)
public class SageMakerAsyncComponent extends HealthCheckComponent {

    private static final Logger LOG = LoggerFactory.getLogger(SageMakerAsyncComponent.class);

    private static final int UNUSED_SECONDS = 5;
    private static final int USUAL_WORKERS = 64;

    /** They lack methods that are called later, some of them seldom. */
    private static final Pattern TOO_OLD = Pattern.compile("([1-3]|4\\.(\\d|1[0-3]))(\\..*)?");

    @Metadata
    private SageMakerAsyncConfiguration configuration = new SageMakerAsyncConfiguration();

    private final Map<AwsClients.Settings, AwsClients> clients = new ConcurrentHashMap<>();

    final MemoryBudget memory = MemoryBudget.ofHeap();

    final KeptPayloads keptPayloads = new KeptPayloads();

    final RouteStops stops = new RouteStops(this::execute);

    final ReplyManager replyManager = new ReplyManager(this::getCamelContext, stops);

    /** Of the paces of scans. */
    LongSupplier nanoTime = System::nanoTime;

    /** How long after its start SageMaker is asked whether a route will get anything, in milliseconds. */
    int comparedAfter = 5_000;

    final ConsumerRuntime.Shared shared = new ConsumerRuntime.Shared(
            new StagedInputs(),
            new ReconcileExclusions(),
            new ResultClaims(this::execute),
            new RequiredBuckets(),
            new StartPatience(),
            new StartPatience(),
            new Observability(this::getCamelContext),
            new ScanPaces(() -> nanoTime.getAsLong()),
            () -> comparedAfter,
            this::execute);

    private final Set<EndpointPart> parts = ConcurrentHashMap.newKeySet();
    private volatile WorkerPool workers;

    public SageMakerAsyncComponent() {
        this(null);
    }

    public SageMakerAsyncComponent(CamelContext context) {
        super(context);
    }

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        parameters.forEach((option, value) -> checkText(getEndpointPropertyConfigurer(), option, value));
        SageMakerAsyncEndpoint endpoint = new SageMakerAsyncEndpoint(uri, this, remaining, configuration.copy());
        Map<String, Object> given = new LinkedHashMap<>(parameters);
        try {
            setProperties(endpoint, parameters);
        } catch (RuntimeException e) {
            throw namingTheOption(uri, remaining, given, e);
        }
        endpoint.uriOptions = given.keySet();
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
                boolean isBean = String.valueOf(option.getValue()).matches("#(bean:)?[^:]+");
                return new IllegalArgumentException(
                        "Option " + option.getKey() + " cannot be set: " + e.getMessage()
                                + (isBean ? ". Bind a bean of this name and type in the registry, or correct it" : ""),
                        e);
            }
        }
        return failure;
    }

    /** Camel takes text that is no number for 0, and its message about an enum names neither the option nor the values allowed. */
    private static void checkText(PropertyConfigurer configurer, String option, Object value) {
        if (value instanceof String text && !text.startsWith("#")) {
            OptionCheck.readable(option, ((PropertyConfigurerGetter) configurer).getOptionType(option, true), text);
        }
    }

    /** With the same check of what camel-main sets on the component. */
    @Override
    public PropertyConfigurer getComponentPropertyConfigurer() {
        PropertyConfigurer configurer = super.getComponentPropertyConfigurer();
        return configurer instanceof PropertyConfigurerGetter options
                ? new CheckedConfigurer(configurer, options)
                : configurer;
    }

    private record CheckedConfigurer(PropertyConfigurer configurer, PropertyConfigurerGetter options)
            implements PropertyConfigurer, PropertyConfigurerGetter {

        @Override
        public boolean configure(CamelContext context, Object target, String name, Object value, boolean ignoreCase) {
            checkText(configurer, name, value);
            return configurer.configure(context, target, name, value, ignoreCase);
        }

        @Override
        public Class<?> getOptionType(String name, boolean ignoreCase) {
            return options.getOptionType(name, ignoreCase);
        }

        @Override
        public String[] getAutowiredNames() {
            return options.getAutowiredNames();
        }

        @Override
        public Object getCollectionValueType(Object target, String name, boolean ignoreCase) {
            return options.getCollectionValueType(target, name, ignoreCase);
        }

        @Override
        public Object getOptionValue(Object target, String name, boolean ignoreCase) {
            return options.getOptionValue(target, name, ignoreCase);
        }
    }

    /** The clients for these options, which endpoints with the same options share. Whoever is done with them releases them. */
    AwsClients holdClients(SageMakerAsyncConfiguration options) {
        return clients.compute(AwsClients.settings(options), (settings, there) -> {
            AwsClients held = there != null
                    ? there
                    : new AwsClients(
                            options.copy(),
                            workers(),
                            client -> bean(options, client),
                            unused -> closeUnused(settings, unused));
            held.hold();
            return held;
        });
    }

    /** The one that Camel would autowire, or null; of several it takes none, without a word. */
    private Object bean(AwsClientConfiguration options, Class<?> client) {
        if (options.hasChosen || !isAutowiredEnabled() || !getCamelContext().isAutowiredEnabled()) {
            return null;
        }
        Registry beans = getCamelContext().getRegistry();
        Set<String> names = new TreeSet<>(beans.findByTypeWithName(client).keySet());
        Object only = beans.findSingleByType(client);
        if (only != null || names.size() < 2) {
            return only;
        }
        String option = StringHelper.decapitalize(client.getSimpleName());
        boolean isOption =
                ((PropertyConfigurerGetter) getEndpointPropertyConfigurer()).getOptionType(option, true) != null;
        throw new IllegalArgumentException((isOption ? "Option " + option + " is not set, and which" : "Which")
                + " of the beans " + names + " is meant is not known: "
                + (isOption ? "set " + option + "=#bean:" + names.iterator().next() + ", " : "")
                + "make one of them primary, or set autowiredEnabled=false on the component to use none");
    }

    /** Not at once: a route that is started again would build them anew, and a clean-up may be on its way. */
    private void closeUnused(AwsClients.Settings settings, AwsClients unused) {
        CompletableFuture.delayedExecutor(UNUSED_SECONDS, TimeUnit.SECONDS, this::execute)
                .execute(() -> {
                    clients.computeIfPresent(
                            settings, (same, there) -> there == unused && !unused.isHeld() ? null : there);
                    if (!unused.isHeld()) {
                        unused.close();
                    }
                });
    }

    /** Also when the component has stopped: whoever was late may have built clients again. */
    void execute(Runnable task) {
        Executor last = workers;
        (last == null ? workers() : last).execute(task);
    }

    synchronized Executor workers() {
        if (workers == null || workers.isClosed()) {
            workers = new WorkerPool(getCamelContext(), this, "SageMakerAsyncProducer", USUAL_WORKERS, true);
        }
        return workers;
    }

    public SageMakerAsyncConfiguration getConfiguration() {
        return configuration;
    }

    /** The options that endpoints have unless their URI says otherwise. */
    public void setConfiguration(SageMakerAsyncConfiguration configuration) {
        this.configuration = configuration;
    }

    @Override
    protected void doInit() throws Exception {
        String camel = getCamelContext().getVersion();
        OptionCheck.require(
                camel == null || !TOO_OLD.matcher(camel).matches(),
                "Camel " + camel + " is too old for camel-sagemaker-async, which needs 4.14 or newer");
        super.doInit();
        // Camel's own way takes three times the length.
        getCamelContext()
                .getTypeConverterRegistry()
                .addTypeConverter(
                        byte[].class,
                        ResultStream.class,
                        new SimpleTypeConverter(
                                false, (type, exchange, stream) -> ((ResultStream) stream).readAllBytes()));
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        stops.start(getCamelContext());
        if (getCamelContext().getStatus().isStarting()) {
            getCamelContext().getEndpoints().forEach(this::askForInputBucket);
        }
        for (EndpointPart part : parts) {
            part.begin();
        }
    }

    /** Before the producers start, one after the other, and each waits for the answer. */
    private void askForInputBucket(Endpoint endpoint) {
        if (endpoint instanceof SageMakerAsyncEndpoint ours && ours.getComponent() == this) {
            try {
                ServiceHelper.initService(ours);
                SageMakerAsyncConfiguration options = ours.getConfiguration();
                S3Prefix place = S3Prefix.parse("inputLocation", options.getInputLocation());
                if (place != null && options.isCheckBucketsAtStart()) {
                    EndpointContext context = ours.context();
                    shared.buckets().ask(context.clients().s3(), Map.of("inputLocation", place));
                    context.close();
                }
            } catch (RuntimeException e) {
                LOG.debug("The bucket of {} cannot be asked for; the start of its route says why", ours, e);
            }
        }
    }

    /** The producers and consumers that are started. */
    public List<EndpointPart> parts() {
        return List.copyOf(parts);
    }

    void start(EndpointPart part) throws Exception {
        part.begin();
        parts.add(part);
    }

    void stop(EndpointPart part) {
        parts.remove(part);
        part.end();
    }

    @Override
    protected void doStop() throws Exception {
        stops.close(getCamelContext());
        parts.forEach(EndpointPart::end);
        replyManager.close();
        shared.claims().close();
        shared.buckets().forget();
        clients.values().forEach(AwsClients::close);
        clients.clear();
        synchronized (this) { // the last: what still ends, ends on them
            if (workers != null) {
                workers.close();
            }
        }
        super.doStop();
    }
}
