package io.github.camelsagemaker.async.internal.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("no-camel")
class S3LocationTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://my-bucket/out/a.out",
                "https://my-bucket.s3.eu-west-1.amazonaws.com/out/a.out",
                "https://my-bucket.s3.amazonaws.com/out/a.out",
                "https://my-bucket.s3-eu-west-1.amazonaws.com/out/a.out",
                "https://my-bucket.s3.dualstack.eu-west-1.amazonaws.com/out/a.out",
                "https://my-bucket.s3.cn-north-1.amazonaws.com.cn/out/a.out",
                "https://my-bucket.s3.eusc-de-east-1.amazonaws.eu/out/a.out",
                "https://my-bucket.s3.us-gov-west-1.amazonaws.com/out/a.out",
                "https://my-bucket.s3.us-iso-east-1.c2s.ic.gov/out/a.out",
                "https://s3.eu-west-1.amazonaws.com/my-bucket/out/a.out",
                "https://s3-eu-west-1.amazonaws.com/my-bucket/out/a.out",
                "https://s3.amazonaws.com/my-bucket/out/a.out"
            })
    void everyFormOfAPlaceIsTheSameValue(String location) {
        assertThat(S3Location.parse(location)).isEqualTo(new S3Location("my-bucket", "out/a.out"));
    }

    @Test
    void aBucketWithDotsIsReadFromAVirtualHost() {
        assertThat(S3Location.parse("https://my.own.bucket.s3.eu-west-1.amazonaws.com/a"))
                .isEqualTo(new S3Location("my.own.bucket", "a"));
    }

    @ParameterizedTest
    @CsvSource({
        "https://logs.s3.data.s3.eu-west-1.amazonaws.com/a,logs.s3.data",
        "https://logs.s3-eu-west-1.s3.amazonaws.com/a,logs.s3-eu-west-1",
        "https://s3.data.s3.eu-west-1.amazonaws.com/a,s3.data",
        "https://s3.amazonaws.com/s3.data/a,s3.data"
    })
    void aBucketNamedLikeAHostOfS3IsReadWhole(String location, String bucket) {
        assertThat(S3Location.parse(location)).isEqualTo(new S3Location(bucket, "a"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://bucket.s3.abc.execute-api.eu-west-1.amazonaws.com/a",
                "https://bucket.s3.eu-west-1.vpce.amazonaws.com/a"
            })
    void anotherServiceOfAmazonIsNoPlaceInS3(String location) {
        assertThatIllegalArgumentException().isThrownBy(() -> S3Location.parse(location));
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%4", "%zz", "%+1", "%-1", "%\uFF12\uFF10", "%FF", "%C0%AE", "%ED%A0%80"})
    void aKeyIsNotGuessedFromABadEncoding(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> S3Location.parse("https://bucket.s3.eu-west-1.amazonaws.com/" + path))
                .withMessageContaining("is no percent-encoded UTF-8");
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://bucket/a\uD800", "s3://bucket/\uDC00\uD800"})
    void halfOfACharacterIsRefusedBecauseItWouldBecomeAQuestionMark(String location) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> S3Location.parse(location))
                .withMessageContaining("Unicode");
    }

    @Test
    @Timeout(60)
    void aMillionCharactersAreRefusedAtOnceWhateverTheyLookLike() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> S3Location.parse("https://" + "x.s3.".repeat(200_000)))
                .withMessageContaining("4096")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
    }

    @Test
    void theLongestKeyIsReadFromAnHttpsLocation() {
        assertThat(S3Location.parse("https://bucket.s3.eu-west-1.amazonaws.com/" + "%C3%A9".repeat(512))
                        .key())
                .isEqualTo("é".repeat(512));
    }

    @ParameterizedTest
    @CsvSource({"s3://bucket/a%20b+c,a%20b+c", "https://bucket.s3.eu-west-1.amazonaws.com/a%20b+c,a b+c"})
    void onlyAnHttpsKeyIsDecodedAndPlusStaysPlus(String location, String key) {
        assertThat(S3Location.parse(location).key()).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bucket/key",
                "http://bucket.s3.eu-west-1.amazonaws.com/key",
                "https://example.com/key",
                "https://bucket.s3.eu-west-1.amazonaws.com.example.com/key",
                "s3://bucket",
                "s3://bucket/",
                "s3:///key",
                "s3://b/key",
                "s3://bu cket/key",
                "file:///etc/passwd"
            })
    void whatIsNoPlaceInS3IsRefused(String location) {
        assertThatIllegalArgumentException().isThrownBy(() -> S3Location.parse(location));
    }

    @Test
    void nothingIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> S3Location.parse(null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://bucket/out/../secret",
                "s3://bucket/./a",
                "s3://bucket/..",
                "https://bucket.s3.eu-west-1.amazonaws.com/out/%2e%2e/secret"
            })
    void dotSegmentsAreRefused(String location) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> S3Location.parse(location))
                .withMessageContaining("segments");
    }

    @Test
    void dotsInsideANameAreNoSegments() {
        assertThat(S3Location.parse("s3://bucket/out/..a/b..").key()).isEqualTo("out/..a/b..");
    }

    @Test
    void aKeyHasAtMost1024BytesNotCharacters() {
        assertThat(new S3Location("bucket", "é".repeat(512)).key()).hasSize(512);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new S3Location("bucket", "é".repeat(512) + "a"))
                .withMessageContaining("1024");
    }

    @Test
    void theCanonicalFormReadsBackAsTheSamePlace() {
        S3Location odd = new S3Location("bucket", "out/ä +%\n/x");

        assertThat(S3Location.parse(odd.uri())).isEqualTo(odd);
    }
}
