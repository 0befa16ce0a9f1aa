package io.github.camelsagemaker.async.testinfra.sns;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;

/** The topics and their subscriptions. Thread-safe. */
final class Topics {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,256}");

    private final String arnPrefix;
    private final Map<String, Map<String, Subscription>> topics = new LinkedHashMap<>();

    Topics(String region, String accountId) {
        this.arnPrefix = "arn:aws:sns:" + region + ":" + accountId + ":";
    }

    /** Creates a topic, or answers with the one of that name, as SNS does. */
    synchronized String create(String name) {
        if (name == null || !NAME.matcher(name).matches()) {
            throw SnsException.invalid("Invalid parameter: Topic Name");
        }
        topics.computeIfAbsent(arnPrefix + name, arn -> new LinkedHashMap<>());
        return arnPrefix + name;
    }

    synchronized void delete(String topicArn) {
        topics.remove(topicArn);
    }

    synchronized List<String> all() {
        return List.copyOf(topics.keySet());
    }

    /** Subscribes a queue. A second subscription of the same queue is the first one, as with SNS. */
    synchronized Subscription subscribe(String topicArn, String queueArn, boolean raw) {
        Map<String, Subscription> subscriptions = topic(topicArn);
        for (Subscription existing : subscriptions.values()) {
            if (existing.queueArn().equals(queueArn)) {
                if (existing.raw() != raw) {
                    throw SnsException.invalid("Invalid parameter: Attributes Reason: Subscription already exists with"
                            + " different attributes");
                }
                return existing;
            }
        }
        Subscription subscription = new Subscription(topicArn + ":" + UUID.randomUUID(), topicArn, queueArn, raw);
        subscriptions.put(subscription.arn(), subscription);
        return subscription;
    }

    synchronized void setRaw(String subscriptionArn, boolean raw) {
        Subscription old = subscription(subscriptionArn);
        topic(old.topicArn()).put(old.arn(), new Subscription(old.arn(), old.topicArn(), old.queueArn(), raw));
    }

    /** Unsubscribing what is not there is no error, as with SNS. */
    synchronized void unsubscribe(String subscriptionArn) {
        topics.values().forEach(subscriptions -> subscriptions.remove(subscriptionArn));
    }

    synchronized Subscription subscription(String subscriptionArn) {
        return topics.values().stream()
                .map(subscriptions -> subscriptions.get(subscriptionArn))
                .filter(found -> found != null)
                .findFirst()
                .orElseThrow(() -> SnsException.notFound("Subscription does not exist"));
    }

    synchronized List<Subscription> subscriptions(String topicArn) {
        return List.copyOf(topic(topicArn).values());
    }

    synchronized List<Subscription> subscriptions() {
        return topics.values().stream()
                .flatMap(subscriptions -> subscriptions.values().stream())
                .toList();
    }

    private Map<String, Subscription> topic(String topicArn) {
        Map<String, Subscription> subscriptions = topics.get(topicArn);
        if (subscriptions == null) {
            throw SnsException.notFound("Topic does not exist");
        }
        return subscriptions;
    }
}
