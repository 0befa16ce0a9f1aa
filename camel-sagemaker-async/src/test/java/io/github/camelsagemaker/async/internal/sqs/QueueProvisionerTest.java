package io.github.camelsagemaker.async.internal.sqs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("no-camel")
class QueueProvisionerTest {

    private static final String QUEUE = "arn:aws:sqs:eu-west-1:123456789012:results";
    private static final List<String> TOPICS =
            List.of("arn:aws:sns:eu-west-1:123456789012:done", "arn:aws:sns:eu-west-1:123456789012:failed");

    private static JsonNode statements(String policy) throws Exception {
        return new ObjectMapper().readTree(policy).path("Statement");
    }

    private static String allowing(List<String> topicArns, String queueArn, String current) {
        return QueueProvisioner.policy(topicArns, queueArn, current).orElseThrow();
    }

    @Test
    void onlyTheTopicsMaySendAndOnlyToTheQueue() throws Exception {
        JsonNode statement = statements(allowing(TOPICS, QUEUE, null)).get(0);

        assertThat(statement.path("Effect").asText()).isEqualTo("Allow");
        assertThat(statement.at("/Principal/Service").asText()).isEqualTo("sns.amazonaws.com");
        assertThat(statement.path("Action").asText()).isEqualTo("sqs:SendMessage");
        assertThat(statement.path("Resource").asText()).isEqualTo(QUEUE);
        assertThat(statement.at("/Condition/ArnEquals/aws:SourceArn"))
                .map(JsonNode::asText)
                .isEqualTo(TOPICS);
    }

    @Test
    void aSecondTimeChangesNothing() {
        String once = allowing(TOPICS, QUEUE, null);

        assertThat(QueueProvisioner.policy(TOPICS, QUEUE, once)).isEmpty();
        assertThat(QueueProvisioner.policy(TOPICS, QUEUE, "")).contains(once);
    }

    @Test
    void otherTopicsReplaceTheFormerOnes() throws Exception {
        String once = allowing(TOPICS, QUEUE, null);
        String twice = allowing(TOPICS.subList(0, 1), QUEUE, once);

        assertThat(statements(twice)).hasSize(1);
        assertThat(statements(twice).get(0).at("/Condition/ArnEquals/aws:SourceArn"))
                .hasSize(1);
    }

    @Test
    void statementsOfOthersStay() throws Exception {
        String theirs = "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Sid\":\"Theirs\",\"Effect\":\"Deny\"}]}";

        assertThat(statements(allowing(TOPICS, QUEUE, theirs)))
                .map(s -> s.path("Sid").asText())
                .containsExactly("Theirs", "CamelSageMakerAsyncTopics");
    }

    @Test
    void aSingleStatementOfOthersStays() throws Exception {
        String theirs = "{\"Version\":\"2012-10-17\",\"Statement\":{\"Sid\":\"Theirs\",\"Effect\":\"Deny\"}}";

        assertThat(statements(allowing(TOPICS, QUEUE, theirs))).hasSize(2);
    }

    @Test
    void aPolicyThatCannotBeReadIsLeftAlone() {
        assertThatThrownBy(() -> QueueProvisioner.policy(TOPICS, QUEUE, "[]"))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> QueueProvisioner.policy(TOPICS, QUEUE, "{")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatIsForAQueueThatIsMadeNeedsOneThatIsMade() {
        SageMakerAsyncConfiguration options = new SageMakerAsyncConfiguration();
        options.setNotificationQueue("results");
        options.setDeadLetterQueue("dead");

        assertThatThrownBy(() -> QueueProvisioner.check(options)).hasMessageContaining("autoCreateQueue=true");

        options.setAutoCreateQueue(true);
        QueueProvisioner.check(options);
    }

    @ParameterizedTest
    @ValueSource(strings = {"results", "arn:aws:sqs:us-east-1:123456789012:results"})
    void aQueueIsNotItsOwnDeadLetterQueue(String queue) {
        SageMakerAsyncConfiguration options = new SageMakerAsyncConfiguration();
        options.setNotificationQueue(queue);
        options.setAutoCreateQueue(true);
        options.setDeadLetterQueue("results");

        assertThatThrownBy(() -> QueueProvisioner.check(options))
                .hasMessageContaining("deadLetterQueue")
                .hasMessageContaining("notificationQueue");
    }

    @ParameterizedTest
    @ValueSource(strings = {"alias/aws/sqs", "arn:aws:kms:us-east-1:123456789012:alias/aws/sqs"})
    void aKeyThatSnsMayNotUseIsRefused(String key) {
        SageMakerAsyncConfiguration options = new SageMakerAsyncConfiguration();
        options.setNotificationQueue("results");
        options.setAutoCreateQueue(true);
        options.setServerSideEncryptionEnabled(true);
        options.setKmsMasterKeyId(key);

        assertThatThrownBy(() -> QueueProvisioner.check(options))
                .hasMessageContainingAll("kmsMasterKeyId", key, "sns.amazonaws.com");

        options.setKmsMasterKeyId("alias/results");
        QueueProvisioner.check(options);
    }
}
