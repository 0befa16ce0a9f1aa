package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.tracking.PendingInvocationStore;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/**
 * All options of the component and its endpoints. Not thread-safe; each endpoint holds its own copy.
 */
@UriParams
public class SageMakerAsyncConfiguration extends AwsClientConfiguration implements Cloneable {

    @UriParam(label = "consumer", defaultValue = "false")
    private boolean discoverEndpoint;

    @UriParam(label = "consumer")
    private String outputLocation;

    @UriParam(label = "consumer")
    private String failureLocation;

    @UriParam(label = "consumer", defaultValue = "EXCHANGE")
    private OnFailedInference onFailedInference = OnFailedInference.EXCHANGE;

    @UriParam(label = "consumer", defaultValue = "true")
    private boolean includeBody = true;

    @UriParam(label = "consumer", defaultValue = "false")
    private boolean streamBody;

    // Where nothing is said, the generator would claim the default false, and scanning deletes.
    @UriParam(
            label = "consumer",
            defaultValue = "true",
            defaultValueNote = "true when scanning, unless moveAfterRead; false with a notificationQueue")
    private Boolean deleteAfterRead;

    @UriParam(label = "consumer", defaultValue = "false")
    private boolean moveAfterRead;

    @UriParam(label = "consumer")
    private String moveLocation;

    @UriParam(label = "consumer", defaultValue = "0")
    private int maxAttempts;

    @UriParam(label = "consumer")
    private String moveFailedLocation;

    @UriParam(label = "consumer", defaultValue = "false")
    private boolean deleteInputAfterRead;

    @UriParam(label = "consumer,advanced")
    private IdempotentRepository idempotentRepository;

    @UriParam(label = "consumer,advanced")
    private String idempotentKey;

    @UriParam(label = "consumer,advanced", defaultValue = "false")
    private boolean idempotentEager;

    @UriParam(label = "consumer,advanced")
    private IdempotentRepository inProgressRepository;

    @UriParam(label = "advanced", defaultValue = "64")
    private int maxInFlight = 64;

    @UriParam(label = "consumer", defaultValue = "1000")
    private int maxMessagesPerPoll = 1000;

    @UriParam(label = "common,advanced")
    private HeaderFilterStrategy headerFilterStrategy;

    @UriParam
    @Metadata(autowired = true)
    private PendingInvocationStore pendingStore;

    @UriParam(label = "producer")
    private String pendingHeaders;

    @UriParam(label = "producer", javaType = "java.time.Duration")
    private Long pendingDeadline;

    @UriParam(label = "consumer", javaType = "java.time.Duration", defaultValue = "30000")
    private long pendingSweepInterval = 30_000;

    @UriParam(label = "consumer,advanced", javaType = "java.time.Duration", defaultValue = "300000")
    private long pendingLease = 300_000;

    @UriParam(label = "consumer,advanced", javaType = "java.time.Duration", defaultValue = "86400000")
    private long pendingRetention = 86_400_000;

    @UriParam(label = "common")
    private String notificationQueue;

    @UriParam(label = "common")
    private String topicArn;

    @UriParam(label = "common", defaultValue = "false")
    private boolean autoCreateQueue;

    @UriParam(label = "consumer")
    private String deadLetterQueue;

    @UriParam(label = "consumer,advanced")
    private String redrivePolicy;

    @UriParam(label = "consumer,advanced")
    private Integer messageRetentionPeriod;

    @UriParam(label = "common,advanced", defaultValue = "false")
    private boolean serverSideEncryptionEnabled;

    @UriParam(label = "common,advanced")
    private String kmsMasterKeyId;

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

    @UriParam(label = "producer", defaultValue = "AUTO")
    private PayloadMode payloadMode = PayloadMode.AUTO;

    @UriParam(label = "producer", defaultValue = "" + SageMakerAsyncConstants.MAX_INLINE_BYTES)
    private int inlineThreshold = SageMakerAsyncConstants.MAX_INLINE_BYTES;

    @UriParam
    private String inputLocation;

    @UriParam(label = "producer")
    private String contentType;

    @UriParam(label = "producer")
    private String accept;

    @UriParam(label = "producer")
    private String customAttributes;

    @UriParam(label = "producer,security", defaultValueNote = "all but EndpointName and InputLocation")
    private String requestHeaders;

    @UriParam(label = "producer")
    private Integer requestTtlSeconds;

    @UriParam(label = "producer")
    private Integer invocationTimeoutSeconds;

    @UriParam(label = "producer")
    private String s3OutputPathExtension;

    @UriParam(label = "producer", enums = "AES256,aws:kms,aws:kms:dsse")
    private String sseAlgorithm;

    @UriParam(label = "producer")
    private String sseKmsKeyId;

    @UriParam
    private String expectedBucketOwner;

    @UriParam(label = "producer,advanced", defaultValue = "16")
    private int maxUploads = 16;

    @UriParam(label = "advanced", defaultValue = "true")
    private boolean checkBucketsAtStart = true;

    @UriParam(label = "producer", defaultValue = "false")
    private boolean awaitResult;

    @UriParam(label = "producer", javaType = "java.time.Duration")
    private Long resultTimeout;

    @UriParam(label = "producer", defaultValue = "true")
    private boolean deleteResultAfterAwait = true;

    @UriParam(label = "producer", defaultValue = "false")
    private boolean deleteInputAfterAwait;

    @UriParam(label = "producer,advanced", defaultValue = "250", javaType = "java.time.Duration")
    private long resultPollDelay = 250;

    @UriParam(label = "producer,advanced", defaultValue = "5000", javaType = "java.time.Duration")
    private long resultPollMaxDelay = 5000;

    @UriParam(label = "producer", defaultValue = "LEAVE")
    private ForeignMessages foreignReplies = ForeignMessages.LEAVE;

    @UriParam(label = "producer,advanced", defaultValue = "60000", javaType = "java.time.Duration")
    private long resultReconcileInterval = 60_000;

    @UriParam(label = "advanced", defaultValue = "false")
    private boolean propagateTraceContext;

    @UriParam(label = "security")
    private String expectedResultBucketOwner;

    public boolean isDiscoverEndpoint() {
        return discoverEndpoint;
    }

    /**
     * Whether outputLocation, failureLocation and, with autoCreateQueue, topicArn are read from the SageMaker endpoint's own
     * configuration when the route starts. What is given as well is kept; a place must lie where the endpoint writes. Needs
     * software.amazon.awssdk:sagemaker on the class path.
     */
    public void setDiscoverEndpoint(boolean discoverEndpoint) {
        this.discoverEndpoint = discoverEndpoint;
    }

    public String getOutputLocation() {
        return outputLocation;
    }

    /**
     * Where this SageMaker endpoint alone writes results (s3://bucket/prefix/). Mandatory for a consumer without
     * discoverEndpoint.
     */
    public void setOutputLocation(String outputLocation) {
        this.outputLocation = outputLocation;
    }

    public String getFailureLocation() {
        return failureLocation;
    }

    /** Where the endpoint writes failures (s3://bucket/prefix/). If inside outputLocation, the longer prefix wins. */
    public void setFailureLocation(String failureLocation) {
        this.failureLocation = failureLocation;
    }

    public OnFailedInference getOnFailedInference() {
        return onFailedInference;
    }

    /**
     * What is done with a failed inference. EXCHANGE: emit an exchange with status FAILED and the failure as
     * body. EXCEPTION: hand an InferenceFailedException to the route's error handler. IGNORE: settle, count and
     * log it.
     */
    public void setOnFailedInference(OnFailedInference onFailedInference) {
        this.onFailedInference = onFailedInference;
    }

    public boolean isIncludeBody() {
        return includeBody;
    }

    /** Whether the result is read into the message body. Otherwise the exchange has headers only. */
    public void setIncludeBody(boolean includeBody) {
        this.includeBody = includeBody;
    }

    public boolean isStreamBody() {
        return streamBody;
    }

    /**
     * Whether the body is a stream that reads from S3 as the route reads it, instead of bytes in memory. It can
     * be read again (it is a StreamCache) and is closed when the exchange is done. Also without this option a result
     * larger than a quarter of the JVM's heap is a stream, and an awaited one that does not fit into that beside others.
     */
    public void setStreamBody(boolean streamBody) {
        this.streamBody = streamBody;
    }

    public Boolean getDeleteAfterRead() {
        return deleteAfterRead;
    }

    /** Whether the object in S3 is deleted after the exchange succeeded. */
    public void setDeleteAfterRead(Boolean deleteAfterRead) {
        this.deleteAfterRead = deleteAfterRead;
    }

    public boolean isMoveAfterRead() {
        return moveAfterRead;
    }

    /** Whether the object is moved to moveLocation after the exchange succeeded. Objects over 5 GB cannot be moved. */
    public void setMoveAfterRead(boolean moveAfterRead) {
        this.moveAfterRead = moveAfterRead;
    }

    public String getMoveLocation() {
        return moveLocation;
    }

    /** Where moveAfterRead moves objects to (s3://bucket/prefix/), outside outputLocation and failureLocation. */
    public void setMoveLocation(String moveLocation) {
        this.moveLocation = moveLocation;
    }

    public int getMaxAttempts() {
        return maxAttempts;
    }

    /** When scanning: after how many failed exchanges an object goes to moveFailedLocation, by this node. 0: never. */
    public void setMaxAttempts(int maxAttempts) {
        this.maxAttempts = maxAttempts;
    }

    public String getMoveFailedLocation() {
        return moveFailedLocation;
    }

    /** Where objects go after maxAttempts (s3://bucket/prefix/), outside outputLocation and failureLocation. */
    public void setMoveFailedLocation(String moveFailedLocation) {
        this.moveFailedLocation = moveFailedLocation;
    }

    public boolean isDeleteInputAfterRead() {
        return deleteInputAfterRead;
    }

    /**
     * Whether the request's payload in S3 is deleted after the exchange succeeded. Only where the input is
     * known, and only below inputLocation. When scanning, inputs are known that a producer of the same
     * component staged recently, or that are in the pendingStore.
     */
    public void setDeleteInputAfterRead(boolean deleteInputAfterRead) {
        this.deleteInputAfterRead = deleteInputAfterRead;
    }

    public IdempotentRepository getIdempotentRepository() {
        return idempotentRepository;
    }

    /**
     * Remembers which results were handled, so that duplicates are dropped. When not set: in memory. Mandatory
     * when results stay where they are (deleteAfterRead=false without moveAfterRead).
     */
    public void setIdempotentRepository(IdempotentRepository idempotentRepository) {
        this.idempotentRepository = idempotentRepository;
    }

    public String getIdempotentKey() {
        return idempotentKey;
    }

    /**
     * A Simple expression for the key remembered, evaluated with the headers known from the result's source. When not
     * set, the result's place and version: a name that is used again is a new result.
     */
    public void setIdempotentKey(String idempotentKey) {
        this.idempotentKey = idempotentKey;
    }

    public boolean isIdempotentEager() {
        return idempotentEager;
    }

    /**
     * Whether the key is remembered before the exchange is processed, not after it succeeded. Then a crash
     * loses the result instead of repeating it. With an idempotentRepository that nodes share it needs an
     * inProgressRepository that they share too.
     */
    public void setIdempotentEager(boolean idempotentEager) {
        this.idempotentEager = idempotentEager;
    }

    public IdempotentRepository getInProgressRepository() {
        return inProgressRepository;
    }

    /** Holds what is in progress, for nodes that share it: they do not process the same result at once. */
    public void setInProgressRepository(IdempotentRepository inProgressRepository) {
        this.inProgressRepository = inProgressRepository;
    }

    public int getMaxInFlight() {
        return maxInFlight;
    }

    /**
     * How many results are in the route at once, 1 to 10000. For a producer, how many streams and files it reads
     * at once; what is in memory waits for none of them.
     */
    public void setMaxInFlight(int maxInFlight) {
        this.maxInFlight = maxInFlight;
    }

    public int getMaxMessagesPerPoll() {
        return maxMessagesPerPoll;
    }

    /** When scanning: how many results one poll emits at most; the next goes on behind them. 0 means no limit. */
    public void setMaxMessagesPerPoll(int maxMessagesPerPoll) {
        this.maxMessagesPerPoll = maxMessagesPerPoll;
    }

    public HeaderFilterStrategy getHeaderFilterStrategy() {
        return headerFilterStrategy;
    }

    /**
     * Filters what becomes a header of the exchange from notifications or object metadata. When not set, names
     * that begin with Camel, whatever their case, are dropped.
     */
    public void setHeaderFilterStrategy(HeaderFilterStrategy headerFilterStrategy) {
        this.headerFilterStrategy = headerFilterStrategy;
    }

    public PendingInvocationStore getPendingStore() {
        return pendingStore;
    }

    /**
     * Remembers each request from before it is sent until its outcome was delivered. The consumer then restores the
     * request's headers, and emits an exchange of status EXPIRED for a request whose result never came. When not
     * set, requests are not tracked. Excludes awaitResult in the same URI.
     */
    public void setPendingStore(PendingInvocationStore pendingStore) {
        this.pendingStore = pendingStore;
    }

    public String getPendingHeaders() {
        return pendingHeaders;
    }

    /**
     * With pendingStore: which of the request's headers are kept for its result, as names or patterns separated by
     * commas. When not set, all with simple values. Never kept is what may be a credential by its name
     * (authorization, cookie, token, api key, password, secret and their kin), CamelHttp*, this component's own, and what
     * describes the payload (Content-Type and its kin) or its redeliveries.
     */
    public void setPendingHeaders(String pendingHeaders) {
        this.pendingHeaders = pendingHeaders;
    }

    public Long getPendingDeadline() {
        return pendingDeadline;
    }

    /**
     * With pendingStore: how long after its call, an upload before it not counted, a request without an outcome expires, in milliseconds, at least
     * 1000. When not set: its time in the queue (requestTtlSeconds, or 6 hours), plus its time in the model
     * (invocationTimeoutSeconds, or 15 minutes), plus 5 minutes.
     */
    public void setPendingDeadline(Long pendingDeadline) {
        this.pendingDeadline = pendingDeadline;
    }

    public long getPendingSweepInterval() {
        return pendingSweepInterval;
    }

    /**
     * With pendingStore: how often this consumer looks for expired requests, in milliseconds. 0 means never; then
     * another consumer of the same SageMaker endpoint must.
     */
    public void setPendingSweepInterval(long pendingSweepInterval) {
        this.pendingSweepInterval = pendingSweepInterval;
    }

    public long getPendingLease() {
        return pendingLease;
    }

    /**
     * With pendingStore: how long in milliseconds an expired request belongs to the consumer that claimed it, at least
     * 1000. Renewed while its exchange is under way; after a crash, this long until another node goes on. The
     * nodes' clocks must differ by far less.
     */
    public void setPendingLease(long pendingLease) {
        this.pendingLease = pendingLease;
    }

    public long getPendingRetention() {
        return pendingRetention;
    }

    /**
     * With pendingStore: how long a record is kept after its outcome was delivered, in milliseconds. Meanwhile a result
     * that lands after its request expired is marked late.
     */
    public void setPendingRetention(long pendingRetention) {
        this.pendingRetention = pendingRetention;
    }

    public String getNotificationQueue() {
        return notificationQueue;
    }

    /**
     * The SQS queue that is subscribed to the endpoint's SNS topics, by name, URL or ARN. When set, its
     * messages announce results, and S3 is not listed. A URL or ARN of another Region than the SQS client's is
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
     * topicArn, and no others, to send to it. The queue has a dead-letter queue with deadLetterQueue or redrivePolicy. With
     * awaitResult: whether the producer makes a queue of its own at start, and removes it when it stops.
     */
    public void setAutoCreateQueue(boolean autoCreateQueue) {
        this.autoCreateQueue = autoCreateQueue;
    }

    public String getDeadLetterQueue() {
        return deadLetterQueue;
    }

    /**
     * With autoCreateQueue: the name of the queue that gets a message after five receives, when notificationQueue is made. It is
     * made too if it is missing, and keeps messages for 14 days.
     */
    public void setDeadLetterQueue(String deadLetterQueue) {
        this.deadLetterQueue = deadLetterQueue;
    }

    public String getRedrivePolicy() {
        return redrivePolicy;
    }

    /** With autoCreateQueue: the redrive policy of the queue that is made, as JSON, with the ARN of a dead-letter queue that is there. */
    public void setRedrivePolicy(String redrivePolicy) {
        this.redrivePolicy = redrivePolicy;
    }

    public Integer getMessageRetentionPeriod() {
        return messageRetentionPeriod;
    }

    /** With autoCreateQueue: how long in seconds the queue that is made keeps messages, 60 to 1209600. When not set, SQS's 345600. */
    public void setMessageRetentionPeriod(Integer messageRetentionPeriod) {
        this.messageRetentionPeriod = messageRetentionPeriod;
    }

    public boolean isServerSideEncryptionEnabled() {
        return serverSideEncryptionEnabled;
    }

    /** With autoCreateQueue: whether queues that are made encrypt messages, by keys of SQS or by kmsMasterKeyId. */
    public void setServerSideEncryptionEnabled(boolean serverSideEncryptionEnabled) {
        this.serverSideEncryptionEnabled = serverSideEncryptionEnabled;
    }

    public String getKmsMasterKeyId() {
        return kmsMasterKeyId;
    }

    /**
     * With serverSideEncryptionEnabled: the id of the key of AWS KMS. Its policy must let sns.amazonaws.com use it, so AWS's own key
     * for SQS will not do.
     */
    public void setKmsMasterKeyId(String kmsMasterKeyId) {
        this.kmsMasterKeyId = kmsMasterKeyId;
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
     * duration such as 5s: after that, doubled with each receive, up to 15 minutes. on: the same as 5s. Not for
     * what no route has seen, because a repository was away or another has it: that comes again after twice the time since
     * its first receive.
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

    public PayloadMode getPayloadMode() {
        return payloadMode;
    }

    /**
     * How payloads travel. AUTO: inside the call up to inlineThreshold bytes, else through S3. INLINE: always
     * inside the call, a larger payload is an error. S3: always through S3. An empty payload cannot travel
     * inside the call: AUTO sends it through S3, or refuses it without inputLocation. Through S3 at most 1 GB.
     */
    public void setPayloadMode(PayloadMode payloadMode) {
        this.payloadMode = payloadMode;
    }

    public int getInlineThreshold() {
        return inlineThreshold;
    }

    /** The largest payload in bytes that travels inside the call in mode AUTO, 0 to 128000. */
    public void setInlineThreshold(int inlineThreshold) {
        this.inlineThreshold = inlineThreshold;
    }

    public String getInputLocation() {
        return inputLocation;
    }

    /**
     * Where payloads are uploaded to, of the form s3://bucket/prefix/. Needed for payloads that go through S3.
     * A consumer needs it for deleteInputAfterRead: it deletes inputs below it only.
     */
    public void setInputLocation(String inputLocation) {
        this.inputLocation = inputLocation;
    }

    public String getContentType() {
        return contentType;
    }

    /**
     * The payload's media type, up to 1024 ASCII characters. The request header wins over it, and it wins over the
     * exchange's Content-Type. Its charset is the one that texts are sent in.
     */
    public void setContentType(String contentType) {
        this.contentType = contentType;
    }

    public String getAccept() {
        return accept;
    }

    /** The media type wanted of the result, up to 1024 ASCII characters. */
    public void setAccept(String accept) {
        this.accept = accept;
    }

    public String getCustomAttributes() {
        return customAttributes;
    }

    /** Information handed to the model container, up to 1024 visible ASCII characters. */
    public void setCustomAttributes(String customAttributes) {
        this.customAttributes = customAttributes;
    }

    public String getRequestHeaders() {
        return requestHeaders;
    }

    /**
     * Which request headers are honoured: their names without the common prefix (EndpointName, TtlSeconds and so on), or
     * patterns such as *, separated by commas. A message with a request header that is not honoured fails before anything is sent: senders
     * of SQS, JMS or mail messages can set headers, and must not choose the endpoint or the object in S3. When not set, all are
     * honoured but EndpointName and InputLocation.
     */
    public void setRequestHeaders(String requestHeaders) {
        this.requestHeaders = requestHeaders;
    }

    public Integer getRequestTtlSeconds() {
        return requestTtlSeconds;
    }

    /** How many seconds a request may wait in SageMaker's queue, 60 to 21600. When not set, 21600 (6 hours). */
    public void setRequestTtlSeconds(Integer requestTtlSeconds) {
        this.requestTtlSeconds = requestTtlSeconds;
    }

    public Integer getInvocationTimeoutSeconds() {
        return invocationTimeoutSeconds;
    }

    /** The longest time in seconds the model may take, 1 to 3600. When not set, SageMaker's 900 (15 minutes). */
    public void setInvocationTimeoutSeconds(Integer invocationTimeoutSeconds) {
        this.invocationTimeoutSeconds = invocationTimeoutSeconds;
    }

    public String getS3OutputPathExtension() {
        return s3OutputPathExtension;
    }

    /** A path put between the endpoint's S3 output path and the result's name, up to 512 characters. */
    public void setS3OutputPathExtension(String s3OutputPathExtension) {
        this.s3OutputPathExtension = s3OutputPathExtension;
    }

    public String getSseAlgorithm() {
        return sseAlgorithm;
    }

    /** The server-side encryption asked for when a payload is uploaded. When not set, the bucket's default. */
    public void setSseAlgorithm(String sseAlgorithm) {
        this.sseAlgorithm = sseAlgorithm;
    }

    public String getSseKmsKeyId() {
        return sseKmsKeyId;
    }

    /** The KMS key that encrypts uploaded payloads. Goes together with sseAlgorithm aws:kms or aws:kms:dsse. */
    public void setSseKmsKeyId(String sseKmsKeyId) {
        this.sseKmsKeyId = sseKmsKeyId;
    }

    public String getExpectedBucketOwner() {
        return expectedBucketOwner;
    }

    /**
     * The AWS account id, 12 digits, that must own the bucket of payloads: S3 refuses to upload or delete otherwise. Buckets
     * of results have expectedResultBucketOwner.
     */
    public void setExpectedBucketOwner(String expectedBucketOwner) {
        this.expectedBucketOwner = expectedBucketOwner;
    }

    public int getMaxUploads() {
        return maxUploads;
    }

    /**
     * How many streams are uploaded at once, 1 to 10000. Each of more than 5 MiB has a part of 5 MiB in memory meanwhile. Others wait for their turn, without a thread.
     */
    public void setMaxUploads(int maxUploads) {
        this.maxUploads = maxUploads;
    }

    public boolean isCheckBucketsAtStart() {
        return checkBucketsAtStart;
    }

    /**
     * Whether a route starts only if the buckets of its locations exist. Each bucket is asked for once
     * (HeadBucket). Only the answer that there is none stops the start: without the permission s3:ListBucket,
     * or when S3 cannot be reached, the route starts, and the log says so once. Set it to false where buckets
     * are created after the start. Producers that start in a running context (toD, routes added later) do not ask:
     * the first upload fails then.
     */
    public void setCheckBucketsAtStart(boolean checkBucketsAtStart) {
        this.checkBucketsAtStart = checkBucketsAtStart;
    }

    public boolean isAwaitResult() {
        return awaitResult;
    }

    /**
     * Whether the exchange waits for its result, without holding a thread, and goes on with it as body. Otherwise
     * it goes on at once, with the receipt in its headers. A failed inference becomes an
     * InferenceFailedException.
     */
    public void setAwaitResult(boolean awaitResult) {
        this.awaitResult = awaitResult;
    }

    public Long getResultTimeout() {
        return resultTimeout;
    }

    /**
     * With awaitResult: how long an exchange waits after SageMaker accepted its request, in milliseconds. Then it
     * fails with an ExchangeTimedOutException. When not set: the request's time in the queue (requestTtlSeconds,
     * or 6 hours), plus its time in the model (invocationTimeoutSeconds, or 15 minutes), plus one minute.
     */
    public void setResultTimeout(Long resultTimeout) {
        this.resultTimeout = resultTimeout;
    }

    public boolean isDeleteResultAfterAwait() {
        return deleteResultAfterAwait;
    }

    /** With awaitResult: whether the output object is deleted after the exchange succeeded. Failure objects stay. */
    public void setDeleteResultAfterAwait(boolean deleteResultAfterAwait) {
        this.deleteResultAfterAwait = deleteResultAfterAwait;
    }

    public boolean isDeleteInputAfterAwait() {
        return deleteInputAfterAwait;
    }

    /**
     * With awaitResult: whether the payload that was uploaded to inputLocation is deleted after the exchange that
     * got the result succeeded. A payload that the exchange named itself is never deleted.
     */
    public void setDeleteInputAfterAwait(boolean deleteInputAfterAwait) {
        this.deleteInputAfterAwait = deleteInputAfterAwait;
    }

    public ForeignMessages getForeignReplies() {
        return foreignReplies;
    }

    /**
     * With awaitResult and a notificationQueue that was there already: what is done with notifications about
     * results that this producer does not await. LEAVE: make them visible to other receivers, after a second, and
     * every 30 seconds once they were received ten times; each receive counts for a redrive policy. REJECT:
     * leave them to the queue's visibility timeout and redrive policy. ACKNOWLEDGE: delete them, for a queue that nobody
     * else receives from.
     */
    public void setForeignReplies(ForeignMessages foreignReplies) {
        this.foreignReplies = foreignReplies;
    }

    public long getResultReconcileInterval() {
        return resultReconcileInterval;
    }

    /**
     * With awaitResult and notificationQueue: the interval in milliseconds at which S3 is asked for results whose
     * notification was lost, at least 1000. Each request is looked for once more before it times out.
     */
    public void setResultReconcileInterval(long resultReconcileInterval) {
        this.resultReconcileInterval = resultReconcileInterval;
    }

    public long getResultPollDelay() {
        return resultPollDelay;
    }

    /**
     * With awaitResult and without notificationQueue: the first interval in milliseconds at which S3 is asked for results, at least 1. It grows
     * to half of the time that has been waited already.
     */
    public void setResultPollDelay(long resultPollDelay) {
        this.resultPollDelay = resultPollDelay;
    }

    public long getResultPollMaxDelay() {
        return resultPollMaxDelay;
    }

    /** As resultPollDelay: the longest interval in milliseconds. */
    public void setResultPollMaxDelay(long resultPollMaxDelay) {
        this.resultPollMaxDelay = resultPollMaxDelay;
    }

    public boolean isPropagateTraceContext() {
        return propagateTraceContext;
    }

    /**
     * Whether the trace of a request goes on with its result. The producer adds the header traceparent (W3C
     * Trace Context) to the custom attributes, as far as both fit into 1024 characters; a consumer with a
     * notificationQueue takes it off again and sets the header. Results found by scanning carry no attributes.
     */
    public void setPropagateTraceContext(boolean propagateTraceContext) {
        this.propagateTraceContext = propagateTraceContext;
    }

    public String getExpectedResultBucketOwner() {
        return expectedResultBucketOwner;
    }

    /**
     * The AWS account that must own the buckets of results: S3 refuses to list, read, delete or move objects
     * in a bucket of another. An account id of 12 digits. Uploads have expectedBucketOwner.
     */
    public void setExpectedResultBucketOwner(String expectedResultBucketOwner) {
        this.expectedResultBucketOwner = expectedResultBucketOwner;
    }

    /** A copy that can be changed without changing this one. Clients and repositories are shared. */
    public SageMakerAsyncConfiguration copy() {
        try {
            return (SageMakerAsyncConfiguration) super.clone();
        } catch (CloneNotSupportedException e) {
            throw new RuntimeCamelException(e);
        }
    }
}
