package io.github.camelsagemaker.async.internal;

import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.internal.aws.AwsClients;
import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * An endpoint, as its producer and its consumers see it.
 *
 * @param options what its URI says
 * @param clients the AWS clients, shared with the component's other endpoints of the same options, and held until {@link #close}
 * @param ofExpectedOwners makes of an S3 client one that touches buckets of the expected owners only
 */
public record EndpointContext(
        String name,
        String uri,
        CamelContext camel,
        SageMakerAsyncConfiguration options,
        AwsClients clients,
        UnaryOperator<S3AsyncClient> ofExpectedOwners)
        implements AutoCloseable {

    /** S3 as it is to be asked for results, and to clear up. */
    public S3AsyncClient resultBuckets() {
        return ofExpectedOwners.apply(clients.s3());
    }

    /** The clients are needed no longer. */
    @Override
    public void close() {
        clients.release();
    }
}
