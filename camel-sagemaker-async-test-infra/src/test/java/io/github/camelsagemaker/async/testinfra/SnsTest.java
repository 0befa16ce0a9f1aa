package io.github.camelsagemaker.async.testinfra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sns.model.InvalidParameterException;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;
import software.amazon.awssdk.services.sns.model.NotFoundException;
import software.amazon.awssdk.services.sns.model.PublishBatchRequestEntry;
import software.amazon.awssdk.services.sns.model.PublishBatchResultEntry;
import software.amazon.awssdk.services.sns.model.Topic;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** SNS as its synchronous client and Camel's own component see it. */
class SnsTest {

    @RegisterExtension
    static final LocalAwsExtension AWS = new LocalAwsExtension();

    private static final ObjectMapper JSON = new ObjectMapper();
    private static SnsClient sns;

    private LocalAws aws;
    private String topic;
    private String queue;

    @BeforeAll
    static void client() {
        LocalAws aws = AWS.aws();
        sns = SnsClient.builder()
                .region(Region.of(aws.region()))
                .endpointOverride(aws.snsEndpoint())
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(aws.accessKeyId(), aws.secretAccessKey())))
                .build();
    }

    @AfterAll
    static void closeClient() {
        sns.close();
    }

    @BeforeEach
    void topicAndQueue(TestInfo test) {
        aws = AWS.aws();
        String name = test.getTestMethod().orElseThrow().getName();
        topic = sns.createTopic(r -> r.name(name)).topicArn();
        queue = aws.sqsClient().createQueue(r -> r.queueName(name)).join().queueUrl();
    }

    @Test
    void creatingATopicAgainAnswersTheSameOne() {
        String again = sns.createTopic(r -> r.name("creatingATopicAgainAnswersTheSameOne"))
                .topicArn();

        assertThat(again).isEqualTo(topic);
        assertThat(sns.listTopics().topics()).extracting(Topic::topicArn).containsOnlyOnce(topic);
    }

    @Test
    void aDeletedTopicTakesNoMessage() {
        sns.deleteTopic(r -> r.topicArn(topic));

        assertThatThrownBy(() -> sns.publish(r -> r.topicArn(topic).message("m")))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void subscriptionsAreListedAndCounted() {
        String subscription = subscribe(true);

        assertThat(sns.listSubscriptionsByTopic(r -> r.topicArn(topic)).subscriptions())
                .singleElement()
                .satisfies(s -> assertThat(s.subscriptionArn()).isEqualTo(subscription));
        assertThat(sns.getTopicAttributes(r -> r.topicArn(topic)).attributes())
                .containsEntry("SubscriptionsConfirmed", "1");
    }

    @Test
    void anUnsubscribedQueueGetsNothingMore() {
        String subscription = subscribe(true);
        sns.unsubscribe(r -> r.subscriptionArn(subscription));
        sns.publish(r -> r.topicArn(topic).message("first"));
        subscribe(true);
        sns.publish(r -> r.topicArn(topic).message("second"));

        assertThat(receive(1)).extracting(Message::body).containsExactly("second");
    }

    @Test
    void rawDeliveryCanBeSwitchedOnLater() {
        String subscription = subscribe(false);
        sns.setSubscriptionAttributes(r -> r.subscriptionArn(subscription)
                .attributeName("RawMessageDelivery")
                .attributeValue("true"));

        sns.publish(r -> r.topicArn(topic).message("plain"));

        assertThat(receive(1).get(0).body()).isEqualTo("plain");
    }

    @Test
    void theEnvelopeCarriesSubjectAndAttributesAndOddCharacters() throws Exception {
        subscribe(false);

        sns.publish(r -> r.topicArn(topic)
                .subject("s")
                .message("ä \"<&>\" \n +%")
                .messageAttributes(Map.of("n", attribute("Number", "7"))));

        JsonNode envelope = JSON.readTree(receive(1).get(0).body());
        assertThat(envelope.path("TopicArn").asText()).isEqualTo(topic);
        assertThat(envelope.path("Subject").asText()).isEqualTo("s");
        assertThat(envelope.path("Message").asText()).isEqualTo("ä \"<&>\" \n +%");
        assertThat(envelope.at("/MessageAttributes/n/Type").asText()).isEqualTo("Number");
        assertThat(envelope.at("/MessageAttributes/n/Value").asText()).isEqualTo("7");
    }

    @Test
    void rawDeliveryPassesAttributesOnWithTheirTypes() {
        subscribe(true);

        sns.publish(r -> r.topicArn(topic)
                .message("m")
                .messageAttributes(Map.of(
                        "text", attribute("String", "t"),
                        "number", attribute("Number", "7"),
                        "bytes",
                                MessageAttributeValue.builder()
                                        .dataType("Binary")
                                        .binaryValue(SdkBytes.fromByteArray(new byte[] {1, 2}))
                                        .build())));

        var attributes = receive(1).get(0).messageAttributes();
        assertThat(attributes.get("text").stringValue()).isEqualTo("t");
        assertThat(attributes.get("number").dataType()).isEqualTo("Number");
        assertThat(attributes.get("bytes").binaryValue().asByteArray()).containsExactly(1, 2);
    }

    @Test
    void aBatchIsDeliveredAndAnsweredEntryByEntry() {
        subscribe(true);

        var answer = sns.publishBatch(r -> r.topicArn(topic)
                .publishBatchRequestEntries(
                        PublishBatchRequestEntry.builder().id("a").message("1").build(),
                        PublishBatchRequestEntry.builder().id("b").message("2").build()));

        assertThat(answer.successful()).extracting(PublishBatchResultEntry::id).containsExactly("a", "b");
        assertThat(answer.failed()).isEmpty();
        assertThat(receive(2)).extracting(Message::body).containsExactlyInAnyOrder("1", "2");
    }

    @Test
    void aQueueThatIsGoneDoesNotFailThePublicationForTheOthers() {
        subscribe(true);
        sns.subscribe(r -> r.topicArn(topic).protocol("sqs").endpoint("arn:aws:sqs:us-east-1:000000000000:gone"));

        sns.publish(r -> r.topicArn(topic).message("m"));

        assertThat(receive(1)).extracting(Message::body).containsExactly("m");
    }

    @Test
    void anotherProtocolThanSqsIsRefused() {
        assertThatThrownBy(() ->
                        sns.subscribe(r -> r.topicArn(topic).protocol("email").endpoint("a@b.c")))
                .isInstanceOf(InvalidParameterException.class);
    }

    @Test
    void camelsOwnComponentCreatesTheTopicAndPublishes() throws Exception {
        subscribe(true);
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.getRegistry().bind("sns", sns);
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:in")
                            .to("aws2-sns:camelsOwnComponentCreatesTheTopicAndPublishes"
                                    + "?amazonSNSClient=#sns&autoCreateTopic=true&subject=s");
                }
            });
            camel.start();

            camel.createProducerTemplate().sendBody("direct:in", "from a route");
        }

        assertThat(receive(1)).extracting(Message::body).containsExactly("from a route");
    }

    private static MessageAttributeValue attribute(String type, String value) {
        return MessageAttributeValue.builder().dataType(type).stringValue(value).build();
    }

    private String subscribe(boolean raw) {
        String arn = aws.sqsClient()
                .getQueueAttributes(r -> r.queueUrl(queue).attributeNames(QueueAttributeName.QUEUE_ARN))
                .join()
                .attributes()
                .get(QueueAttributeName.QUEUE_ARN);
        return sns.subscribe(r -> r.topicArn(topic)
                        .protocol("sqs")
                        .endpoint(arn)
                        .attributes(Map.of("RawMessageDelivery", Boolean.toString(raw))))
                .subscriptionArn();
    }

    private List<Message> receive(int count) {
        List<Message> messages = new ArrayList<>();
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            messages.addAll(aws.sqsClient()
                    .receiveMessage(r -> r.queueUrl(queue)
                            .maxNumberOfMessages(10)
                            .waitTimeSeconds(1)
                            .messageAttributeNames("All"))
                    .join()
                    .messages());
            return messages.size() >= count;
        });
        return messages;
    }
}
