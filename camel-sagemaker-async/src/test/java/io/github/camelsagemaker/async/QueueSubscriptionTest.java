package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelsagemaker.async.testinfra.ModelException;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import java.util.UUID;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
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
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("sagemaker-async:model?outputLocation=s3://" + results.bucket + "/out/&waitTimeSeconds=1"
                                + "&notificationQueue=" + queue + "&autoCreateQueue=true&topicArn=" + success + ","
                                + error)
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
