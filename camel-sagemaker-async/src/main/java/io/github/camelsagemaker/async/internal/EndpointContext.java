package io.github.camelsagemaker.async.internal;

import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.internal.aws.AwsClients;
import io.github.camelsagemaker.async.internal.concurrent.MemoryBudget;
import io.github.camelsagemaker.async.internal.s3.OwnedBuckets;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Service;
import org.apache.camel.StatefulService;
import org.apache.camel.spi.OnCamelContextStopped;
import org.apache.camel.spi.ShutdownStrategy;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.support.service.ServiceHelper;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * An endpoint, as its producer and its consumers see it.
 *
 * @param clients the AWS clients, shared with the component's other endpoints of the same options, and held until {@link #close}
 * @param memory what results that are read may take, of all endpoints of the component
 */
public record EndpointContext(
        String name,
        String uri,
        CamelContext camel,
        SageMakerAsyncConfiguration options,
        AwsClients clients,
        MemoryBudget memory)
        implements AutoCloseable {

    private static final Duration STOP_SLACK = Duration.ofSeconds(3);

    /** S3 as it is to be asked for results, and to clear up: it touches buckets of the expected owners only. */
    public S3AsyncClient resultBuckets() {
        return OwnedBuckets.of(
                clients.s3(),
                options.getExpectedResultBucketOwner(),
                options.getExpectedBucketOwner(),
                S3Prefix.parse("inputLocation", options.getInputLocation()));
    }

    /** The services that were started here, and the contexts that use them: nothing else knows of both contexts that share one. */
    private static final Map<Service, Set<CamelContext>> IN_USE = new IdentityHashMap<>();

    /**
     * Starts a store or repository of the user's, if not null, that is a Camel service, also one whose start failed before. It is stopped with the
     * last context that uses it; one that somebody else has started is stopped by nobody here.
     */
    public void start(Object object) throws Exception {
        if (object instanceof Service service && (camel.hasService(service) || !use(service))) {
            ServiceHelper.startService(service);
        } else if (object != null) {
            camel.addService(object, false, true);
        }
    }

    /** Whether this context is new to it. */
    private boolean use(Service service) {
        synchronized (IN_USE) {
            boolean isOthers = service instanceof StatefulService it && it.isStarted() && !IN_USE.containsKey(service);
            if (isOthers
                    || !IN_USE.computeIfAbsent(service, it -> Collections.newSetFromMap(new IdentityHashMap<>()))
                            .add(camel)) {
                return false;
            }
        }
        OnCamelContextStopped stopped = context -> giveUp(service, context);
        camel.addLifecycleStrategy(LifecycleStrategySupport.adapt(stopped));
        return true;
    }

    private static void giveUp(Service service, CamelContext context) {
        synchronized (IN_USE) { // also while it stops: who begins to use it then starts it again
            Set<CamelContext> users = IN_USE.getOrDefault(service, new HashSet<>());
            if (users.remove(context) && users.isEmpty()) {
                IN_USE.remove(service);
                ServiceHelper.stopService(service);
            }
        }
    }

    /** How long what stops may wait for AWS: little longer than Camel itself waits. */
    public static Duration stopTimeout(CamelContext camel) {
        ShutdownStrategy strategy = camel.getShutdownStrategy();
        return Duration.of(strategy.getTimeout(), strategy.getTimeUnit().toChronoUnit())
                .plus(STOP_SLACK);
    }

    @Override
    public void close() {
        clients.release();
    }
}
