package io.github.camelsagemaker.async.internal;

import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.internal.aws.AwsClients;
import io.github.camelsagemaker.async.internal.s3.OwnedBuckets;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import java.time.Duration;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.ShutdownStrategy;
import org.apache.camel.support.service.ServiceHelper;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * An endpoint, as its producer and its consumers see it.
 *
 * @param options what its URI says
 * @param clients the AWS clients, shared with the component's other endpoints of the same options, and held until {@link #close}
 */
public record EndpointContext(
        String name, String uri, CamelContext camel, SageMakerAsyncConfiguration options, AwsClients clients)
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

    /** Starts a store or repository of the user's that is a Camel service, also one whose start failed before. It stops with Camel. */
    public void start(Object service) throws Exception {
        if (camel.hasService(service)) {
            ServiceHelper.startService(service);
        } else {
            camel.addService(service, true, true);
        }
    }

    /** How long what stops may wait for AWS: little longer than Camel itself waits. */
    public Duration stopTimeout() {
        return stopTimeout(camel);
    }

    public static Duration stopTimeout(CamelContext camel) {
        ShutdownStrategy strategy = camel.getShutdownStrategy();
        return Duration.of(strategy.getTimeout(), strategy.getTimeUnit().toChronoUnit())
                .plus(STOP_SLACK);
    }

    /** The clients are needed no longer. */
    @Override
    public void close() {
        clients.release();
    }
}
