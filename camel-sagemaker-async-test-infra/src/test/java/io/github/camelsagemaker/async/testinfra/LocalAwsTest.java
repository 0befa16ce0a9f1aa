package io.github.camelsagemaker.async.testinfra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelsagemaker.async.testinfra.notification.NotificationFaults;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.Message;

class LocalAwsTest {

    private final ObjectMapper json = new ObjectMapper();

    @Test
    void aPartThatBreaksHalfWayIsSeenAsABrokenUploadAndSentAgain() {
        try (LocalAws aws = LocalAws.start()) {
            aws.createBucket("bucket");
            aws.faults().forS3Part(1, 1, Fault.resetBeforeAccept());
            String upload = aws.s3Client()
                    .createMultipartUpload(r -> r.bucket("bucket").key("k"))
                    .join()
                    .uploadId();

            aws.s3Client()
                    .uploadPart(
                            r -> r.bucket("bucket").key("k").uploadId(upload).partNumber(1),
                            AsyncRequestBody.fromBytes(new byte[5 * 1024 * 1024]))
                    .join();

            assertThat(aws.ledger().calls("UploadPart")).isEqualTo(2);
            assertThat(aws.s3Client()
                            .listMultipartUploads(r -> r.bucket("bucket"))
                            .join()
                            .uploads())
                    .hasSize(1);
        }
    }

    @Test
    void connectionsOfForeignClientsAreCountedUntilTheyClose() {
        try (LocalAws aws = LocalAws.start()) {
            aws.createBucket("bucket");
            aws.s3Client().headBucket(r -> r.bucket("bucket")).join();
            assertThat(aws.openConnections()).isZero();
            try (S3AsyncClient foreign = S3AsyncClient.builder()
                    .region(Region.of(aws.region()))
                    .endpointOverride(aws.s3Endpoint())
                    .forcePathStyle(true)
                    .credentialsProvider(StaticCredentialsProvider.create(
                            AwsBasicCredentials.create(aws.accessKeyId(), aws.secretAccessKey())))
                    .build()) {
                foreign.headBucket(r -> r.bucket("bucket")).join();
                assertThat(aws.openConnections()).isEqualTo(1);
            }
            await().until(() -> aws.openConnections() == 0);
        }
    }

    @Test
    void objectsOnDiskAreReadBackAndRemovedAtTheEnd() {
        LocalAws aws = LocalAws.builder().s3OnDisk().start();
        try (aws) {
            aws.createBucket("bucket");
            aws.putObjects("bucket", "out/", 3, new byte[] {1});

            assertThat(aws.s3Client()
                            .listObjectsV2(r -> r.bucket("bucket").prefix("out/"))
                            .join()
                            .contents())
                    .hasSize(3);
            assertThat(aws.ledger().calls("PutObject")).isZero();
            assertThat(aws.ledger().calls("ListObjectsV2")).isEqualTo(1);
        }
    }

    @Test
    void notificationsReachASubscribedQueueRawAndInTheEnvelope() throws Exception {
        try (LocalAws aws = LocalAws.start()) {
            aws.createBucket("bucket");
            String topic =
                    aws.snsClient().createTopic(r -> r.name("success")).join().topicArn();
            String raw = aws.subscribe("raw", topic, true);
            String wrapped = aws.subscribe("wrapped", topic, false);
            aws.endpoint("e")
                    .outputPath("s3://bucket/out/")
                    .successTopic(topic)
                    .responseInNotification()
                    .create();

            aws.sageMakerClient()
                    .invokeEndpointAsync(
                            r -> r.endpointName("e").inferenceId("id-1").body(SdkBytes.fromUtf8String("hi")))
                    .join();

            JsonNode notification = json.readTree(receive(aws, raw, 1).get(0));
            assertThat(notification.path("inferenceId").asText()).isEqualTo("id-1");
            assertThat(notification.path("invocationStatus").asText()).isEqualTo("Completed");
            assertThat(notification.path("responseBody").path("content").asText())
                    .isEqualTo("aGk=");
            JsonNode envelope = json.readTree(receive(aws, wrapped, 1).get(0));
            assertThat(envelope.path("Type").asText()).isEqualTo("Notification");
            assertThat(json.readTree(envelope.path("Message").asText())).isEqualTo(notification);
            assertThat(aws.ledger().calls("ReceiveMessage")).isPositive();
            assertThat(aws.ledger().calls("Subscribe")).isEqualTo(2);
        }
    }

    @Test
    void aFailureIsToldToTheErrorTopicWithoutALocation() throws Exception {
        try (LocalAws aws = LocalAws.start()) {
            aws.createBucket("bucket");
            String topic =
                    aws.snsClient().createTopic(r -> r.name("error")).join().topicArn();
            String queue = aws.subscribe("q", topic, true);
            aws.endpoint("e")
                    .outputPath("s3://bucket/out/")
                    .errorTopic(topic)
                    .model(Model.failing("bad"))
                    .create();

            aws.sageMakerClient()
                    .invokeEndpointAsync(r -> r.endpointName("e").body(SdkBytes.fromUtf8String("hi")))
                    .join();

            JsonNode notification = json.readTree(receive(aws, queue, 1).get(0));
            assertThat(notification.path("invocationStatus").asText()).isEqualTo("Failed");
            assertThat(notification.path("failureReason").asText()).contains("bad");
            assertThat(notification.has("responseParameters")).isFalse();
        }
    }

    @Test
    void lostAndDoubledNotificationsAreAsManyAsOrdered() throws Exception {
        try (LocalAws aws = LocalAws.start()) {
            aws.createBucket("bucket");
            String topic = aws.snsClient().createTopic(r -> r.name("t")).join().topicArn();
            String queue = aws.subscribe("q", topic, true);
            aws.endpoint("e").outputPath("s3://bucket/out/").successTopic(topic).create();
            aws.notificationFaults(new NotificationFaults(1, 0, 1, 0.5, Duration.ofMillis(20)));

            for (int i = 0; i < 5; i++) {
                aws.sageMakerClient()
                        .invokeEndpointAsync(r -> r.endpointName("e").body(SdkBytes.fromUtf8String("hi")))
                        .join();
            }

            assertThat(receive(aws, queue, 10)).hasSize(10);
        }
    }

    @Test
    void closingLeavesNoPortAndNoThread() {
        Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
        LocalAws aws = LocalAws.start();
        aws.createBucket("bucket");
        aws.s3Client().listObjectsV2(r -> r.bucket("bucket")).join();
        int port = aws.s3Endpoint().getPort();

        aws.close();
        aws.close();

        assertThatThrownBy(() -> new Socket("127.0.0.1", port).close()).isInstanceOf(java.net.ConnectException.class);
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .filteredOn(thread -> !before.contains(thread)
                                && !thread.isDaemon()
                                && !thread.getName().startsWith("awaitility"))
                        .isEmpty());
    }

    @Test
    void closingEndsReceivesThatWaitForMessages() {
        LocalAws aws = LocalAws.start();
        try (SqsAsyncClient foreign = SqsAsyncClient.builder()
                .region(Region.of(aws.region()))
                .endpointOverride(aws.sqsEndpoint())
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(aws.accessKeyId(), aws.secretAccessKey())))
                .build()) {
            String queue = foreign.createQueue(r -> r.queueName("q")).join().queueUrl();
            var waiting = foreign.receiveMessage(r -> r.queueUrl(queue).waitTimeSeconds(20));
            await().until(() -> aws.ledger().calls("ReceiveMessage") == 1);

            aws.close();

            assertThat(waiting).failsWithin(Duration.ofSeconds(30));
        }
    }

    private static List<String> receive(LocalAws aws, String queueUrl, int count) {
        List<String> bodies = new ArrayList<>();
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            aws
                    .sqsClient()
                    .receiveMessage(
                            r -> r.queueUrl(queueUrl).maxNumberOfMessages(10).waitTimeSeconds(1))
                    .join()
                    .messages()
                    .stream()
                    .map(Message::body)
                    .forEach(bodies::add);
            return bodies.size() >= count;
        });
        return bodies;
    }
}
