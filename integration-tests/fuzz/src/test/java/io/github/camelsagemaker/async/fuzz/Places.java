package io.github.camelsagemaker.async.fuzz;

import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Places that somebody might name in a notification to have another object read. */
final class Places {

    private Places() {}

    /** Near the folders {@code s3://bucket/out/} and {@code s3://bucket/failed/}, rarely inside. */
    static Arbitrary<String> strange() {
        Arbitrary<String> starts = Arbitraries.of(
                "s3://bucket/",
                "s3://Bucket/",
                "s3://bucket.evil/",
                "s3://evil/",
                "s3://bucket@evil/",
                "s3://evil@bucket/",
                "s3://bucket:80/",
                "S3://bucket/",
                "s3:/bucket/",
                "s3:///bucket/",
                "https://bucket.s3.amazonaws.com/",
                "https://bucket.s3.eu-west-1.amazonaws.com/",
                "https://s3.eu-west-1.amazonaws.com/bucket/",
                "https://s3.eu-west-1.amazonaws.com/evil/../bucket/",
                "https://s3.amazonaws.com/evil%2Fbucket/",
                "https://bucket.s3.evil.com/",
                "https://bucket.s3.amazonaws.com.evil.com/",
                "https://evil.com/bucket.s3.amazonaws.com/",
                "https://bucket.evil.s3.amazonaws.com/",
                "https://evil.s3.bucket.s3.amazonaws.com/",
                "https://bucket.s3.evil.s3.amazonaws.com/",
                "https://user:pass@bucket.s3.amazonaws.com/",
                "https://bucket.s3.amazonaws.com:8443/",
                "https://bucket.s3.amazonaws\u3002com/",
                "https://bucket\uFF0Es3.amazonaws.com/",
                "http://bucket.s3.amazonaws.com/",
                "https://169.254.169.254/",
                "file:///",
                "");
        Arbitrary<List<String>> pieces = Arbitraries.of(
                        "out",
                        "out/",
                        "Out/",
                        "outside/",
                        "out\u0000/",
                        "failed/",
                        "failed-not/",
                        "/",
                        "//",
                        ".",
                        "..",
                        "../",
                        "..%2f",
                        "%2e%2e/",
                        "%2E./",
                        "%252e%252e/",
                        "%c0%ae/",
                        "%u002e/",
                        "\uFF0E\uFF0E/",
                        "..;/",
                        "..\\",
                        "\\",
                        "secret",
                        "?",
                        "#",
                        "%00",
                        "%0d%0a",
                        "\r\n",
                        " ",
                        "+",
                        "\uD800",
                        "a".repeat(1020))
                .list()
                .ofMaxSize(5);
        return Combinators.combine(starts, pieces).as((start, parts) -> start + String.join("", parts));
    }

    /** Whether the object lies in the bucket below the folder, in words of its own. */
    static boolean isBelow(S3Location place, String bucket, String folder) {
        return place.bucket().equals(bucket)
                && place.key().length() >= folder.length()
                && place.key().substring(0, folder.length()).equals(folder)
                && S3Keys.isLegal(place.key());
    }
}
