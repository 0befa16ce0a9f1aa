package io.github.camelsagemaker.async.internal;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.internal.PlaceClaims.Claim;
import io.github.camelsagemaker.async.internal.PlaceClaims.Owner;
import io.github.camelsagemaker.async.internal.PlaceClaims.Use;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import java.util.List;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlaceClaimsTest {

    private final PlaceClaims claims = new PlaceClaims();

    @Test
    void consumersShareAQueueWhetherTheyHaveARouteOrArePolledAndAProducerDoesNot() {
        EndpointContext endpoint = new EndpointContext(
                "e", "sagemaker-async:e", new DefaultCamelContext(), new SageMakerAsyncConfiguration(), null, null);
        PlaceClaims.ofQueue(endpoint, "r1", false, "queue");
        Runnable polled = PlaceClaims.ofQueue(endpoint, null, false, "queue");
        PlaceClaims.ofQueue(endpoint, null, true, "other queue");

        assertThatThrownBy(() -> PlaceClaims.ofQueue(endpoint, null, true, "queue"))
                .hasMessageContainingAll("a producer (sagemaker-async:e)", "'queue'", "route 'r1' (sagemaker-async:e)");
        assertThatNoException().isThrownBy(polled::run);
    }

    @ParameterizedTest
    @CsvSource({
        // what is there, what is wanted, for the same SageMaker endpoint
        "SCANNED,  out/,   SCANNED,  out/,   true",
        "SCANNED,  out/,   SCANNED,  out/b/, true",
        "SCANNED,  out/b/, SCANNED,  out/,   true",
        "SCANNED,  out/,   NOTIFIED, out/,   true",
        "NOTIFIED, out/b/, SCANNED,  out/,   true",
        "SCANNED,  out/,   WRITTEN,  out/,   true",
        "SCANNED,  '',     WRITTEN,  out/in/, true",
        "WRITTEN,  out/in/, SCANNED,  '',     true",
        "WRITTEN,  out/in/, NOTIFIED, out/,   true",
        "SCANNED,  out/,   SCANNED,  outside/, false",
        "NOTIFIED, out/,   NOTIFIED, out/,   false",
        "NOTIFIED, out/,   NOTIFIED, out/b/, false",
        "WRITTEN,  out/,   SCANNED,  out/b/, false",
        "SCANNED,  out/b/, WRITTEN,  out/,   false",
        "WRITTEN,  in/,    WRITTEN,  in/,    false",
    })
    void aPlaceBelongsToOneConsumer(Use there, String place, Use wanted, String other, boolean refused) {
        claim(owner("r1", "e"), there, place);

        if (refused) {
            assertRefused(owner("r2", "e"), wanted, other);
        } else {
            assertThatNoException().isThrownBy(() -> claim(owner("r2", "e"), wanted, other));
        }
    }

    @ParameterizedTest
    @CsvSource({"out/, out/", "out/, out/b/", "out/b/, out/"})
    void aPlaceThatQueuesTellOfBelongsToOneSageMakerEndpoint(String place, String other) {
        claim(owner("r1", "e"), Use.NOTIFIED, place);

        assertRefused(owner("r2", "another"), Use.NOTIFIED, other);
    }

    @Test
    void bothAreNamed() {
        claim(owner("r1", "first"), Use.SCANNED, "out/");

        assertThatThrownBy(() -> claim(owner("r2", "second"), Use.SCANNED, "out/b/"))
                .hasMessageContainingAll("r1", "first", "s3://bucket/out/'", "r2", "second", "s3://bucket/out/b/'");
    }

    @Test
    void aConsumerThatIsPolledIsNamedAsOne() {
        claim(owner(null, "e"), Use.SCANNED, "out/");

        assertThatThrownBy(() -> claim(owner("r2", "e"), Use.SCANNED, "out/"))
                .hasMessageContaining(
                        "of a consumer that is polled (pollEnrich, ConsumerTemplate) (sagemaker-async:e)");
    }

    @Test
    void aPlaceIsFreeAgainWhenItsConsumerStopped() {
        Runnable first = claim(owner("r1", "e"), Use.SCANNED, "out/");
        assertRefused(owner("r2", "e"), Use.SCANNED, "out/");

        first.run();

        assertThatNoException().isThrownBy(() -> claim(owner("r2", "e"), Use.SCANNED, "out/"));
    }

    @Test
    void aRouteThatIsStartedAgainTakesItsPlaceOverFromAStartThatWasGivenUp() {
        Runnable first = claim(owner("r1", "e"), Use.SCANNED, "out/");
        claim(owner("r1", "e"), Use.SCANNED, "out/");

        first.run();

        assertRefused(owner("r2", "e"), Use.SCANNED, "out/");
    }

    @Test
    void nothingIsClaimedIfOnePlaceIsRefused() {
        claim(owner("r1", "e"), Use.SCANNED, "failed/");
        Owner owner = owner("r2", "e");
        assertThatThrownBy(() -> claims.claim(List.of(
                        new Claim(owner, Use.SCANNED, "outputLocation", prefix("out/")),
                        new Claim(owner, Use.SCANNED, "failureLocation", prefix("failed/")))))
                .isInstanceOf(IllegalArgumentException.class);

        assertThatNoException().isThrownBy(() -> claim(owner("r3", "e"), Use.SCANNED, "out/"));
    }

    @Test
    void anotherStoreIsAnotherPlace() {
        claim(owner("r1", "e"), Use.SCANNED, "out/");

        assertThatNoException()
                .isThrownBy(() -> claim(new Owner("r2", false, "f", "http://store:9000"), Use.SCANNED, "out/"));
    }

    private void assertRefused(Owner owner, Use use, String place) {
        assertThatThrownBy(() -> claim(owner, use, place)).isInstanceOf(IllegalArgumentException.class);
    }

    private Runnable claim(Owner owner, Use use, String place) {
        return claims.claim(List.of(new Claim(owner, use, "outputLocation", prefix(place))));
    }

    private static S3Prefix prefix(String place) {
        return new S3Prefix("bucket", place);
    }

    private static Owner owner(String route, String endpointName) {
        return new Owner(route, false, endpointName, "");
    }
}
