package io.github.camelsagemaker.async.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** Places in S3: every legal key of every legal bucket, in every form in which AWS writes it, and what only looks like it. */
@AddLifecycleHook(FromSeed.class)
@Domain(S3Domain.class)
@Domain(DomainContext.Global.class)
class S3LocationFuzzTest {

    @Property
    void theCanonicalFormReadsBackAsTheSamePlace(@ForAll S3Location place) {
        assertThat(S3Location.parse(place.uri())).isEqualTo(place);
    }

    @Property
    void everyHttpsFormIsTheSamePlace(@ForAll S3Location place, @ForAll("regions") String region, @ForAll Https form) {
        assertThat(S3Location.parse(form.url(place, region))).isEqualTo(place);
    }

    @Property
    void textIsAPlaceWithAKeyOfItsOwnOrRefused(@ForAll("almostPlaces") String text) {
        S3Location place;
        try {
            place = S3Location.parse(text);
        } catch (IllegalArgumentException e) {
            assertThat(e.getMessage()).isNotEmpty();
            return;
        }
        assertThat(S3Keys.isLegal(place.key())).as("key of %s", text).isTrue();
        assertThat(place.bucket()).matches("[a-zA-Z0-9][a-zA-Z0-9._-]{1,253}[a-zA-Z0-9]");
        assertThat(S3Location.parse(place.uri())).isEqualTo(place);
    }

    @Property
    void dotSegmentsAreRefusedInEveryEncoding(
            @ForAll("folders") String before,
            @ForAll("dotSegments") String dots,
            @ForAll("folders") String behind,
            @ForAll("regions") String region) {
        String path = before + dots + "/" + behind + "x";

        assertThatIllegalArgumentException()
                .isThrownBy(() -> S3Location.parse("https://bucket.s3." + region + ".amazonaws.com/" + path));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> S3Location.parse("https://s3." + region + ".amazonaws.com/bucket/" + path));
    }

    @Property
    void aHostThatIsNotOfS3IsRefused(@ForAll("strangers") String authority, @ForAll("folders") String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> S3Location.parse("https://" + authority + "/" + path + "x"));
    }

    @Property
    void aPrefixHoldsExactlyTheKeysBehindItsSlash(
            @ForAll("prefixes") String prefix, @ForAll S3Location place, @ForAll("folders") String folder) {
        S3Prefix folderOfPlace = S3Prefix.parse("outputLocation", "s3://" + place.bucket() + "/" + prefix);
        String base = prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/";

        assertThat(S3Prefix.parse("outputLocation", folderOfPlace.toString())).isEqualTo(folderOfPlace);
        assertThat(folderOfPlace.contains(place)).isEqualTo(place.key().startsWith(base));
        assertThat(folderOfPlace.contains(new S3Location(place.bucket(), base + folder + "x")))
                .isTrue();
        assertThat(folderOfPlace.contains(new S3Location(place.bucket() + "x", base + folder + "x")))
                .isFalse();
        if (!base.isEmpty()) {
            String sibling = base.substring(0, base.length() - 1) + "x/" + folder + "x";
            assertThat(folderOfPlace.contains(new S3Location(place.bucket(), sibling)))
                    .isFalse();
        }
    }

    @Provide
    Arbitrary<String> regions() {
        return Arbitraries.of("us-east-1", "eu-west-1", "us-gov-west-1", "ap-southeast-5", "cn-north-1");
    }

    @Provide
    Arbitrary<String> folders() {
        return Arbitraries.of("a", "out", "..a", "b..", "...", "%41", "x+y", "")
                .list()
                .ofMaxSize(4)
                .map(parts -> parts.isEmpty() ? "" : String.join("/", parts) + "/");
    }

    @Provide
    Arbitrary<String> prefixes() {
        // An option of several lines is refused.
        return S3Keys.segments()
                .filter(part -> !part.matches("(?s).*[\\n\\r\\x85\\u2028\\u2029].*"))
                .list()
                .ofMaxSize(4)
                .map(parts -> String.join("/", parts));
    }

    @Provide
    Arbitrary<String> dotSegments() {
        return Arbitraries.of(".", "%2e", "%2E")
                .list()
                .ofMinSize(1)
                .ofMaxSize(2)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<String> strangers() {
        List<String> ends = List.of(
                "evil.com",
                "s3.evil.com",
                "s3.eu-west-1.amazonaws.com.evil.com",
                "s3.amazonaws.com@evil.com",
                "s3.amazonaws.com:443",
                "s3.amazonaws.com.",
                "s3.amazonaws\u3002com",
                "s3.amazonaws\uFF0Ecom",
                "s3\uFF61eu-west-1.amazonaws.com",
                "s3.amazonaws.com\\@evil.com",
                "s3.amazonaws.com#evil.com",
                "s3.amazonaws.com?evil.com",
                "s3.amazonaws.com\nevil.com",
                "s3.amazonaws.com\u0000",
                "s3amazonaws.com",
                "ec2.eu-west-1.amazonaws.com",
                "abc.execute-api.eu-west-1.amazonaws.com",
                "s3.abc.execute-api.eu-west-1.amazonaws.com",
                "s3-website.eu-west-1.amazonaws.com.evil.com");
        return Combinators.combine(
                        Arbitraries.of("", "bucket.", "my.bucket.", "user@bucket.", "user:secret@"),
                        Arbitraries.of(ends))
                .as((start, end) -> start + end);
    }

    @Provide
    Arbitrary<String> almostPlaces() {
        Arbitrary<String> pieces = Arbitraries.oneOf(
                Arbitraries.of(
                        "s3://",
                        "https://",
                        "http://",
                        "bucket",
                        ".s3",
                        ".s3.",
                        "s3-",
                        "eu-west-1",
                        ".amazonaws.com",
                        ".cn",
                        "/",
                        "//",
                        "..",
                        ".",
                        "%2e",
                        "%2F",
                        "%",
                        "%4",
                        "%zz",
                        "%+1",
                        "%-1",
                        "%FF",
                        "%C3%A4",
                        "%ED%A0%80",
                        "%C0%AE",
                        "+",
                        " ",
                        "\n",
                        "\r\n",
                        "\u0000",
                        "@",
                        ":",
                        "?",
                        "#",
                        "\\",
                        "\uD800",
                        "\uDC00",
                        "\uD83D\uDE00",
                        "\u3002",
                        "\uFF0E",
                        "\u202E"),
                Arbitraries.strings().ofMaxLength(8));
        Arbitrary<String> starts = Arbitraries.of(
                "",
                "s3://bucket/",
                "https://bucket.s3.eu-west-1.amazonaws.com/",
                "https://s3.eu-west-1.amazonaws.com/bucket/");
        return Combinators.combine(starts, pieces.list().ofMaxSize(12))
                .as((start, parts) -> start + String.join("", parts));
    }
}
