package io.github.camelsagemaker.async.testinfra.sqs;

import io.github.camelsagemaker.async.testinfra.sns.MessageAttribute;
import io.github.camelsagemaker.async.testinfra.sns.QueueSender;
import java.net.URI;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.ActorSystem;
import org.elasticmq.NodeAddress;
import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/** An ElasticMQ server. What it tells of its own address is where clients reach it, which is in front of it. */
public final class SqsServer implements AutoCloseable, QueueSender {

    private final ActorSystem threads = ActorSystem.create("elasticmq");
    private final URI backend;
    private final SqsAsyncClient client;

    /**
     * @param front where clients reach SQS: queue URLs begin with it
     * @param clients makes a client for an endpoint; closed with this server
     */
    public SqsServer(URI front, String region, String accountId, ClientFactory clients) {
        SQSRestServer server = SQSRestServerBuilder.withActorSystem(threads)
                .withInterface("127.0.0.1")
                .withDynamicPort()
                .withServerAddress(new NodeAddress("http", front.getHost(), front.getPort(), ""))
                .withAWSRegion(region)
                .withAWSAccountId(accountId)
                .start();
        int port = server.waitUntilStarted().localAddress().getPort();
        this.backend = URI.create("http://127.0.0.1:" + port);
        this.client = clients.create(backend);
    }

    /** Where ElasticMQ itself listens. */
    public URI backend() {
        return backend;
    }

    @Override
    public CompletableFuture<?> send(String queueArn, String body, Map<String, MessageAttribute> attributes) {
        String[] arn = queueArn.split(":");
        Map<String, MessageAttributeValue> values = new HashMap<>();
        attributes.forEach((name, attribute) -> values.put(name, value(attribute)));
        return client.sendMessage(SendMessageRequest.builder()
                .queueUrl(backend + "/" + arn[4] + "/" + arn[5])
                .messageBody(body)
                .messageAttributes(values)
                .build());
    }

    private static MessageAttributeValue value(MessageAttribute attribute) {
        MessageAttributeValue.Builder value = MessageAttributeValue.builder().dataType(attribute.type());
        return attribute.type().startsWith("Binary")
                ? value.binaryValue(SdkBytes.fromByteArray(Base64.getDecoder().decode(attribute.value())))
                        .build()
                : value.stringValue(attribute.value()).build();
    }

    /** Ends receives that wait for messages, too: the server's own stop would wait for them, up to twenty seconds. */
    @Override
    public void close() {
        client.close();
        threads.terminate();
        threads.getWhenTerminated().toCompletableFuture().join();
    }

    /** Makes a client that talks to an endpoint. */
    @FunctionalInterface
    public interface ClientFactory {
        SqsAsyncClient create(URI endpoint);
    }
}
