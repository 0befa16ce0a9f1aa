package io.github.camelsagemaker.async.internal.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("no-camel")
class S3PrefixTest {

    private final S3Prefix out = S3Prefix.parse("outputLocation", "s3://bucket/out");

    @Test
    void aMissingSlashAtTheEndIsAdded() {
        assertThat(out).isEqualTo(S3Prefix.parse("outputLocation", "s3://bucket/out/"));
        assertThat(out).hasToString("s3://bucket/out/");
    }

    @Test
    void aPrefixDoesNotMatchALongerName() {
        assertThat(out.contains(new S3Location("bucket", "out/a"))).isTrue();
        assertThat(out.contains(new S3Location("bucket", "outside/a"))).isFalse();
        assertThat(out.contains(new S3Prefix("bucket", "outside/"))).isFalse();
    }

    @Test
    void anotherBucketIsNeverInside() {
        assertThat(out.contains(new S3Location("bucket2", "out/a"))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://bucket", "s3://bucket/"})
    void aWholeBucketIsAPrefix(String value) {
        S3Prefix bucket = S3Prefix.parse("outputLocation", value);

        assertThat(bucket.prefix()).isEmpty();
        assertThat(bucket.contains(new S3Location("bucket", "any/thing"))).isTrue();
        assertThat(bucket.contains(out)).isTrue();
    }

    @Test
    void aPrefixContainsItself() {
        assertThat(out.contains(out)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "bucket/out", "s3:/bucket/out", "https://bucket.s3.amazonaws.com/out", "s3://", "s3:///out"})
    void whatIsNoPrefixIsRefusedNamingOptionAndValue(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> S3Prefix.parse("inputLocation", value))
                .withMessageContaining("inputLocation")
                .withMessageContaining("'" + value + "'")
                .withMessageContaining("s3://bucket/prefix/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"re", "b", "-in", "in-", ".in", "my bucket", "büro", "key:secret@my-bucket", "my-bucket?x=1"})
    void aBucketsNameThatIsNoneIsNamedWithTheRule(String bucket) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> S3Prefix.parse("outputLocation", "s3://" + bucket + "/out/"))
                .withMessageContaining("Option outputLocation is 's3://" + bucket + "/out/'")
                .withMessageContaining("Not a bucket name: '" + bucket + "'")
                .withMessageContaining("3 to 63 lower-case letters, digits, dots and hyphens");
    }

    @ParameterizedTest
    @ValueSource(strings = {"red", "Our_old.Bucket-1"})
    void aBucketsNameIsTakenThatSomeBucketMayHave(String bucket) {
        assertThat(S3Prefix.parse("outputLocation", "s3://" + bucket + "/out/").bucket())
                .isEqualTo(bucket);
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://bucket/../x/", "s3://bucket/a/./b"})
    void dotSegmentsAreRefused(String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> S3Prefix.parse("inputLocation", value));
    }

    @Test
    void anAccessPointsArnIsRefusedWithWhatToNameInstead() {
        assertThatThrownBy(() -> S3Prefix.parse(
                        "outputLocation", "s3://arn:aws:s3:eu-west-1:123456789012:accesspoint/mine/out/"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Option outputLocation")
                .hasMessageContaining("-s3alias");
    }
}
