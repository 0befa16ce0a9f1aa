package io.github.camelsagemaker.async.testinfra.sns;

import static io.github.camelsagemaker.async.testinfra.sns.QueryXml.element;
import static io.github.camelsagemaker.async.testinfra.sns.QueryXml.entry;
import static io.github.camelsagemaker.async.testinfra.sns.QueryXml.text;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The part of SNS that fan-out to SQS needs: topics, queue subscriptions raw or in the envelope, publishing.
 *
 * <p>Answers to a publication come after the queues took the message, so that a test that published can count on it. Filter
 * policies, FIFO topics and other protocols than {@code sqs} are refused. Thread-safe.
 */
public final class SnsService {

    private static final Logger LOG = LoggerFactory.getLogger(SnsService.class);
    private static final int MAX_MESSAGE_BYTES = 256 * 1024;

    private final Topics topics;
    private final QueueSender queues;

    public SnsService(String region, String accountId, QueueSender queues) {
        this.topics = new Topics(region, accountId);
        this.queues = queues;
    }

    /** Publishes as a service of AWS does, without a request over the network. */
    public CompletableFuture<Void> publish(String topicArn, String message) {
        return deliver(topicArn, UUID.randomUUID().toString(), new Publication(message, null, Map.of()));
    }

    /**
     * Answers one request of the Query protocol.
     *
     * @param form the decoded parameters of the request's body
     */
    public CompletableFuture<SnsReply> handle(Map<String, String> form) {
        try {
            return answer(form.getOrDefault("Action", ""), form)
                    .exceptionally(failure -> QueryXml.failure(SnsException.invalid(
                            "Delivery failed: " + failure.getClass().getSimpleName())));
        } catch (SnsException e) {
            return CompletableFuture.completedFuture(QueryXml.failure(e));
        }
    }

    private CompletableFuture<SnsReply> answer(String action, Map<String, String> form) {
        if (action.equals("Publish")) {
            return publish(form);
        }
        if (action.equals("PublishBatch")) {
            return publishBatch(form);
        }
        return CompletableFuture.completedFuture(QueryXml.success(action, administer(action, form)));
    }

    private String administer(String action, Map<String, String> form) {
        String topicArn = form.get("TopicArn");
        return switch (action) {
            case "CreateTopic" -> text("TopicArn", topics.create(form.get("Name")));
            case "DeleteTopic" -> {
                topics.delete(topicArn);
                yield "";
            }
            case "ListTopics" ->
                element(
                        "Topics",
                        topics.all().stream()
                                .map(arn -> element("member", text("TopicArn", arn)))
                                .collect(Collectors.joining()));
            case "GetTopicAttributes" -> topicAttributes(topicArn);
            case "Subscribe" -> text("SubscriptionArn", subscribe(form).arn());
            case "Unsubscribe" -> {
                topics.unsubscribe(form.get("SubscriptionArn"));
                yield "";
            }
            case "SetSubscriptionAttributes" -> {
                setSubscriptionAttribute(form);
                yield "";
            }
            case "GetSubscriptionAttributes" -> subscriptionAttributes(form.get("SubscriptionArn"));
            case "ListSubscriptions" -> list(topics.subscriptions());
            case "ListSubscriptionsByTopic" -> list(topics.subscriptions(topicArn));
            default -> throw SnsException.unknownAction(action);
        };
    }

    private Subscription subscribe(Map<String, String> form) {
        if (!"sqs".equals(form.get("Protocol"))) {
            throw SnsException.invalid("Invalid parameter: Protocol: only sqs is served here");
        }
        String queueArn = form.getOrDefault("Endpoint", "");
        if (!queueArn.startsWith("arn:aws:sqs:")) {
            throw SnsException.invalid("Invalid parameter: SQS endpoint ARN");
        }
        Map<String, String> attributes = map(form, "Attributes.entry.", "key", "value");
        attributes.keySet().forEach(SnsService::requireRaw);
        return topics.subscribe(
                form.get("TopicArn"), queueArn, Boolean.parseBoolean(attributes.get("RawMessageDelivery")));
    }

    private void setSubscriptionAttribute(Map<String, String> form) {
        requireRaw(form.get("AttributeName"));
        topics.setRaw(form.get("SubscriptionArn"), Boolean.parseBoolean(form.get("AttributeValue")));
    }

    private static void requireRaw(String attribute) {
        if (!"RawMessageDelivery".equals(attribute)) {
            throw SnsException.invalid("Invalid parameter: AttributeName: " + attribute + " is not served here");
        }
    }

    private String topicAttributes(String topicArn) {
        int confirmed = topics.subscriptions(topicArn).size();
        return element(
                "Attributes",
                entry("TopicArn", topicArn)
                        + entry("SubscriptionsConfirmed", Integer.toString(confirmed))
                        + entry("SubscriptionsPending", "0"));
    }

    private String subscriptionAttributes(String subscriptionArn) {
        Subscription subscription = topics.subscription(subscriptionArn);
        return element(
                "Attributes",
                entry("SubscriptionArn", subscription.arn())
                        + entry("TopicArn", subscription.topicArn())
                        + entry("Protocol", "sqs")
                        + entry("Endpoint", subscription.queueArn())
                        + entry("RawMessageDelivery", Boolean.toString(subscription.raw()))
                        + entry("PendingConfirmation", "false"));
    }

    private static String list(List<Subscription> subscriptions) {
        return element(
                "Subscriptions",
                subscriptions.stream()
                        .map(s -> element(
                                "member",
                                text("SubscriptionArn", s.arn())
                                        + text("TopicArn", s.topicArn())
                                        + text("Protocol", "sqs")
                                        + text("Endpoint", s.queueArn())
                                        + text("Owner", s.topicArn().split(":")[4])))
                        .collect(Collectors.joining()));
    }

    private CompletableFuture<SnsReply> publish(Map<String, String> form) {
        String topicArn = form.getOrDefault("TopicArn", form.get("TargetArn"));
        String messageId = UUID.randomUUID().toString();
        return deliver(topicArn, messageId, publication(form, ""))
                .thenApply(done -> QueryXml.success("Publish", text("MessageId", messageId)));
    }

    private CompletableFuture<SnsReply> publishBatch(Map<String, String> form) {
        String topicArn = form.get("TopicArn");
        StringBuilder successful = new StringBuilder();
        CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
        for (int i = 1; form.containsKey("PublishBatchRequestEntries.member." + i + ".Id"); i++) {
            String prefix = "PublishBatchRequestEntries.member." + i + ".";
            String messageId = UUID.randomUUID().toString();
            CompletableFuture<Void> delivered = deliver(topicArn, messageId, publication(form, prefix));
            all = all.thenCombine(delivered, (a, b) -> null);
            successful.append(element("member", text("Id", form.get(prefix + "Id")) + text("MessageId", messageId)));
        }
        return all.thenApply(done ->
                QueryXml.success("PublishBatch", element("Successful", successful.toString()) + element("Failed", "")));
    }

    private static Publication publication(Map<String, String> form, String prefix) {
        String message = form.get(prefix + "Message");
        if (message == null || message.isEmpty()) {
            throw SnsException.invalid("Invalid parameter: Empty message");
        }
        if (message.getBytes(StandardCharsets.UTF_8).length > MAX_MESSAGE_BYTES) {
            throw SnsException.invalid("Invalid parameter: Message too long");
        }
        return new Publication(message, form.get(prefix + "Subject"), attributes(form, prefix));
    }

    private static Map<String, MessageAttribute> attributes(Map<String, String> form, String prefix) {
        Map<String, MessageAttribute> attributes = new LinkedHashMap<>();
        for (int i = 1; form.containsKey(prefix + "MessageAttributes.entry." + i + ".Name"); i++) {
            String entry = prefix + "MessageAttributes.entry." + i + ".";
            String value = form.getOrDefault(entry + "Value.StringValue", form.get(entry + "Value.BinaryValue"));
            attributes.put(form.get(entry + "Name"), new MessageAttribute(form.get(entry + "Value.DataType"), value));
        }
        return attributes;
    }

    private static Map<String, String> map(Map<String, String> form, String prefix, String key, String value) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 1; form.containsKey(prefix + i + "." + key); i++) {
            map.put(form.get(prefix + i + "." + key), form.get(prefix + i + "." + value));
        }
        return map;
    }

    private CompletableFuture<Void> deliver(String topicArn, String messageId, Publication publication) {
        List<Subscription> subscriptions = topics.subscriptions(topicArn);
        return CompletableFuture.allOf(subscriptions.stream()
                .map(subscription -> deliver(subscription, messageId, publication))
                .toArray(CompletableFuture[]::new));
    }

    /** A delivery that fails is lost, as with SNS: who published has done so. */
    private CompletableFuture<?> deliver(Subscription subscription, String messageId, Publication publication) {
        // With raw delivery SNS passes its message attributes on as those of SQS.
        CompletableFuture<?> sent = subscription.raw()
                ? queues.send(subscription.queueArn(), publication.message(), publication.attributes())
                : queues.send(
                        subscription.queueArn(),
                        Envelope.of(subscription.topicArn(), messageId, publication),
                        Map.of());
        return sent.handle((done, failure) -> {
            if (failure != null) {
                LOG.warn("Message {} is not delivered to {}", messageId, subscription.queueArn(), failure);
            }
            return null;
        });
    }
}
