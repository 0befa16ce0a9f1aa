package io.github.camelsagemaker.async.internal.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.internal.s3.StagedInputs.StagedInput;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("no-camel")
class StagedInputsTest {

    private final StagedInputs inputs = new StagedInputs();
    private final List<S3Location> told = new ArrayList<>();

    @Test
    void findsAnInputByOutputOrFailureLocation() {
        inputs.remember(output(1), failure(1), input(1));

        assertThat(inputs.find(output(1))).contains(input(1));
        assertThat(inputs.find(failure(1))).contains(input(1));
    }

    @Test
    void anEndpointWithoutFailurePathIsFoundByItsOutput() {
        inputs.remember(output(1), null, input(1));

        assertThat(inputs.find(output(1))).contains(input(1));
    }

    @ParameterizedTest
    @CsvSource({
        "s3://bkt/in/8a6e0804-2bd0-4672-b79d-d97027f9071a, true",
        "s3://bkt/in/orders.json, false",
        "s3://bkt/in/sub/8a6e0804-2bd0-4672-b79d-d97027f9071a, false",
        "s3://bkt/in/8a6e0804-2bd0-4672-b79d-d97027f9071a.json, false",
        "s3://bkt/other/8a6e0804-2bd0-4672-b79d-d97027f9071a, false",
        "s3://other/in/8a6e0804-2bd0-4672-b79d-d97027f9071a, false"
    })
    void whatTheComponentNeverNamedIsNoPayloadOfIts(String object, boolean staged) {
        S3Prefix inputLocation = S3Prefix.parse("inputLocation", "s3://bkt/in/");

        assertThat(StagedInputs.isStaged(inputLocation, S3Location.parse(object)))
                .isEqualTo(staged);
        assertThat(StagedInputs.isStaged(inputLocation, StagedInputs.newPlace(inputLocation)))
                .isTrue();
    }

    @Test
    void forgetsTheLeastRecentlyUsed() {
        int capacity = StagedInputs.CAPACITY;
        for (int n = 1; n <= capacity; n++) {
            inputs.remember(output(n), failure(n), input(n));
        }
        inputs.find(output(1));
        inputs.remember(output(capacity + 1), failure(capacity + 1), input(capacity + 1));

        assertThat(inputs.find(output(1))).contains(input(1));
        assertThat(inputs.find(output(2))).isEmpty();
        assertThat(inputs.find(output(3))).contains(input(3));
        assertThat(inputs.find(output(capacity + 1))).contains(input(capacity + 1));
    }

    @Test
    void thePayloadOfAHandledResultIsToldAtOnceIfItIsKnown() {
        inputs.remember(output(1), null, input(1));

        inputs.whenKnown(output(1), told::add);

        assertThat(told).containsExactly(input(1).location());
    }

    @Test
    void thePayloadOfAResultThatWasQuickerThanTheAnswerIsToldWithTheAnswer() {
        inputs.callBegun();
        inputs.whenKnown(output(1), told::add);
        inputs.whenKnown(failure(2), told::add);
        assertThat(told).isEmpty();

        inputs.remember(output(1), failure(1), input(1));
        inputs.remember(output(2), failure(2), input(2));
        inputs.callEnded();

        assertThat(told).containsExactly(input(1).location(), input(2).location());
    }

    @Test
    void whatNoCallUnderWayCanTellIsForgotten() {
        inputs.whenKnown(output(1), told::add);
        inputs.callBegun();
        inputs.whenKnown(output(2), told::add);
        inputs.callEnded();

        inputs.remember(output(1), null, input(1));
        inputs.remember(output(2), null, input(2));

        assertThat(told).isEmpty();
    }

    private static S3Location output(int n) {
        return new S3Location("bucket", "out/" + n);
    }

    private static S3Location failure(int n) {
        return new S3Location("bucket", "failed/" + n);
    }

    private static StagedInput input(int n) {
        return new StagedInput(new S3Location("bucket", "in/" + n), "id-" + n);
    }
}
