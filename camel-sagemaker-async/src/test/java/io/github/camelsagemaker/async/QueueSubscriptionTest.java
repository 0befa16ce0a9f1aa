package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelsagemaker.async.testinfra.ModelException;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.CreateQueueRequest;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

@Tag("any-camel")
class QueueSubscriptionTest extends QueueTestSupport {

    private final String id = UUID.randomUUID().toString();
    private String success;
    private String error;

    @BeforeEach
    void topics() {
        success = topic("success-" + id);
        error = topic("error-" + id);
    }

    private String topic(String name) {
        return AWS.aws().snsClient().createTopic(r -> r.name(name)).join().topicArn();
    }

    private void createEndpoint() {
        AWS.aws()
                .endpoint("model")
                .outputPath("s3://" + results.bucket + "/out/")
                .successTopic(success)
                .errorTopic(error)
                .model(request -> {
                    if (request.text().equals("bad")) {
                        throw new ModelException("bad input");
                    }
                    return new ModelResponse(request.text().toUpperCase().getBytes(), "text/plain");
                })
                .create();
    }

    private void subscribed(String queue) throws Exception {
        subscribed(queue, "");
    }

    private void subscribed(String queue, String options) throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("sagemaker-async:model?outputLocation=s3://" + results.bucket + "/out/&waitTimeSeconds=1"
                                + "&notificationQueue=" + queue + "&autoCreateQueue=true&topicArn=" + success + ","
                                + error + options)
                        .routeId("results")
                        .process(e -> emitted.add(e.getMessage().copy()));
            }
        });
        context.start();
    }

    private String attribute(String queue, QueueAttributeName name) {
        String url = results.sqs().getQueueUrl(r -> r.queueName(queue)).join().queueUrl();
        return results.sqs()
                .getQueueAttributes(r -> r.queueUrl(url).attributeNames(name))
                .join()
                .attributes()
                .get(name);
    }

    /** Keeps what queues are made with: the local SQS does not know all of it. */
    private SqsAsyncClient recording(Map<String, Map<QueueAttributeName, String>> made) {
        return (SqsAsyncClient) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {SqsAsyncClient.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("createQueue") && arguments[0] instanceof Consumer<?> consumer) {
                        CreateQueueRequest.Builder request = CreateQueueRequest.builder();
                        ((Consumer<Object>) consumer).accept(request);
                        made.put(request.build().queueName(), request.build().attributes());
                    }
                    return method.invoke(results.sqs(), arguments);
                });
    }

    @Test
    void aQueueIsMadeAsOptionsSayAndItsDeadLetterQueueBeforeIt() throws Exception {
        Map<String, Map<QueueAttributeName, String>> made = new LinkedHashMap<>();
        context.getRegistry().bind("recording", recording(made));
        subscribed(
                "q-" + id,
                "&sqsAsyncClient=#recording&deadLetterQueue=dead-" + id + "&messageRetentionPeriod=86400"
                        + "&visibilityTimeout=45&serverSideEncryptionEnabled=true&kmsMasterKeyId=alias/results");

        assertThat(made.keySet()).containsExactly("dead-" + id, "q-" + id);
        assertThat(made.get("dead-" + id))
                .isEqualTo(Map.of(
                        QueueAttributeName.MESSAGE_RETENTION_PERIOD, "1209600",
                        QueueAttributeName.KMS_MASTER_KEY_ID, "alias/results"));
        assertThat(made.get("q-" + id))
                .isEqualTo(Map.of(
                        QueueAttributeName.MESSAGE_RETENTION_PERIOD,
                        "86400",
                        QueueAttributeName.VISIBILITY_TIMEOUT,
                        "45",
                        QueueAttributeName.KMS_MASTER_KEY_ID,
                        "alias/results",
                        QueueAttributeName.REDRIVE_POLICY,
                        "{\"deadLetterTargetArn\":\"" + attribute("dead-" + id, QueueAttributeName.QUEUE_ARN)
                                + "\",\"maxReceiveCount\":5}"));
        assertThat(attribute("q-" + id, QueueAttributeName.REDRIVE_POLICY)).contains("dead-" + id);
    }

    @Test
    void aDeadLetterQueueThatIsThereIsTakenAsItIs() throws Exception {
        results.sqs()
                .createQueue(
                        r -> r.queueName("dead-" + id).attributes(Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, "77")))
                .join();
        subscribed("q-" + id, "&deadLetterQueue=dead-" + id);

        assertThat(attribute("dead-" + id, QueueAttributeName.VISIBILITY_TIMEOUT))
                .isEqualTo("77");
        assertThat(attribute("q-" + id, QueueAttributeName.REDRIVE_POLICY)).contains("dead-" + id);
    }

    @Test
    void aRedrivePolicyAndTheKeysOfSqsAreGivenToTheNewQueue() throws Exception {
        results.sqs().createQueue(r -> r.queueName("dead-" + id)).join();
        String policy = "{\"maxReceiveCount\":\"3\",\"deadLetterTargetArn\":\""
                + attribute("dead-" + id, QueueAttributeName.QUEUE_ARN) + "\"}";
        Map<String, Map<QueueAttributeName, String>> made = new LinkedHashMap<>();
        context.getRegistry().bind("recording", recording(made));
        subscribed(
                "q-" + id,
                "&sqsAsyncClient=#recording&serverSideEncryptionEnabled=true&redrivePolicy=RAW(" + policy + ")");

        assertThat(made)
                .isEqualTo(Map.of(
                        "q-" + id,
                        Map.of(
                                QueueAttributeName.SQS_MANAGED_SSE_ENABLED,
                                "true",
                                QueueAttributeName.REDRIVE_POLICY,
                                policy)));
    }

    @ParameterizedTest
    @CsvSource({
        "messageRetentionPeriod=59, 60 to 1209600",
        "messageRetentionPeriod=1209601, 60 to 1209600",
        "kmsMasterKeyId=k, serverSideEncryptionEnabled=true",
        "deadLetterQueue=a.fifo, a queue's name",
        "deadLetterQueue=a&redrivePolicy=b, exclude each other"
    })
    void optionsOfANewQueueThatAreWrongAreRefused(String options, String message) {
        assertThatThrownBy(() -> subscribed("q-" + id, "&" + options)).hasStackTraceContaining(message);
    }

    private long subscriptions(String topic) {
        return AWS.aws()
                .snsClient()
                .listSubscriptionsByTopic(r -> r.topicArn(topic))
                .join()
                .subscriptions()
                .size();
    }

    @Test
    void aMissingQueueIsCreatedSubscribedAndBringsSuccessesAndFailures() throws Exception {
        createEndpoint();
        subscribed("created-" + id);
        context.createProducerTemplate().sendBody("sagemaker-async:model", "good");
        context.createProducerTemplate().sendBody("sagemaker-async:model", "bad");

        awaitEmitted(2);
        assertThat(emitted)
                .map(m -> m.getHeader(SageMakerAsyncConstants.INVOCATION_STATUS))
                .containsExactlyInAnyOrder(InferenceStatus.COMPLETED, InferenceStatus.FAILED);
        assertThat(emitted).map(m -> m.getBody(String.class)).contains("GOOD");
        assertThat(emitted)
                .map(m -> m.getHeader(SageMakerAsyncConstants.INFERENCE_ID))
                .doesNotContainNull();
    }

    @Test
    void aRestartAddsNothing() throws Exception {
        String queue = "created-" + id;
        subscribed(queue);
        context.getRouteController().stopRoute("results");
        context.getRouteController().startRoute("results");

        assertThat(subscriptions(success)).isEqualTo(1);
        assertThat(subscriptions(error)).isEqualTo(1);
    }

    @Test
    void anEnvelopedSubscriptionIsMadeRaw() throws Exception {
        String arn = attribute(results.queue, QueueAttributeName.QUEUE_ARN);
        AWS.aws()
                .snsClient()
                .subscribe(r -> r.topicArn(success).protocol("sqs").endpoint(arn))
                .join();
        subscribed(results.queue);

        assertThat(subscriptions(success)).isEqualTo(1);
        String subscription = AWS.aws()
                .snsClient()
                .listSubscriptionsByTopic(r -> r.topicArn(success))
                .join()
                .subscriptions()
                .get(0)
                .subscriptionArn();
        assertThat(AWS.aws()
                        .snsClient()
                        .getSubscriptionAttributes(r -> r.subscriptionArn(subscription))
                        .join()
                        .attributes())
                .containsEntry("RawMessageDelivery", "true");
    }

    @Test
    void aQueueOfAnotherRegionStopsTheStartThoughThereIsOneOfThisName() {
        String elsewhere = "arn:aws:sqs:eu-central-1:000000000000:" + results.queue;

        assertThatThrownBy(() -> {
                    context.addRoutes(new RouteBuilder() {
                        @Override
                        public void configure() {
                            from(results.uri("").replace("=" + results.queue, "=" + elsewhere))
                                    .log("never");
                        }
                    });
                    context.start();
                })
                .hasStackTraceContaining("eu-central-1")
                .hasStackTraceContaining("us-east-1")
                .hasStackTraceContaining("notificationQueue");
    }

    @Test
    void aMissingQueueStopsTheStartAndSaysWhichOptionNamesIt() {
        results.sqs().deleteQueue(r -> r.queueUrl(results.queueUrl)).join();

        assertThatThrownBy(() -> route(""))
                .hasStackTraceContaining("GetQueueUrl")
                .hasStackTraceContaining(results.queue)
                .hasStackTraceContaining("notificationQueue");
    }
}
