package io.github.camelsagemaker.async.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.camelsagemaker.async.result.S3Location;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestTrackerTest {

    private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    private final MemoryPendingInvocationStore store = new MemoryPendingInvocationStore();
    private final RequestTracker tracker =
            new RequestTracker(store, new HeaderCodec(new HeaderSelection(null)), null, new SettableClock(NOW));

    private PendingInvocation begun(String id) {
        PendingInvocation invocation = tracker.record(id, "summarizer", null, null, Map.of("order", 7));
        tracker.begin(invocation);
        return invocation;
    }

    @Test
    void expectsAResultForAsLongAsSageMakerWouldWorkOnItAndSomeMore() {
        assertThat(tracker.record("id", "e", 60, 1, Map.of()).deadline()).isEqualTo(NOW.plusSeconds(60 + 1 + 300));
        assertThat(tracker.record("id", "e", null, null, Map.of()).deadline())
                .isEqualTo(NOW.plusSeconds(21_600 + 900 + 300));
    }

    @Test
    void recordsNothingBeforeItIsBegun() {
        tracker.record("id-1", "summarizer", null, null, Map.of());

        assertThat(store.find("id-1")).isEmpty();
    }

    @Test
    void addsThePlacesInWhateverFormTheyCame() {
        begun("id-1");

        tracker.accepted(
                "id-1", "https://bucket.s3.eu-west-1.amazonaws.com/out/1.out", "s3://bucket/failed/1.out", null);

        assertThat(store.findByLocation(new S3Location("bucket", "out/1.out"))).isPresent();
        assertThat(store.findByLocation(new S3Location("bucket", "failed/1.out")))
                .isPresent();
    }

    @Test
    void keepsTheRecordWhenAPlaceCannotBeRead() {
        begun("id-1");

        tracker.accepted("id-1", "nonsense", null, "s3://bucket/in/1");

        assertThat(store.find("id-1").orElseThrow().inputLocation()).isEqualTo(new S3Location("bucket", "in/1"));
    }

    @Test
    void forgetsARequestThatWasRefused() {
        begun("id-1");

        tracker.refused("id-1", new IllegalStateException("refused"));

        assertThat(store.find("id-1")).isEmpty();
    }

    @Test
    void tellsTheCallerAlsoWhyARefusedRequestCouldNotBeForgotten() {
        RequestTracker broken = new RequestTracker(
                new MemoryPendingInvocationStore() {
                    @Override
                    public synchronized void remove(String inferenceId) {
                        throw new PendingStoreException("database down");
                    }
                },
                new HeaderCodec(new HeaderSelection(null)),
                null,
                new SettableClock(NOW));
        IllegalStateException refusal = new IllegalStateException("refused");

        broken.refused("id-1", refusal);

        assertThat(refusal.getSuppressed()).singleElement().isInstanceOf(PendingStoreException.class);
    }

    @Test
    void refusesHeadersThatAreTooLarge() {
        Map<String, Object> headers = Map.of("huge", "x".repeat(HeaderCodec.MAX_LENGTH));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> tracker.record("id-1", "summarizer", null, null, headers))
                .withMessageContaining("'huge'");
    }
}
