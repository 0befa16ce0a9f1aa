package io.github.camelsagemaker.async.internal.sqs;

import java.util.Map;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * What a queue becomes that is created because it is missing.
 *
 * @param attributes its attributes; SQS's defaults apply to the others
 * @param tags its tags
 * @param lasting whether it outlives its creator, who is then advised to give it a dead-letter queue
 */
public record NewQueue(Map<QueueAttributeName, String> attributes, Map<String, String> tags, boolean lasting) {

    /**
     * A queue that stays.
     *
     * @param visibilityTimeout in seconds, or null for SQS's default
     */
    public static NewQueue lasting(Integer visibilityTimeout) {
        Map<QueueAttributeName, String> attributes = visibilityTimeout == null
                ? Map.of()
                : Map.of(QueueAttributeName.VISIBILITY_TIMEOUT, visibilityTimeout.toString());
        return new NewQueue(attributes, Map.of(), true);
    }
}
