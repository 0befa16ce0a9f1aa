package io.github.camelsagemaker.async.internal.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.camelsagemaker.async.internal.sqs.QueueProvisioner;
import io.github.camelsagemaker.async.internal.sqs.QueueProvisioner.NewQueue;
import io.github.camelsagemaker.async.internal.sqs.QueueReference;
import io.github.camelsagemaker.async.testinfra.LocalAwsExtension;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

@Tag("any-camel")
class ReplyQueueLeaseTest {

    @RegisterExtension
    static final LocalAwsExtension AWS = new LocalAwsExtension();

    private final String name = "replies-" + UUID.randomUUID();

    @ParameterizedTest
    @ValueSource(longs = {0, -7200, 7200})
    void renewingPutsTheEndOffByTheTimeOfSqsWhateverTheClockSays(long secondsAhead) {
        SqsAsyncClient sqs = AWS.aws().sqsClient();
        String url = queue().ensure().join();

        lease(secondsAhead).renew(url).join();

        assertThat(until(url)).isCloseTo(Instant.now().plusSeconds(3600), within(2, ChronoUnit.MINUTES));
        sqs.deleteQueue(r -> r.queueUrl(url)).join();
    }

    @Test
    void aQueueThatSomebodyDeletedIsMadeAgainAndMarkedAsInUse() {
        SqsAsyncClient sqs = AWS.aws().sqsClient();
        String url = queue().ensure().join();
        sqs.deleteQueue(r -> r.queueUrl(url)).join();

        lease(0).renew(url).join();

        assertThat(until(url)).isAfter(Instant.now().plusSeconds(3000));
        assertThat(sqs.getQueueUrl(r -> r.queueName(name)).join().queueUrl()).isEqualTo(url);
        sqs.deleteQueue(r -> r.queueUrl(url)).join();
    }

    private ReplyQueue.Lease lease(long secondsAhead) {
        Clock clock = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(secondsAhead));
        return new ReplyQueue.Lease(queue(), clock);
    }

    private QueueProvisioner queue() {
        return new QueueProvisioner(
                AWS.aws().sqsClient(),
                null,
                new QueueReference(name, null, null, null),
                List.of(),
                new NewQueue(Map.of(), ReplyQueue.Lease.tags(Instant.EPOCH), false, null));
    }

    private static Instant until(String url) {
        return Instant.parse(AWS.aws()
                .sqsClient()
                .listQueueTags(r -> r.queueUrl(url))
                .join()
                .tags()
                .get(ReplyQueue.TAG));
    }
}
