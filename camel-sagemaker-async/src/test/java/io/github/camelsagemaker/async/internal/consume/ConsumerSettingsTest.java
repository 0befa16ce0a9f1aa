package io.github.camelsagemaker.async.internal.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.internal.result.BodyMode;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.apache.camel.util.json.JsonObject;
import org.apache.camel.util.json.Jsoner;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsumerSettingsTest {

    private final SageMakerAsyncConfiguration options = new SageMakerAsyncConfiguration();

    @BeforeEach
    void smallestConfiguration() {
        options.setOutputLocation("s3://bucket/out");
    }

    @Test
    void theOutputLocationIsEnoughAndResultsAreDeleted() {
        ConsumerSettings settings = ConsumerSettings.of(options);

        assertThat(settings.outputs()).isEqualTo(new S3Prefix("bucket", "out/"));
        assertThat(settings.failures()).isNull();
        assertThat(settings.bodyMode()).isEqualTo(BodyMode.BYTES);
        assertThat(settings.removes()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"componentProperties", "properties"})
    void theCatalogTellsThatResultsAreDeleted(String section) throws Exception {
        JsonObject catalog;
        try (InputStream file =
                getClass().getResourceAsStream("/META-INF/io/github/camelsagemaker/async/sagemaker-async.json")) {
            catalog = (JsonObject) Jsoner.deserialize(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        }

        assertThat(catalog.<JsonObject>getMap(section).<JsonObject>getMap("deleteAfterRead"))
                .containsEntry("defaultValue", true)
                .hasEntrySatisfying("description", text -> assertThat(text.toString())
                        .contains("true when scanning, unless moveAfterRead; false with a notificationQueue"));
    }

    @Test
    void aConsumerNeedsAPlaceOrItsEndpoint() {
        options.setOutputLocation(null);
        options.setInputLocation("s3://bucket/in/");
        assertThatThrownBy(() -> ConsumerSettings.of(options))
                .hasMessageContaining("outputLocation")
                .hasMessageContaining("discoverEndpoint=true");

        options.setDiscoverEndpoint(true);
        assertThat(ConsumerSettings.of(options).outputs()).isNull();
    }

    @Test
    void resultsToldOfByNotificationsStayUnlessSaidOtherwise() {
        options.setNotificationQueue("results");

        assertThat(ConsumerSettings.of(options).removes()).isFalse();
    }

    @Test
    void withoutAnOutputLocationThereIsNoConsumer() {
        options.setOutputLocation(null);

        assertRefused("outputLocation", "s3://bucket/prefix/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bucket/out", "https://bucket/out", "s3:/bucket/out", "s3://", ""})
    void anOutputLocationOfAnotherFormIsRefused(String value) {
        options.setOutputLocation(value);

        assertRefused("outputLocation", "'" + value + "'", "s3://bucket/prefix/");
    }

    @Test
    void theSamePlaceForOutputsAndFailuresIsRefused() {
        options.setFailureLocation("s3://bucket/out/");

        assertRefused("failureLocation", "outputLocation", "s3://bucket/out/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://bucket/out", "s3://bucket/out/", "s3://bucket/out/moved/"})
    void aMoveLocationInsideTheOutputsIsRefused(String value) {
        options.setMoveAfterRead(true);
        options.setMoveLocation(value);

        assertRefused("moveLocation", "inside outputLocation");
    }

    @Test
    void aMoveLocationInsideTheFailuresIsRefused() {
        options.setFailureLocation("s3://bucket/failed/");
        options.setMoveAfterRead(true);
        options.setMoveLocation("s3://bucket/failed/moved/");

        assertRefused("moveLocation", "inside failureLocation");
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://bucket/outside/", "s3://other/out/moved/"})
    void aMoveLocationOutsideIsTaken(String value) {
        options.setMoveAfterRead(true);
        options.setMoveLocation(value);

        ConsumerSettings settings = ConsumerSettings.of(options);
        assertThat(settings.removes()).isTrue();
        assertThat(settings.target()).isEqualTo(S3Prefix.parse("moveLocation", value));
    }

    @Test
    void moveAfterReadNeedsAMoveLocation() {
        options.setMoveAfterRead(true);

        assertRefused("moveAfterRead", "moveLocation");
    }

    @Test
    void aMoveLocationNeedsMoveAfterRead() {
        options.setMoveLocation("s3://bucket/moved/");

        assertRefused("moveAfterRead", "moveLocation");
    }

    @Test
    void deletingAndMovingExcludeEachOther() {
        options.setDeleteAfterRead(true);
        options.setMoveAfterRead(true);
        options.setMoveLocation("s3://bucket/moved/");

        assertRefused("deleteAfterRead", "moveAfterRead");
    }

    @Test
    void maxAttemptsNeedsAPlaceToMoveTo() {
        options.setMaxAttempts(3);

        assertRefused("maxAttempts", "moveFailedLocation");
    }

    @Test
    void aPlaceForFailedObjectsNeedsMaxAttempts() {
        options.setMoveFailedLocation("s3://bucket/poison/");

        assertRefused("maxAttempts", "moveFailedLocation");
    }

    @Test
    void negativeMaxAttemptsAreRefused() {
        options.setMaxAttempts(-1);

        assertRefused("maxAttempts", "-1");
    }

    @Test
    void aPlaceForFailedObjectsInsideTheOutputsIsRefused() {
        options.setMaxAttempts(3);
        options.setMoveFailedLocation("s3://bucket/out/poison/");

        assertRefused("moveFailedLocation", "inside outputLocation");
    }

    @Test
    void maxAttemptsAreNotForNotifications() {
        options.setMaxAttempts(3);
        options.setMoveFailedLocation("s3://bucket/poison/");
        options.setNotificationQueue("results");

        assertRefused("redrive policy");
    }

    @Test
    void deletingInputsNeedsAnInputLocation() {
        options.setDeleteInputAfterRead(true);

        assertRefused("deleteInputAfterRead", "inputLocation");
    }

    @Test
    void keepingResultsNeedsARepository() {
        options.setDeleteAfterRead(false);

        assertRefused("deleteAfterRead=false", "idempotentRepository");
    }

    @Test
    void keepingResultsWithARepositoryIsTaken() {
        options.setDeleteAfterRead(false);
        options.setIdempotentRepository(new MemoryIdempotentRepository());

        assertThat(ConsumerSettings.of(options).removes()).isFalse();
    }

    @Test
    void oneRepositoryForBothPurposesIsRefused() {
        MemoryIdempotentRepository repository = new MemoryIdempotentRepository();
        options.setIdempotentRepository(repository);
        options.setInProgressRepository(repository);

        assertRefused("idempotentRepository", "inProgressRepository");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 10_001})
    void maxInFlightOutOfRangeIsRefused(int value) {
        options.setMaxInFlight(value);

        assertRefused("maxInFlight", String.valueOf(value), "1 to 10000");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10_000})
    void maxInFlightInRangeIsTaken(int value) {
        options.setMaxInFlight(value);

        assertThat(ConsumerSettings.of(options)).isNotNull();
    }

    @Test
    void negativeMaxMessagesPerPollAreRefused() {
        options.setMaxMessagesPerPoll(-1);

        assertRefused("maxMessagesPerPoll", "-1");
    }

    @Test
    void aStreamNeedsABody() {
        options.setStreamBody(true);
        options.setIncludeBody(false);

        assertRefused("streamBody", "includeBody");
    }

    private void assertRefused(String... parts) {
        assertThatThrownBy(() -> ConsumerSettings.of(options))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .contains(parts);
    }
}
