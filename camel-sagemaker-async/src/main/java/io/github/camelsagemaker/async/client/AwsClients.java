package io.github.camelsagemaker.async.client;

import io.github.camelsagemaker.async.invoke.ConcurrencyLimit;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;
import software.amazon.awssdk.services.sns.SnsAsyncClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * The clients of one configuration: those the user gave, else built at first use and closed with this object.
 *
 * <p>Thread-safe. Building a client can fail, for want of a Region for example, with an {@link IllegalArgumentException}.
 */
public final class AwsClients implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AwsClients.class);

    /** The SDK's default for its HTTP clients. */
    private static final int CONNECTIONS_OF_OTHERS = 50;

    private final Lazy<SageMakerRuntimeAsyncClient> sageMaker;
    private final Lazy<S3AsyncClient> s3;
    private final Lazy<SqsAsyncClient> sqs;
    private final Lazy<SnsAsyncClient> sns;

    private final ConcurrencyLimit calls;
    private final ConcurrencyLimit uploads;

    /**
     * @param workers where calls begin that had to wait
     */
    public AwsClients(AwsClientConfiguration configuration, Executor workers) {
        this.calls = limit(configuration, configuration.getSageMakerRuntimeAsyncClient(), workers);
        this.uploads = limit(configuration, configuration.getS3AsyncClient(), workers);
        AwsClientFactory factory = new AwsClientFactory(configuration);
        this.sageMaker = new Lazy<>(configuration.getSageMakerRuntimeAsyncClient(), factory::sageMaker);
        this.s3 = new Lazy<>(configuration.getS3AsyncClient(), factory::s3);
        this.sqs = new Lazy<>(configuration.getSqsAsyncClient(), factory::sqs);
        this.sns = new Lazy<>(configuration.getSnsAsyncClient(), factory::sns);
    }

    private static ConcurrencyLimit limit(AwsClientConfiguration configuration, Object given, Executor workers) {
        int usual = given == null ? AwsClientFactory.MAX_CONNECTIONS : CONNECTIONS_OF_OTHERS;
        Integer calls = configuration.getMaxConcurrentCalls();
        return new ConcurrencyLimit(calls == null ? usual : calls, workers);
    }

    /** How many calls to SageMaker are under way at once: in front of the client, whose own waiting ends in a time-out. */
    public ConcurrencyLimit calls() {
        return calls;
    }

    /** The same for uploads of payloads in memory. */
    public ConcurrencyLimit uploads() {
        return uploads;
    }

    public SageMakerRuntimeAsyncClient sageMaker() {
        return sageMaker.get();
    }

    public S3AsyncClient s3() {
        return s3.get();
    }

    public SqsAsyncClient sqs() {
        return sqs.get();
    }

    public SnsAsyncClient sns() {
        return sns.get();
    }

    /** Closes the clients built here. Clients the user gave stay open. */
    @Override
    public void close() {
        sageMaker.close();
        s3.close();
        sqs.close();
        sns.close();
    }

    private static final class Lazy<C extends SdkAutoCloseable> {

        private final Supplier<C> factory;
        private final boolean given;
        private C client;

        Lazy(C given, Supplier<C> factory) {
            this.client = given;
            this.given = given != null;
            this.factory = factory;
        }

        synchronized C get() {
            if (client == null) {
                client = factory.get();
            }
            return client;
        }

        synchronized void close() {
            if (!given && client != null) {
                LOG.debug("Closing {}", client.getClass().getSimpleName());
                client.close();
                client = null;
            }
        }
    }
}
