package io.github.camelsagemaker.async.testinfra.sns;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;

/**
 * The JSON around a message that is not delivered raw. Signed with nothing: no key of AWS is at hand, and SQS subscribers do
 * not check the signature.
 */
final class Envelope {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Envelope() {}

    static String of(String topicArn, String messageId, Publication publication) {
        ObjectNode envelope = JSON.createObjectNode()
                .put("Type", "Notification")
                .put("MessageId", messageId)
                .put("TopicArn", topicArn);
        if (publication.subject() != null) {
            envelope.put("Subject", publication.subject());
        }
        envelope.put("Message", publication.message())
                .put("Timestamp", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString())
                .put("SignatureVersion", "1")
                .put("Signature", "bm90IHNpZ25lZA==")
                .put("SigningCertURL", "https://sns.invalid/SimpleNotificationService.pem")
                .put("UnsubscribeURL", "https://sns.invalid/?Action=Unsubscribe");
        ObjectNode attributes = envelope.putObject("MessageAttributes");
        for (Map.Entry<String, MessageAttribute> attribute :
                publication.attributes().entrySet()) {
            attributes
                    .putObject(attribute.getKey())
                    .put("Type", attribute.getValue().type())
                    .put("Value", attribute.getValue().value());
        }
        return envelope.toString();
    }
}
