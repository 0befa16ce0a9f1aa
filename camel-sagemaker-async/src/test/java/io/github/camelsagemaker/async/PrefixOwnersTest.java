package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelsagemaker.async.result.S3Prefix;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("no-camel")
class PrefixOwnersTest {

    private static final S3Prefix OUT = S3Prefix.parse("outputLocation", "s3://bucket/out/");

    private final PrefixOwners owners = new PrefixOwners();

    @Test
    void aPrefixOfAnotherEndpointIsRefused() {
        owners.claim("outputLocation", OUT, "first");

        assertThatThrownBy(() -> owners.claim("outputLocation", OUT, "second"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sagemaker-async:first")
                .hasMessageContaining("sagemaker-async:second")
                .hasMessageContaining("s3://bucket/out/");
    }

    @Test
    void twoConsumersOfOneEndpointMayShareAPrefix() {
        owners.claim("outputLocation", OUT, "first");

        assertThatNoException().isThrownBy(() -> owners.claim("outputLocation", OUT, "first"));
    }

    @Test
    void aPrefixIsFreeAfterItsLastConsumerStopped() {
        owners.claim("outputLocation", OUT, "first");
        owners.claim("outputLocation", OUT, "first");
        owners.release(OUT);
        assertThatThrownBy(() -> owners.claim("outputLocation", OUT, "second")).isNotNull();

        owners.release(OUT);

        assertThatNoException().isThrownBy(() -> owners.claim("outputLocation", OUT, "second"));
    }
}
