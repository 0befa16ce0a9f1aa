package io.github.camelsagemaker.async.internal.sqs;

import static io.github.camelsagemaker.async.internal.options.OptionCheck.between;
import static io.github.camelsagemaker.async.internal.options.OptionCheck.mustBe;
import static io.github.camelsagemaker.async.internal.options.OptionCheck.require;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.internal.aws.AwsClients;
import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.aws.Startup;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.concurrent.StartPatience;
import io.github.camelsagemaker.async.internal.sqs.MessageReceiver.QueueSettings;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sns.SnsAsyncClient;
import software.amazon.awssdk.services.sns.model.InvalidParameterException;
import software.amazon.awssdk.services.sns.model.NotFoundException;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;

/**
 * Sees to it at start that a queue exists and is subscribed to the endpoint's topics, and can take back what it made. Every step
 * finds what an earlier start left behind, so restarts and several nodes do no harm. Others' statements in the queue's policy
 * stay.
 *
 * <p>Thread-safe; blocks nowhere.
 *
 * @param sns null without topics
 * @param newQueue what a missing queue becomes, to which the topics are allowed to send; null if it is not created
 */
public record QueueProvisioner(
        SqsAsyncClient sqs, SnsAsyncClient sns, QueueReference queue, List<String> topicArns, NewQueue newQueue) {

    private static final Logger LOG = LoggerFactory.getLogger(QueueProvisioner.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_VISIBILITY_SECONDS = 43_200;
    private static final Pattern TOPIC =
            Pattern.compile("arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[a-zA-Z0-9_.-]{1,256}");
    private static final String RAW = "RawMessageDelivery";

    /** Marks our statement in a policy: a restart finds it, and others' statements stay as they are. */
    private static final String SID = "CamelSageMakerAsyncTopics";

    /** SQS's own default, for a queue whose messages would not be invisible at all. */
    private static final Duration LEAST_OWN_VISIBILITY = Duration.ofSeconds(30);

    /** What is lost otherwise has the longest time that SQS allows. */
    private static final int MAX_RETENTION_SECONDS = 1_209_600;

    private static final int RECEIVES_BEFORE_DEAD = 5;

    /**
     * SQS's defaults apply to other attributes. The creator of a {@code lasting} one is advised to give it a dead-letter queue.
     *
     * @param deadLetters the name of its dead-letter queue, or null
     */
    public record NewQueue(
            Map<QueueAttributeName, String> attributes,
            Map<String, String> tags,
            boolean lasting,
            String deadLetters) {}

    /** @throws IllegalArgumentException naming the option, its value and the remedy */
    public static void check(SageMakerAsyncConfiguration options) {
        between("waitTimeSeconds", options.getWaitTimeSeconds(), 0, 20, " seconds");
        between("concurrentConsumers", options.getConcurrentConsumers(), 1, 100, " receives");
        between("visibilityTimeout", options.getVisibilityTimeout(), 1, MAX_VISIBILITY_SECONDS, " seconds");
        long mostExtension = MAX_VISIBILITY_SECONDS * 1000L;
        between("maxVisibilityExtension", options.getMaxVisibilityExtension(), 1, mostExtension, " ms");
        QueueReference queue =
                QueueReference.parse(options.getNotificationQueue(), options.getQueueOwnerAWSAccountId());
        topics(options);
        RedeliveryBackoff.parse(options.getRedeliveryBackoff());
        between("messageRetentionPeriod", options.getMessageRetentionPeriod(), 60, MAX_RETENTION_SECONDS, " seconds");
        String dead = options.getDeadLetterQueue();
        mustBe(dead == null || dead.matches("[a-zA-Z0-9_-]{1,80}"), "deadLetterQueue", dead, "a queue's name");
        require(
                options.isAutoCreateQueue()
                        || Stream.of(dead, options.getRedrivePolicy(), options.getMessageRetentionPeriod())
                                .allMatch(Objects::isNull),
                "Options deadLetterQueue, redrivePolicy and messageRetentionPeriod need the option autoCreateQueue=true:"
                        + " they are for a queue that is made");
        mustBe(!queue.name().equals(dead), "deadLetterQueue", dead, "another queue than the option notificationQueue");
        require(
                dead == null || options.getRedrivePolicy() == null,
                "Options deadLetterQueue and redrivePolicy exclude each other: the policy names the dead-letter queue");
        encryption(options);
    }

    private static List<String> topics(SageMakerAsyncConfiguration options) {
        List<String> topics = options.getTopicArn() == null
                ? List.of()
                : Stream.of(options.getTopicArn().split(",")).map(String::trim).toList();
        topics.forEach(
                arn -> require(
                        TOPIC.matcher(arn).matches(),
                        "Option topicArn has '" + arn
                                + "', but must hold ARNs of SNS topics (arn:aws:sns:region:account:name), separated by commas"));
        return topics;
    }

    /** Of a queue of another name or kind than the options say. */
    public static QueueProvisioner of(
            AwsClients clients, SageMakerAsyncConfiguration options, QueueReference queue, NewQueue newQueue) {
        List<String> topics = topics(options);
        return new QueueProvisioner(clients.sqs(), topics.isEmpty() ? null : clients.sns(), queue, topics, newQueue);
    }

    /** Of the queue that the options name. */
    public static QueueProvisioner of(AwsClients clients, SageMakerAsyncConfiguration options) {
        Map<QueueAttributeName, String> attributes = encryption(options);
        attributes.put(QueueAttributeName.VISIBILITY_TIMEOUT, Objects.toString(options.getVisibilityTimeout(), null));
        attributes.put(
                QueueAttributeName.MESSAGE_RETENTION_PERIOD,
                Objects.toString(options.getMessageRetentionPeriod(), null));
        attributes.put(QueueAttributeName.REDRIVE_POLICY, options.getRedrivePolicy());
        attributes.values().removeIf(Objects::isNull);
        NewQueue lasting = new NewQueue(attributes, Map.of(), true, options.getDeadLetterQueue());
        QueueReference queue =
                QueueReference.parse(options.getNotificationQueue(), options.getQueueOwnerAWSAccountId());
        return of(clients, options, queue, options.isAutoCreateQueue() ? lasting : null);
    }

    /** How queues that are made encrypt, to be changed by the caller. */
    public static Map<QueueAttributeName, String> encryption(SageMakerAsyncConfiguration options) {
        String key = options.getKmsMasterKeyId();
        require(
                key == null || options.isServerSideEncryptionEnabled(),
                "Option kmsMasterKeyId needs the option serverSideEncryptionEnabled=true");
        require(
                key == null || !key.contains("alias/aws/"),
                "Option kmsMasterKeyId is '" + key
                        + "', a key that AWS manages: its policy does not let SNS use it, so no notification would"
                        + " arrive. Name a key of yours that sns.amazonaws.com may use, or leave the option out, and"
                        + " SQS encrypts by keys of its own");
        Map<QueueAttributeName, String> attributes = new EnumMap<>(QueueAttributeName.class);
        if (key != null) {
            attributes.put(QueueAttributeName.KMS_MASTER_KEY_ID, key);
        } else if (options.isServerSideEncryptionEnabled()) {
            attributes.put(QueueAttributeName.SQS_MANAGED_SSE_ENABLED, "true");
        }
        return attributes;
    }

    /**
     * @param leave the option by which others' messages are left to them, or null if none are
     * @return fails if AWS refuses, or does not answer within {@link StartPatience#MOST}
     */
    public CompletableFuture<QueueSettings> begin(SageMakerAsyncConfiguration options, String leave) {
        String target = queue + " (option notificationQueue)";
        return Startup.ask("SQS, or SNS,", "GetQueueAttributes", target, () -> settings(options, leave));
    }

    private CompletableFuture<QueueSettings> settings(SageMakerAsyncConfiguration options, String leave) {
        boolean regionUnsure = queue.isRegionUnsure(sqs);
        Set<QueueAttributeName> needed = EnumSet.noneOf(QueueAttributeName.class);
        if (options.getVisibilityTimeout() == null) {
            needed.add(QueueAttributeName.VISIBILITY_TIMEOUT);
        }
        if (regionUnsure) {
            needed.add(QueueAttributeName.QUEUE_ARN);
        }
        boolean redrive = leave != null || options.getReconcileInterval() > 0;
        return find().thenCompose(url -> attributes(url, needed, redrive).thenCompose(attributes -> {
            if (regionUnsure) {
                queue.checkArn(attributes.get(QueueAttributeName.QUEUE_ARN));
            }
            QueueSettings settings = new QueueSettings(
                    url,
                    options.getWaitTimeSeconds(),
                    visibilityTimeout(options.getVisibilityTimeout(), attributes),
                    options.isExtendMessageVisibility() ? Duration.ofMillis(options.getMaxVisibilityExtension()) : null,
                    options.getConcurrentConsumers(),
                    maxReceiveCount(attributes.get(QueueAttributeName.REDRIVE_POLICY), leave));
            return subscribe(url, attributes).thenApply(done -> settings);
        }));
    }

    /** What is needed, for the subscriptions too, and the redrive policy if it may be asked for. */
    private CompletableFuture<Map<QueueAttributeName, String>> attributes(
            String url, Set<QueueAttributeName> needed, boolean redrive) {
        if (!topicArns.isEmpty()) {
            needed.addAll(List.of(QueueAttributeName.QUEUE_ARN, QueueAttributeName.POLICY));
        }
        Set<QueueAttributeName> wanted = EnumSet.copyOf(needed);
        if (redrive) {
            wanted.add(QueueAttributeName.REDRIVE_POLICY);
        }
        if (wanted.isEmpty()) {
            return CompletableFuture.completedFuture(Map.of());
        }
        return sqs.getQueueAttributes(request -> request.queueUrl(url).attributeNames(wanted))
                .thenApply(answer -> answer.attributes())
                .exceptionally(failure -> {
                    RuntimeException translated = AwsErrors.translate(
                            "GetQueueAttributes",
                            "'" + url
                                    + "' (option notificationQueue; not asked for with visibilityTimeout, without topicArn)",
                            failure);
                    if (!needed.isEmpty()) {
                        throw translated;
                    }
                    LOG.warn("Whether the queue has a redrive policy is not known", translated);
                    return Map.of();
                });
    }

    private Duration visibilityTimeout(Integer option, Map<QueueAttributeName, String> attributes) {
        if (option != null) {
            return Duration.ofSeconds(option);
        }
        Duration own = Duration.ofSeconds(Long.parseLong(attributes.get(QueueAttributeName.VISIBILITY_TIMEOUT)));
        if (!own.isZero()) {
            return own;
        }
        LOG.warn(
                "{} has a visibility timeout of 0 s: every receive would bring the same messages. It is received from with"
                        + " {} s (option visibilityTimeout)",
                queue,
                LEAST_OWN_VISIBILITY.toSeconds());
        return LEAST_OWN_VISIBILITY;
    }

    /** After how many receives a message goes to the dead-letter queue; 0 for never. */
    private int maxReceiveCount(String redrivePolicy, String leave) {
        int count = 0;
        try {
            if (redrivePolicy != null) {
                count = JSON.readTree(redrivePolicy).path("maxReceiveCount").asInt(0);
            }
        } catch (JsonProcessingException e) {
            LOG.warn("The queue's redrive policy is no JSON", e);
        }
        if (leave != null && count > 0) {
            LOG.warn(
                    "{} has a redrive policy: with {} each receive here counts as one, and after {} of them a"
                            + " good message of another receiver goes to the dead-letter queue. Give each"
                            + " a queue of its own",
                    queue,
                    leave,
                    count);
        }
        return count;
    }

    /** Finds or creates the queue, and subscribes it. Ends with its URL, exceptionally if AWS refuses or does not answer. */
    public CompletableFuture<String> ensure() {
        return find().thenCompose(url -> attributes(url, EnumSet.noneOf(QueueAttributeName.class), false)
                .thenCompose(attributes -> subscribe(url, attributes))
                .thenApply(done -> url));
    }

    private CompletableFuture<String> find() {
        if (queue.url() != null && newQueue == null) {
            return CompletableFuture.completedFuture(queue.url());
        }
        CompletableFuture<String> found = sqs.getQueueUrl(
                        request -> request.queueName(queue.name()).queueOwnerAWSAccountId(queue.ownerAccountId()))
                .thenApply(answer -> answer.queueUrl());
        boolean mayCreate = newQueue != null && queue.ownerAccountId() == null;
        return Futures.onFailure(found, failure -> {
            boolean missing = failure instanceof QueueDoesNotExistException;
            String target =
                    queue + " (option notificationQueue)" + (missing ? queue.whereMissing(sqs, newQueue != null) : "");
            return missing && mayCreate
                    ? create()
                    : CompletableFuture.failedFuture(AwsErrors.translate("GetQueueUrl", target, failure));
        });
    }

    private CompletableFuture<String> create() {
        return checkRemoval()
                .thenCompose(done -> withDeadLetters())
                .thenCompose(attributes -> AwsErrors.translated(
                        "CreateQueue",
                        queue + " (options notificationQueue, autoCreateQueue"
                                + (attributes.containsKey(QueueAttributeName.REDRIVE_POLICY)
                                        ? ", redrivePolicy)"
                                        : ")"),
                        sqs.createQueue(request -> request.queueName(queue.name())
                                .attributes(attributes)
                                .tags(newQueue.tags()))))
                .thenApply(created -> {
                    if (newQueue.lasting()
                            && newQueue.deadLetters() == null
                            && !newQueue.attributes().containsKey(QueueAttributeName.REDRIVE_POLICY)) {
                        LOG.warn(
                                "Created {}. It has no redrive policy: a message that cannot be handled comes back until"
                                        + " it expires. Give it a dead-letter queue (option deadLetterQueue, when it is made)",
                                queue);
                    }
                    return created.queueUrl();
                });
    }

    /** The attributes of the new queue, after its dead-letter queue was found or made. */
    private CompletableFuture<Map<QueueAttributeName, String>> withDeadLetters() {
        if (newQueue.deadLetters() == null) {
            return CompletableFuture.completedFuture(newQueue.attributes());
        }
        Map<QueueAttributeName, String> kept = new EnumMap<>(newQueue.attributes());
        kept.remove(QueueAttributeName.VISIBILITY_TIMEOUT);
        kept.put(QueueAttributeName.MESSAGE_RETENTION_PERIOD, Integer.toString(MAX_RETENTION_SECONDS));
        QueueReference name = new QueueReference(newQueue.deadLetters(), null, null, null);
        QueueProvisioner dead =
                new QueueProvisioner(sqs, null, name, List.of(), new NewQueue(kept, Map.of(), false, null));
        return dead.find()
                .thenCompose(url -> dead.attributes(url, EnumSet.of(QueueAttributeName.QUEUE_ARN), false))
                .thenApply(found -> {
                    Map<QueueAttributeName, String> all = new EnumMap<>(QueueAttributeName.class);
                    all.putAll(newQueue.attributes());
                    all.put(
                            QueueAttributeName.REDRIVE_POLICY,
                            JSON.createObjectNode()
                                    .put("deadLetterTargetArn", found.get(QueueAttributeName.QUEUE_ARN))
                                    .put("maxReceiveCount", RECEIVES_BEFORE_DEAD)
                                    .toString());
                    return all;
                });
    }

    /** What {@link #remove} asks of SNS: if that is denied, each start that is refused would leave a queue. */
    private CompletableFuture<Void> checkRemoval() {
        return CompletableFuture.allOf((newQueue.lasting() ? Stream.<String>of() : topicArns.stream())
                .map(topic -> AwsErrors.translated(
                        "ListSubscriptionsByTopic",
                        "'" + topic + "' (option topicArn)",
                        sns.listSubscriptionsByTopic(request -> request.topicArn(topic))))
                .toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> subscribe(String url, Map<QueueAttributeName, String> attributes) {
        String arn = attributes.get(QueueAttributeName.QUEUE_ARN);
        Optional<String> policy = newQueue == null || topicArns.isEmpty()
                ? Optional.empty()
                : policy(topicArns, arn, attributes.get(QueueAttributeName.POLICY));
        CompletableFuture<Void> steps =
                policy.map(allowing -> allow(url, allowing)).orElse(CompletableFuture.completedFuture(null));
        for (String topic : topicArns) {
            steps = steps.thenCompose(done -> subscribe(topic, arn));
        }
        return steps;
    }

    private CompletableFuture<Void> allow(String url, String policy) {
        return AwsErrors.translated(
                        "SetQueueAttributes",
                        "the policy of " + queue + " (option autoCreateQueue)",
                        sqs.setQueueAttributes(
                                request -> request.queueUrl(url).attributes(Map.of(QueueAttributeName.POLICY, policy))))
                .thenAccept(done -> LOG.info("Allowed {} to send to {}", topicArns, queue));
    }

    /**
     * A queue's policy that lets these topics send to it, and no other topics.
     *
     * @param current the queue's policy, or null if it has none
     * @return empty if that says so already
     * @throws IllegalStateException if it is no JSON object
     */
    static Optional<String> policy(List<String> topicArns, String queueArn, String current) {
        ObjectNode policy = read(current);
        JsonNode found = policy.path("Statement");
        JsonNode ours = statement(topicArns, queueArn);
        Set<JsonNode> statements = new LinkedHashSet<>();
        (found.isObject() ? List.of(found) : found)
                .forEach(each -> statements.add(SID.equals(each.path("Sid").asText()) ? ours : each));
        statements.add(ours);
        ArrayNode all = JSON.createArrayNode().addAll(statements);
        return all.equals(found)
                ? Optional.empty()
                : Optional.of(policy.set("Statement", all).toString());
    }

    private static ObjectNode read(String policy) {
        try {
            if (policy == null || policy.isBlank()) {
                return JSON.createObjectNode().put("Version", "2012-10-17");
            }
            if (JSON.readTree(policy) instanceof ObjectNode object) {
                return object;
            }
            throw new IllegalStateException("The queue's policy is no JSON object");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The queue's policy is no JSON", e);
        }
    }

    private static ObjectNode statement(List<String> topicArns, String queueArn) {
        ObjectNode statement = JSON.createObjectNode();
        statement.put("Sid", SID).put("Effect", "Allow");
        statement.putObject("Principal").put("Service", "sns.amazonaws.com");
        statement.put("Action", "sqs:SendMessage").put("Resource", queueArn);
        ArrayNode sources =
                statement.putObject("Condition").putObject("ArnEquals").putArray("aws:SourceArn");
        topicArns.forEach(sources::add);
        return statement;
    }

    private CompletableFuture<Void> subscribe(String topic, String queueArn) {
        CompletableFuture<?> subscribed = sns.subscribe(request ->
                request.topicArn(topic).protocol("sqs").endpoint(queueArn).attributes(Map.of(RAW, "true")));
        return AwsErrors.translated(
                "Subscribe",
                queue + " to '" + topic + "' (option topicArn)",
                subscribed.<Void>thenApply(done -> null).exceptionallyCompose(failure -> {
                    // Subscribing again does nothing, but with other attributes than before it is refused.
                    boolean isSubscribedOtherwise = Futures.unwrap(failure) instanceof InvalidParameterException refused
                            && String.valueOf(refused.getMessage()).contains("already exists");
                    return isSubscribedOtherwise
                            ? withSubscription(
                                    topic,
                                    queueArn::equals,
                                    found -> sns.setSubscriptionAttributes(raw -> raw.subscriptionArn(found)
                                            .attributeName(RAW)
                                            .attributeValue("true")))
                            : CompletableFuture.failedFuture(failure);
                }));
    }

    /**
     * Removes the queue, whose name nobody else's has: it is random. Its subscriptions go first, because SNS keeps those of a queue
     * that is gone: while one is left, the queue stays, and with it the tag by which a later start finds both. One that is gone
     * already is no error; else ends exceptionally if AWS refuses a step.
     */
    public CompletableFuture<Void> remove(String url) {
        String endOfArn = ":" + url.substring(url.lastIndexOf('/') + 1);
        CompletableFuture<Void> subscriptions = CompletableFuture.allOf(
                topicArns.stream().map(topic -> unsubscribe(topic, endOfArn)).toArray(CompletableFuture[]::new));
        CompletableFuture<Void> removed = subscriptions.thenCompose(
                done -> Futures.uninterrupted(() -> sqs.deleteQueue(request -> request.queueUrl(url)))
                        .thenAccept(deleted -> {}));
        return AwsErrors.translated(
                "Removal",
                "the reply queue '" + url + "' and its subscriptions",
                Futures.orElse(removed, QueueDoesNotExistException.class, null));
    }

    /** As {@link #remove}, where it is not known whether the queue was made. */
    public CompletableFuture<Void> removeIfCreated() {
        CompletableFuture<Void> removed = sqs.getQueueUrl(request -> request.queueName(queue.name()))
                .thenCompose(answer -> remove(answer.queueUrl()));
        return Futures.orElse(removed, QueueDoesNotExistException.class, null);
    }

    private CompletableFuture<Void> unsubscribe(String topic, String endOfArn) {
        CompletableFuture<Void> unsubscribed = withSubscription(
                topic,
                endpoint -> endpoint.endsWith(endOfArn),
                subscription -> sns.unsubscribe(request -> request.subscriptionArn(subscription)));
        return Futures.orElse(unsubscribed, NotFoundException.class, null);
    }

    /** Does something with the topic's first subscription of such an endpoint, if it has one. */
    private CompletableFuture<Void> withSubscription(
            String topic, Predicate<String> endpoint, Function<String, CompletableFuture<?>> step) {
        AtomicReference<String> found = new AtomicReference<>();
        return Futures.uninterrupted(() -> sns.listSubscriptionsByTopicPaginator(request -> request.topicArn(topic))
                        .subscriptions()
                        .filter(subscription -> endpoint.test(subscription.endpoint()))
                        .limit(1)
                        .subscribe(subscription -> found.set(subscription.subscriptionArn())))
                .thenCompose(listed -> found.get() == null
                        ? CompletableFuture.completedFuture(null)
                        : step.apply(found.get()).thenAccept(done -> {}));
    }
}
