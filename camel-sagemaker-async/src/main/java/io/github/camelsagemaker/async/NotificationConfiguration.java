package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.landing.ForeignMessages;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/**
 * The options about learning of results by notifications.
 */
@UriParams
public abstract class NotificationConfiguration extends ProducerConfiguration {

    @UriParam(label = "common")
    private String notificationQueue;

    @UriParam(label = "common")
    private String topicArn;

    @UriParam(label = "common", defaultValue = "false")
    private boolean autoCreateQueue;

    @UriParam(label = "common", defaultValue = "true")
    private boolean extendMessageVisibility = true;

    @UriParam(label = "common,advanced", javaType = "java.time.Duration", defaultValue = "43200000")
    private long maxVisibilityExtension = 43_200_000;

    @UriParam(label = "common", defaultValue = "10")
    private int waitTimeSeconds = 10;

    @UriParam(label = "common")
    private Integer visibilityTimeout;

    @UriParam(label = "common", defaultValue = "1")
    private int concurrentConsumers = 1;

    @UriParam(label = "common")
    private String queueOwnerAWSAccountId;

    @UriParam(label = "consumer", defaultValue = "off")
    private String redeliveryBackoff = "off";

    @UriParam(label = "consumer", defaultValue = "REJECT")
    private ForeignMessages foreignMessages = ForeignMessages.REJECT;

    @UriParam(label = "consumer", javaType = "java.time.Duration", defaultValue = "0")
    private long reconcileInterval;

    @UriParam(label = "consumer,advanced", javaType = "java.time.Duration", defaultValue = "300000")
    private long reconcileMinAge = 300_000;

    @UriParam(label = "consumer,advanced", javaType = "java.time.Duration", defaultValue = "86400000")
    private long reconcileMaxAge = 86_400_000;

    public String getNotificationQueue() {
        return notificationQueue;
    }

    /**
     * The SQS queue that is subscribed to the endpoint's SNS topics, by name, URL or ARN. When set, results are
     * learnt of by its messages, and S3 is not listed. A URL or ARN of another Region than the SQS client's is
     * refused. A producer uses it with awaitResult; with autoCreateQueue it is then the beginning of the name of a
     * queue of its own.
     */
    public void setNotificationQueue(String notificationQueue) {
        this.notificationQueue = notificationQueue;
    }

    public String getTopicArn() {
        return topicArn;
    }

    /**
     * The endpoint's SNS topics, as ARNs separated by commas, that the queue is subscribed to at
     * start, with raw message delivery. The queue must allow them to send to it; with autoCreateQueue it does.
     */
    public void setTopicArn(String topicArn) {
        this.topicArn = topicArn;
    }

    public boolean isAutoCreateQueue() {
        return autoCreateQueue;
    }

    /**
     * Whether notificationQueue is created at start if it is missing, and its policy allows the topics of
     * topicArn, and no others, to send to it. The queue has no dead-letter queue until you give it one. With
     * awaitResult: whether the producer makes a queue of its own at start, and removes it when it stops.
     */
    public void setAutoCreateQueue(boolean autoCreateQueue) {
        this.autoCreateQueue = autoCreateQueue;
    }

    public boolean isExtendMessageVisibility() {
        return extendMessageVisibility;
    }

    /** Whether a message is kept invisible to other receivers while its exchange takes longer than visibilityTimeout. */
    public void setExtendMessageVisibility(boolean extendMessageVisibility) {
        this.extendMessageVisibility = extendMessageVisibility;
    }

    public long getMaxVisibilityExtension() {
        return maxVisibilityExtension;
    }

    /**
     * How long from its receive a message is kept invisible at most, up to 12 hours, where SQS ends. Then the
     * exchange goes on, and the message is delivered again.
     */
    public void setMaxVisibilityExtension(long maxVisibilityExtension) {
        this.maxVisibilityExtension = maxVisibilityExtension;
    }

    public int getWaitTimeSeconds() {
        return waitTimeSeconds;
    }

    /**
     * How long in seconds SQS waits for messages before it answers that there are none, 0 to 20. A stop waits
     * for a receive under way, so it takes up to this long. With 0, an empty queue is asked less and less often,
     * down to once a second.
     */
    public void setWaitTimeSeconds(int waitTimeSeconds) {
        this.waitTimeSeconds = waitTimeSeconds;
    }

    public Integer getVisibilityTimeout() {
        return visibilityTimeout;
    }

    /**
     * How long in seconds a received message is invisible to other receivers, 1 to 43200. When not set, the
     * queue's own, as it is when the route starts, or 30 if that is 0.
     */
    public void setVisibilityTimeout(Integer visibilityTimeout) {
        this.visibilityTimeout = visibilityTimeout;
    }

    public int getConcurrentConsumers() {
        return concurrentConsumers;
    }

    /**
     * How many receives are under way at once, 1 to 100. Each brings up to 10 messages; more than one is needed
     * only where a receive takes longer than handling its messages. See also maxInFlight.
     */
    public void setConcurrentConsumers(int concurrentConsumers) {
        this.concurrentConsumers = concurrentConsumers;
    }

    public String getQueueOwnerAWSAccountId() {
        return queueOwnerAWSAccountId;
    }

    /** The AWS account id, 12 digits, that owns the queue, where notificationQueue is a name and the account another. */
    public void setQueueOwnerAWSAccountId(String queueOwnerAWSAccountId) {
        this.queueOwnerAWSAccountId = queueOwnerAWSAccountId;
    }

    public String getRedeliveryBackoff() {
        return redeliveryBackoff;
    }

    /**
     * When a message whose exchange failed is delivered again. off: when its visibility timeout is over. A
     * duration such as 5s: after that, doubled with each receive, up to 15 minutes. on: the same as 5s.
     */
    public void setRedeliveryBackoff(String redeliveryBackoff) {
        this.redeliveryBackoff = redeliveryBackoff;
    }

    public ForeignMessages getForeignMessages() {
        return foreignMessages;
    }

    /**
     * What is done with another endpoint's message on the queue. REJECT: exception handler, and the queue's
     * redrive policy. LEAVE: visible again to other receivers, after a second, doubled with each receive, up to 64;
     * each receive counts, so that a redrive policy dead-letters good messages of others. ACKNOWLEDGE: deleted
     * without an exchange.
     */
    public void setForeignMessages(ForeignMessages foreignMessages) {
        this.foreignMessages = foreignMessages;
    }

    public long getReconcileInterval() {
        return reconcileInterval;
    }

    /**
     * How often S3 is also listed, for results whose notification was lost. 0 means never. Results must be
     * deleted or moved, or there must be an idempotentRepository.
     */
    public void setReconcileInterval(long reconcileInterval) {
        this.reconcileInterval = reconcileInterval;
    }

    public long getReconcileMinAge() {
        return reconcileMinAge;
    }

    /** How old a result must be before the reconciliation takes it: its notification may still be on its way. */
    public void setReconcileMinAge(long reconcileMinAge) {
        this.reconcileMinAge = reconcileMinAge;
    }

    public long getReconcileMaxAge() {
        return reconcileMaxAge;
    }

    /**
     * How old a result may be for the reconciliation to take it: what is older was handled long ago, or given
     * up. Less than it takes the queue to dead-letter a message, and nothing dead-lettered is taken again.
     */
    public void setReconcileMaxAge(long reconcileMaxAge) {
        this.reconcileMaxAge = reconcileMaxAge;
    }
}
