package io.github.camelsagemaker.async.internal.reply;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.internal.sqs.QueueReference;
import io.github.camelsagemaker.async.internal.sqs.QueueSubscription;
import io.github.camelsagemaker.async.internal.sqs.QueueSubscription.NewQueue;
import io.github.camelsagemaker.async.testinfra.LocalAwsExtension;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

@Tag("any-camel")
class ReplyQueueLeaseTest {

    @RegisterExtension
    static final LocalAwsExtension AWS = new LocalAwsExtension();

    private static final Instant START = Instant.parse("2026-01-25T22:00:00Z");

    private final String name = "replies-" + UUID.randomUUID();

    @Test
    void renewingPutsTheEndOff() {
        SqsAsyncClient sqs = AWS.aws().sqsClient();
        String url = queue(START).ensure().join();
        assertThat(until(url)).isEqualTo("2026-01-25T23:00:00Z");

        lease(START.plusSeconds(600)).renew(url).join();

        assertThat(until(url)).isEqualTo("2026-01-25T23:10:00Z");
        sqs.deleteQueue(r -> r.queueUrl(url)).join();
    }

    @Test
    void aQueueThatSomebodyDeletedIsMadeAgainAndMarkedAsInUse() {
        SqsAsyncClient sqs = AWS.aws().sqsClient();
        String url = queue(START).ensure().join();
        sqs.deleteQueue(r -> r.queueUrl(url)).join();

        new ReplyQueueLease(sqs, queue(START), Clock.fixed(START.plusSeconds(7200), ZoneOffset.UTC))
                .renew(url)
                .join();

        assertThat(until(url)).isEqualTo("2026-01-26T01:00:00Z");
        assertThat(sqs.getQueueUrl(r -> r.queueName(name)).join().queueUrl()).isEqualTo(url);
        sqs.deleteQueue(r -> r.queueUrl(url)).join();
    }

    private ReplyQueueLease lease(Instant now) {
        return new ReplyQueueLease(AWS.aws().sqsClient(), queue(now), Clock.fixed(now, ZoneOffset.UTC));
    }

    private QueueSubscription queue(Instant now) {
        Map<String, String> tags = ReplyQueueLease.tags(Clock.fixed(now, ZoneOffset.UTC));
        return new QueueSubscription(
                AWS.aws().sqsClient(),
                null,
                new QueueReference(name, null, null, null),
                List.of(),
                new NewQueue(Map.of(), tags, false));
    }

    private static String until(String url) {
        return AWS.aws()
                .sqsClient()
                .listQueueTags(r -> r.queueUrl(url))
                .join()
                .tags()
                .get(ReplyQueueLease.TAG);
    }
}
