package io.github.camelsagemaker.async.internal.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.internal.result.RequestRecords.RequestRecord;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.tracking.HeaderCodec;
import io.github.camelsagemaker.async.internal.tracking.TrackingSettings;
import io.github.camelsagemaker.async.tracking.InvocationKey;
import io.github.camelsagemaker.async.tracking.MemoryPendingInvocationStore;
import io.github.camelsagemaker.async.tracking.PendingClaim;
import io.github.camelsagemaker.async.tracking.PendingInvocation;
import io.github.camelsagemaker.async.tracking.PendingState;
import io.github.camelsagemaker.async.tracking.PendingStoreException;
import io.github.camelsagemaker.async.tracking.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RequestRecordsTest {

    private static final String ENDPOINT = "summarizer";
    private static final Instant CREATED = Instant.parse("2026-03-01T10:00:00Z");
    private static final Instant DEADLINE = CREATED.plusSeconds(3600);
    private static final Duration LEASE = Duration.ofMinutes(5);
    private static final S3Location OUTPUT = new S3Location("bucket", "out/1.out");
    private static final S3Location FAILURE = new S3Location("bucket", "failed/1.out");

    private final SettableClock clock = new SettableClock(CREATED.plusSeconds(60));
    private boolean away;
    private final MemoryPendingInvocationStore store = new MemoryPendingInvocationStore() {
        @Override
        public Optional<PendingState> end(InvocationKey key, PendingState outcome, Instant at) {
            if (away) {
                throw new PendingStoreException("The store is away");
            }
            return super.end(key, outcome, at);
        }
    };
    private final RequestRecords records = new RequestRecords(
            ENDPOINT, new TrackingSettings(store, new HeaderCodec(null), null, null, LEASE, null, 1), clock);

    @BeforeEach
    void databaseIsThereForLong() {
        records.awayAt = System.nanoTime() - RequestRecords.GRACE.toNanos();
    }

    private void addLocated(String id) {
        store.add(PendingInvocation.pending(id, ENDPOINT, CREATED, DEADLINE, "{\"order\":{\"int\":\"7\"}}"));
        store.addLocations(key(id), OUTPUT.uri(), FAILURE.uri(), null);
    }

    private static ResultEvent completed(String id, S3Location object) {
        return ResultEvent.of(InferenceStatus.COMPLETED, ENDPOINT, event -> {
            event.inferenceId = id;
            event.object = object;
            event.outputLocation = object;
        });
    }

    private ResultEvent scanned(S3Location object, Instant modified) {
        return scanned(object, modified, clock.instant());
    }

    private static ResultEvent scanned(S3Location object, Instant modified, Instant listedAt) {
        return ResultEvent.of(InferenceStatus.COMPLETED, ENDPOINT, event -> {
            event.object = object;
            event.eventTime = modified;
            event.discoveredAt = listedAt;
        });
    }

    private RequestRecord begin(ResultEvent event) {
        return records.begin(event).orElseThrow();
    }

    private PendingState stateOf(String id) {
        return store.find(key(id)).orElseThrow().state();
    }

    @Test
    void findsTheRequestByInferenceIdAndGivesItsHeadersBack() {
        store.add(PendingInvocation.pending("id-1", ENDPOINT, CREATED, DEADLINE, "{\"order\":{\"int\":\"7\"}}"));

        RequestRecord tracked = begin(completed("id-1", OUTPUT));

        assertThat(tracked.headers).containsEntry("order", 7).hasSize(1);
        assertThat(tracked.isLate()).isFalse();
    }

    @Test
    void findsTheRequestByThePlaceOfTheOutputAndOfTheFailure() {
        addLocated("id-1");

        assertThat(begin(scanned(OUTPUT, clock.instant())).headers).containsEntry("order", 7);
        assertThat(begin(scanned(FAILURE, clock.instant())).headers).containsEntry("order", 7);
    }

    @Test
    void endsTheRecordAfterSuccess() {
        addLocated("id-1");
        RequestRecord tracked = begin(completed("id-1", OUTPUT));
        assertThat(stateOf("id-1")).isEqualTo(PendingState.PENDING);
        assertThat(records.inFlight).hasSize(1);

        tracked.succeeded(InferenceStatus.COMPLETED);

        assertThat(stateOf("id-1")).isEqualTo(PendingState.COMPLETED);
        assertThat(records.inFlight).isEmpty();
    }

    @Test
    void endsTheRecordOfAFailedInferenceAsFailed() {
        addLocated("id-1");

        begin(scanned(FAILURE, CREATED)).succeeded(InferenceStatus.FAILED);

        assertThat(stateOf("id-1")).isEqualTo(PendingState.FAILED);
    }

    @Test
    void leavesTheRecordPendingWhenTheExchangeFailed() {
        addLocated("id-1");

        begin(completed("id-1", OUTPUT)).abandoned();

        assertThat(stateOf("id-1")).isEqualTo(PendingState.PENDING);
        assertThat(records.inFlight).isEmpty();
    }

    @Test
    void marksAResultThatLandsAfterItsExpiryWasDelivered() {
        addLocated("id-1");
        PendingClaim claim = PendingClaim.of(DEADLINE, LEASE);
        store.claimExpired(ENDPOINT, claim, 1);
        store.confirmExpired(key("id-1"), claim, DEADLINE);
        clock.advance(Duration.ofHours(2));

        RequestRecord tracked = begin(completed("id-1", OUTPUT));

        assertThat(tracked.isLate()).isTrue();
        assertThat(tracked.headers).containsEntry("order", 7);
        tracked.succeeded(InferenceStatus.COMPLETED);
        assertThat(stateOf("id-1")).isEqualTo(PendingState.COMPLETED);
    }

    @Test
    void waitsWhileTheExpiryIsInTheRoute() {
        addLocated("id-1");
        clock.advance(Duration.ofHours(1));
        PendingClaim claim = PendingClaim.of(clock.instant(), LEASE);
        store.claimExpired(ENDPOINT, claim, 1);

        assertThat(records.begin(completed("id-1", OUTPUT))).isEmpty();
        assertThat(records.inFlight).isEmpty();

        store.confirmExpired(key("id-1"), claim, clock.instant());
        assertThat(begin(completed("id-1", OUTPUT)).isLate()).isTrue();
    }

    @Test
    void keepsTheSweepAwayForAsLongAsTheRouteTakes() {
        addLocated("id-1");
        clock.advance(Duration.ofMinutes(58));
        RequestRecord tracked = begin(completed("id-1", OUTPUT));

        for (int i = 0; i < 20; i++) {
            clock.advance(LEASE.dividedBy(3));
            records.renew();
            assertThat(store.claimExpired(ENDPOINT, PendingClaim.of(clock.instant(), LEASE), 1))
                    .isEmpty();
        }

        tracked.abandoned();
        clock.advance(LEASE);
        records.renew();
        assertThat(store.claimExpired(ENDPOINT, PendingClaim.of(clock.instant(), LEASE), 1))
                .hasSize(1);
    }

    @Test
    void aRecordThatCannotBeEndedKeepsNoOtherFromBeingHeld() {
        addLocated("id-1");
        S3Location other = new S3Location("bucket", "out/2.out");
        store.add(PendingInvocation.pending("id-2", ENDPOINT, CREATED, DEADLINE, "{}"));
        store.addLocations(key("id-2"), other.uri(), null, null);
        clock.advance(Duration.ofMinutes(58));
        RequestRecord delivered = begin(completed("id-1", OUTPUT));
        begin(completed("id-2", other));
        away = true;
        assertThatThrownBy(() -> delivered.succeeded(InferenceStatus.COMPLETED))
                .isInstanceOf(PendingStoreException.class);

        for (int i = 0; i < 6; i++) {
            clock.advance(LEASE.dividedBy(3));
            assertThatThrownBy(records::renew).isInstanceOf(PendingStoreException.class);
        }

        assertThat(store.claimExpired(ENDPOINT, PendingClaim.of(clock.instant(), LEASE), 2))
                .extracting(PendingInvocation::inferenceId)
                .containsExactly("id-1");
    }

    @Test
    void tracksNoResultOfAnUnknownRequest() {
        RequestRecord tracked = begin(completed("id-1", OUTPUT));

        assertThat(tracked).isSameAs(RequestRecord.UNTRACKED);
        tracked.succeeded(InferenceStatus.COMPLETED);
        assertThat(records.inFlight).isEmpty();
    }

    @Test
    void waitsWithAYoungScannedObjectWhoseRequestMayNotHaveItsPlaceYet() {
        // By S3's clock, which is not this node's.
        Instant landed = clock.instant().minus(Duration.ofMinutes(2));
        Instant oldEnough = landed.plus(RequestRecords.GRACE);

        assertThat(records.begin(scanned(OUTPUT, landed, landed))).isEmpty();
        assertThat(records.begin(scanned(OUTPUT, landed, oldEnough.minusMillis(1))))
                .isEmpty();
        assertThat(begin(scanned(OUTPUT, landed, oldEnough))).isSameAs(RequestRecord.UNTRACKED);
    }

    @Test
    void waitsWithAYoungFailureWhoseRequestMayNotHaveItsPlaceYet() {
        store.add(PendingInvocation.pending("id-1", ENDPOINT, CREATED, DEADLINE, "{}"));
        Instant ended = clock.instant();

        assertThat(records.begin(failed("id-1", ended))).isEmpty();

        clock.advance(RequestRecords.GRACE);
        assertThat(records.begin(failed("id-1", ended))).isPresent();
        store.addLocations(key("id-1"), OUTPUT.uri(), FAILURE.uri(), null);
        assertThat(records.begin(failed("id-1", clock.instant()))).isPresent();
    }

    private ResultEvent failed(String id, Instant ended) {
        return ResultEvent.of(InferenceStatus.FAILED, ENDPOINT, event -> {
            event.inferenceId = id;
            event.eventTime = ended;
            event.discoveredAt = clock.instant();
        });
    }

    @Test
    void waitsWithAScannedObjectWhoseRequestIsNotKnownAfterTheDatabaseWasAway() {
        ResultEvent old = scanned(OUTPUT, clock.instant().minus(Duration.ofHours(1)));
        records.databaseIsAway();
        assertThat(records.begin(old)).isEmpty();

        databaseIsThereForLong();
        assertThat(begin(old)).isSameAs(RequestRecord.UNTRACKED);
    }

    @Test
    void waitsWithAYoungScannedObjectAtThePlaceOfAResultThatWasDelivered() {
        addLocated("id-1");
        begin(scanned(OUTPUT, CREATED)).succeeded(InferenceStatus.COMPLETED);

        assertThat(records.begin(scanned(OUTPUT, clock.instant()))).isEmpty();

        store.add(PendingInvocation.pending("id-2", ENDPOINT, CREATED, DEADLINE, "{}"));
        store.addLocations(key("id-2"), OUTPUT.uri(), FAILURE.uri(), null);
        assertThat(begin(scanned(OUTPUT, clock.instant())).inferenceId()).isEqualTo("id-2");
    }

    @Test
    void tellsThePayloadOfADuplicateOnlyIfItsRequestHasEnded() {
        S3Location input = new S3Location("bucket", "in/1");
        store.add(PendingInvocation.pending("id-1", ENDPOINT, CREATED, DEADLINE, "{}"));
        store.addLocations(key("id-1"), OUTPUT.uri(), FAILURE.uri(), input.uri());

        assertThat(records.handledBefore(scanned(OUTPUT, CREATED)).inputLocation())
                .isNull();
        assertThat(stateOf("id-1")).isEqualTo(PendingState.COMPLETED);
        assertThat(records.handledBefore(scanned(OUTPUT, CREATED)).inputLocation())
                .isEqualTo(input);
    }

    @Test
    void tellsThePayloadOfADuplicateWhoseRecordCouldNotBeEndedHere() {
        S3Location input = new S3Location("bucket", "in/1");
        store.add(PendingInvocation.pending("id-1", ENDPOINT, CREATED, DEADLINE, "{}"));
        store.addLocations(key("id-1"), OUTPUT.uri(), FAILURE.uri(), input.uri());
        RequestRecord delivered = begin(scanned(OUTPUT, CREATED));
        away = true;
        assertThatThrownBy(() -> delivered.succeeded(InferenceStatus.COMPLETED))
                .isInstanceOf(PendingStoreException.class);
        away = false;

        assertThat(records.handledBefore(scanned(OUTPUT, CREATED)).inputLocation())
                .isEqualTo(input);
        assertThat(stateOf("id-1")).isEqualTo(PendingState.COMPLETED);
    }

    @Test
    void doesNotBelieveAnInferenceIdThatThePlaceContradicts() {
        addLocated("id-1");

        assertThat(begin(completed("id-1", new S3Location("bucket", "out/2.out"))))
                .isSameAs(RequestRecord.UNTRACKED);
    }

    @Test
    void leavesTheRequestsOfOtherEndpointsAlone() {
        store.add(PendingInvocation.pending("id-1", "other", CREATED, DEADLINE, "{}"));
        store.addLocations(key("id-1"), OUTPUT.uri(), null, null);

        assertThat(begin(completed("id-1", OUTPUT))).isSameAs(RequestRecord.UNTRACKED);
    }

    @Test
    void deliversAResultWhoseStoredHeadersCannotBeRead() {
        store.add(PendingInvocation.pending("id-1", ENDPOINT, CREATED, DEADLINE, "broken"));

        RequestRecord tracked = begin(completed("id-1", OUTPUT));

        assertThat(tracked.headers).isEmpty();
        tracked.succeeded(InferenceStatus.COMPLETED);
        assertThat(stateOf("id-1")).isEqualTo(PendingState.COMPLETED);
    }

    private static InvocationKey key(String inferenceId) {
        return new InvocationKey(ENDPOINT, inferenceId);
    }
}
