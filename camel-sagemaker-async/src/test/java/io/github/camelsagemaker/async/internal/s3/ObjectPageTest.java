package io.github.camelsagemaker.async.internal.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.testinfra.Fault;
import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.LocalAwsExtension;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.model.S3Object;

@Tag("any-camel")
class ObjectPageTest {

    @RegisterExtension
    static final LocalAwsExtension SERVERS = new LocalAwsExtension();

    private final LocalAws aws = SERVERS.aws();
    private final String bucket = "b-" + UUID.randomUUID();

    @BeforeEach
    void createBucket() {
        aws.createBucket(bucket);
    }

    @Test
    void keysAreToldAsTheyAre() {
        for (String key : new String[] {"out/a b+c", "out/a%20b", "out/ü&<>"}) {
            aws.putObject(bucket, key, new byte[1], "text/plain");
        }

        assertThat(ObjectPage.list(aws.s3Client(), bucket, "out/", null, null).join())
                .satisfies(page -> assertThat(page.objects())
                        .extracting(S3Object::key)
                        .containsExactly("out/a b+c", "out/a%20b", "out/ü&<>"))
                .satisfies(page -> assertThat(page.last()).isTrue());
    }

    @Test
    void isListedAtTheTimeOfS3() {
        aws.putObject(bucket, "out/a", new byte[1], "text/plain");

        ObjectPage page =
                ObjectPage.list(aws.s3Client(), bucket, "out/", null, null).join();

        // In whole seconds, as the header Date is.
        assertThat(page.listedAt()).isEqualTo(page.listedAt().truncatedTo(ChronoUnit.SECONDS));
        assertThat(Duration.between(page.objects().get(0).lastModified(), page.listedAt()))
                .isBetween(Duration.ofSeconds(-1), Duration.ofMinutes(1));
    }

    @Test
    void nothingIsAListingToo() {
        assertThat(ObjectPage.list(aws.s3Client(), bucket, "out/", null, null).join())
                .satisfies(page -> assertThat(page.objects()).isEmpty())
                .satisfies(page -> assertThat(page.last()).isTrue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>welcome</html>"})
    void aPageOfAProxyIsNoListingOfNothing(String page) {
        aws.faults().forS3("ListObjectsV2", 1, new Fault.ForeignAnswer(200, "text/html", page));

        assertThat(ObjectPage.list(aws.s3Client(), bucket, "out/", null, null))
                .failsWithin(Duration.ofSeconds(20))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(IOException.class);
    }
}
