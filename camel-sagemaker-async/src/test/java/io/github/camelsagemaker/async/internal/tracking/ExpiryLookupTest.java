package io.github.camelsagemaker.async.internal.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.S3InMemory;
import io.github.camelsagemaker.async.error.SageMakerAsyncException;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.tracking.PendingInvocation;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("no-camel")
class ExpiryLookupTest {

    private static final S3Location OUTPUT = new S3Location("bucket", "out/a");
    private static final S3Location FAILURE = new S3Location("bucket", "failed/a");

    private final S3InMemory s3 = new S3InMemory(2);

    @Test
    void whatIsAtEitherPlaceIsThere() {
        s3.put("bucket", "failed/a", "reason");

        assertThat(look(OUTPUT, FAILURE)).isCompletedWithValue(true);
        assertThat(look(OUTPUT, null)).isCompletedWithValue(false);
        assertThat(look(null, null)).isCompletedWithValue(false);
    }

    @Test
    void aKeyThatOnlyBeginsAlikeIsAnotherObject() {
        s3.put("bucket", "out/a.1", "1").put("bucket", "out/a.2", "2").put("bucket", "out/a.3", "3");

        assertThat(look(OUTPUT, null)).isCompletedWithValue(false);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 403, 404, 503})
    void whatS3DoesNotTellIsNoAnswer(int status) {
        s3.fail("ListObjectsV2", status, null);

        assertThat(look(OUTPUT, FAILURE)).isCompletedExceptionally();
    }

    @Test
    void withoutThePermissionToListItIsToldWhatIsMissing() {
        s3.fail("ListObjectsV2", 403, "AccessDenied");

        assertThat(look(OUTPUT, FAILURE))
                .failsWithin(Duration.ofSeconds(1))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(SageMakerAsyncException.class)
                .withMessageContaining("s3://bucket/out/a")
                .withMessageContaining("s3:ListBucket");
    }

    private CompletableFuture<Boolean> look(S3Location output, S3Location failure) {
        return ExpirySweep.hasLanded(
                s3,
                PendingInvocation.pending("id", "e", Instant.EPOCH, Instant.EPOCH, "{}")
                        .withLocations(S3Location.uriOf(output), S3Location.uriOf(failure), null));
    }
}
