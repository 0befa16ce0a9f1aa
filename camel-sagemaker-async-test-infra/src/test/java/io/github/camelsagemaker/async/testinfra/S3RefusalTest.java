package io.github.camelsagemaker.async.testinfra;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;

/** What a client learns about a payload that S3 does not take. */
class S3RefusalTest {

    @RegisterExtension
    static final LocalAwsExtension AWS = new LocalAwsExtension();

    @Test
    void theReasonArrivesWhateverOfThePayloadIsStillOnItsWay() {
        byte[] payload = new byte[900_000];

        Stream<CompletableFuture<?>> puts = IntStream.range(0, 200).mapToObj(i -> AWS.aws()
                .s3Client()
                .putObject(r -> r.bucket("no-such-bucket").key("k" + i), AsyncRequestBody.fromBytes(payload)));

        puts.toList().forEach(put -> assertThatThrownBy(put::join).hasCauseInstanceOf(NoSuchBucketException.class));
    }
}
