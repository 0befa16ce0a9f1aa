package io.github.camelsagemaker.async.internal.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.error.ResultUnreadableException;
import io.github.camelsagemaker.async.internal.result.RequestRecords.RequestRecord;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("any-camel")
class ResultContentTest {

    private static final S3Location OBJECT = S3Location.parse("s3://bucket/out/a");

    private static CompletableFuture<InferenceResult> read(String listedEtag, long listedLength) {
        InferenceResult half =
                new InferenceResult("half".getBytes(), null, null, 4L, "\"1\"", null, Map.of(), null, null);
        ResultContent content = new ResultContent(
                new ScriptedResultReader(object -> CompletableFuture.completedFuture(half)), BodyMode.BYTES);
        ResultEvent event = ResultEvent.of(InferenceStatus.COMPLETED, "endpoint", listed -> {
            listed.object = OBJECT;
            listed.etag = listedEtag;
            listed.contentLength = listedLength;
            listed.isListed = true;
        });
        return content.of(event, RequestRecord.UNTRACKED);
    }

    @Test
    void anAnswerThatIsShorterThanTheListedVersionIsNoResult() {
        assertThat(read("\"1\"", 8))
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(ResultUnreadableException.class)
                .withMessageContaining("4 bytes of an object of 8");
    }

    @Test
    void whatWasOverwrittenSinceItWasListedHasALengthOfItsOwn() {
        assertThat(read("\"0\"", 8)).succeedsWithin(Duration.ofSeconds(30));
        assertThat(read("\"1\"", 4)).succeedsWithin(Duration.ofSeconds(30));
    }
}
