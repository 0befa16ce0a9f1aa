package io.github.camelsagemaker.async.testinfra;

import io.github.camelsagemaker.async.testinfra.http.ForwardingHandler;
import io.github.camelsagemaker.async.testinfra.http.HttpFront;
import io.github.camelsagemaker.async.testinfra.http.ServiceHandler;
import io.github.camelsagemaker.async.testinfra.notification.NotificationFaults;
import io.github.camelsagemaker.async.testinfra.notification.NotificationPublisher;
import io.github.camelsagemaker.async.testinfra.s3.BatchesWithoutETags;
import io.github.camelsagemaker.async.testinfra.s3.S3Dialect;
import io.github.camelsagemaker.async.testinfra.s3.S3Server;
import io.github.camelsagemaker.async.testinfra.sagemaker.SageMakerDialect;
import io.github.camelsagemaker.async.testinfra.sagemaker.SageMakerService;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;
import software.amazon.awssdk.services.sns.SnsAsyncClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * SageMaker asynchronous inference, S3, SQS and SNS on free ports of 127.0.0.1, or elsewhere on order, in this JVM.
 *
 * <p>S3 is S3Proxy and SQS is ElasticMQ; both start at once. Nothing is shared between two instances. Thread-safe.
 */
public final class LocalAws implements AutoCloseable {

    private static final String REGION = "us-east-1";
    private static final String ACCESS_KEY_ID = "AKIALOCALAWS00000000";
    private static final String SECRET_ACCESS_KEY = "local-aws-secret";

    private final RecordedLedger ledger = new RecordedLedger();
    private final OrderedFaults faults = new OrderedFaults(ledger);
    private final EventLoopGroup threads = new NioEventLoopGroup(0, new DefaultThreadFactory("local-aws", true));
    private final S3Server s3;
    private final HttpFront s3Front;
    private final Messaging messaging;
    private final NotificationPublisher notifications;
    private final SageMakerService sageMaker;
    private final HttpFront sageMakerFront;
    private final Clients clients;
    private boolean closed;

    private LocalAws(Builder builder) {
        s3 = new S3Server(ACCESS_KEY_ID, SECRET_ACCESS_KEY, builder.s3OnDisk);
        Consumer<SocketChannel> forwarding = ForwardingHandler.forwardingTo(s3.backend());
        s3Front = new HttpFront(
                threads,
                builder.address(0),
                new S3Dialect(),
                faults,
                builder.s3IgnoresETags ? BatchesWithoutETags.of(s3).andThen(forwarding) : forwarding);
        messaging = new Messaging(
                threads,
                builder.address(2),
                builder.address(3),
                ledger,
                faults,
                REGION,
                ACCESS_KEY_ID,
                SECRET_ACCESS_KEY);
        notifications = new NotificationPublisher(REGION, messaging.sns()::publish);
        sageMaker = new SageMakerService(s3, notifications, ledger::accepted, ACCESS_KEY_ID, REGION, builder.clock);
        sageMakerFront = new HttpFront(
                threads, builder.address(1), new SageMakerDialect(), faults, ServiceHandler.serving(sageMaker::handle));
        clients = new Clients(REGION, ACCESS_KEY_ID, SECRET_ACCESS_KEY);
    }

    /** Starts everything with defaults. */
    public static LocalAws start() {
        return builder().start();
    }

    public static Builder builder() {
        return new Builder();
    }

    public URI s3Endpoint() {
        return s3Front.uri();
    }

    /** Of SageMaker Runtime, and of the two calls of the control plane that tell about endpoints. */
    public URI sageMakerEndpoint() {
        return sageMakerFront.uri();
    }

    public URI sqsEndpoint() {
        return messaging.sqsEndpoint();
    }

    public URI snsEndpoint() {
        return messaging.snsEndpoint();
    }

    public String region() {
        return REGION;
    }

    public String accessKeyId() {
        return ACCESS_KEY_ID;
    }

    public String secretAccessKey() {
        return SECRET_ACCESS_KEY;
    }

    /** A client of this S3, path style. Closed with this object. */
    public S3AsyncClient s3Client() {
        return clients.s3(s3Endpoint());
    }

    /** A client of this SageMaker. Closed with this object. */
    public SageMakerRuntimeAsyncClient sageMakerClient() {
        return clients.sageMaker(sageMakerEndpoint());
    }

    /** A client of this SQS. Closed with this object. */
    public SqsAsyncClient sqsClient() {
        return clients.sqs(sqsEndpoint());
    }

    /** A client of this SNS. Closed with this object. */
    public SnsAsyncClient snsClient() {
        return clients.sns(snsEndpoint());
    }

    /** The settings with which an AWS SDK of any application finds these servers, as system properties. */
    public Map<String, String> sdkSystemProperties() {
        return Map.of(
                "aws.region", REGION,
                "aws.accessKeyId", ACCESS_KEY_ID,
                "aws.secretAccessKey", SECRET_ACCESS_KEY,
                "aws.endpointUrlS3", s3Endpoint().toString(),
                "aws.endpointUrlSageMaker", sageMakerEndpoint().toString(),
                "aws.endpointUrlSageMakerRuntime", sageMakerEndpoint().toString(),
                "aws.endpointUrlSqs", sqsEndpoint().toString(),
                "aws.endpointUrlSns", snsEndpoint().toString());
    }

    /** Creates a bucket directly, without a request that counts. One that is there already is no error. */
    public void createBucket(String name) {
        if (!s3.bucketExists(name)) {
            s3.createBucket(name);
        }
    }

    /** Writes an object directly, without a request that counts. */
    public void putObject(String bucket, String key, byte[] body, String contentType) {
        s3.put(bucket, key, body, contentType);
    }

    /** Writes {@code count} objects named {@code prefix000000.out} and so on directly, without requests that count. */
    public void putObjects(String bucket, String prefix, int count, byte[] body) {
        for (int i = 0; i < count; i++) {
            s3.put(bucket, prefix + String.format("%06d.out", i), body, "application/octet-stream");
        }
    }

    /** The keys of the objects below a prefix, at most 1,000, without a request that counts or meets a fault. */
    public List<String> keys(String bucket, String prefix) {
        return s3.keys(bucket, prefix);
    }

    /**
     * Makes a queue, if there is none of that name, that is sent what is published to a topic. By requests, which count.
     *
     * @param raw as it was published; otherwise in SNS's envelope
     * @return the queue's URL
     */
    public String subscribe(String queueName, String topicArn, boolean raw) {
        String url = sqsClient()
                .createQueue(create -> create.queueName(queueName))
                .join()
                .queueUrl();
        String queueArn = sqsClient()
                .getQueueAttributes(get -> get.queueUrl(url).attributeNames(QueueAttributeName.QUEUE_ARN))
                .join()
                .attributes()
                .get(QueueAttributeName.QUEUE_ARN);
        snsClient()
                .subscribe(subscribe -> subscribe
                        .topicArn(topicArn)
                        .protocol("sqs")
                        .endpoint(queueArn)
                        .attributes(Map.of("RawMessageDelivery", Boolean.toString(raw))))
                .join();
        return url;
    }

    /** Describes an endpoint to create. */
    public LocalEndpoint.Builder endpoint(String endpointName) {
        return new LocalEndpoint.Builder(endpointName, sageMaker::create);
    }

    /** Orders how unreliably notifications are published from now on. */
    public void notificationFaults(NotificationFaults order) {
        notifications.order(order);
    }

    /** How many notifications were never published because of {@link #notificationFaults}. */
    public long lostNotifications() {
        return notifications.lost();
    }

    /** How many notifications were published twice because of {@link #notificationFaults}. */
    public long doubledNotifications() {
        return notifications.doubled();
    }

    /** How many connections clients hold open to the servers, without those of the clients that this object gives out. */
    public int openConnections() {
        return sageMakerFront.openConnections() + s3Front.openConnections() + messaging.openConnections();
    }

    public Ledger ledger() {
        return ledger;
    }

    public Faults faults() {
        return faults;
    }

    /** Stops all servers and closes all clients. Closing twice is no error. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        clients.close();
        sageMakerFront.close();
        sageMaker.close();
        notifications.close();
        messaging.close();
        s3Front.close();
        s3.close();
        threads.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** What can be chosen before the start. Not thread-safe. */
    public static final class Builder {

        private boolean s3OnDisk;
        private boolean s3IgnoresETags;
        private Clock clock = Clock.systemUTC();
        private String address = "127.0.0.1";
        private int firstPort;

        /** Keep objects in a temporary folder instead of memory: for payloads that do not fit. */
        public Builder s3OnDisk() {
            this.s3OnDisk = true;
            return this;
        }

        /** S3 deletes with DeleteObjects whatever is named, as stores that do not know the ETags there. */
        public Builder s3IgnoringETagsOfBatches() {
            this.s3IgnoresETags = true;
            return this;
        }

        /**
         * Listen on this address instead of 127.0.0.1, such as 0.0.0.0 for other machines: for S3 on this port, and on the three next
         * ones for SageMaker, SQS and SNS. The addresses that this object tells are those of this machine.
         */
        public Builder listenOn(String value, int port) {
            this.address = value;
            this.firstPort = port;
            return this;
        }

        private InetSocketAddress address(int service) {
            return new InetSocketAddress(address, firstPort == 0 ? 0 : firstPort + service);
        }

        /** The clock that queue times are measured by; the system's by default. */
        public Builder clock(Clock value) {
            this.clock = value;
            return this;
        }

        public LocalAws start() {
            return new LocalAws(this);
        }
    }
}
