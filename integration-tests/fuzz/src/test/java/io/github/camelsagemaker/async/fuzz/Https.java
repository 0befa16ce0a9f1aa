package io.github.camelsagemaker.async.fuzz;

import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.function.BiFunction;

/** The forms of S3's addresses (S3 user guide, "Methods for accessing a general purpose bucket"). */
enum Https {
    VIRTUAL((bucket, region) -> bucket + ".s3." + region + ".amazonaws.com/"),
    VIRTUAL_WITHOUT_REGION((bucket, region) -> bucket + ".s3.amazonaws.com/"),
    VIRTUAL_WITH_DASH((bucket, region) -> bucket + ".s3-" + region + ".amazonaws.com/"),
    VIRTUAL_DUALSTACK((bucket, region) -> bucket + ".s3.dualstack." + region + ".amazonaws.com/"),
    VIRTUAL_FIPS((bucket, region) -> bucket + ".s3-fips." + region + ".amazonaws.com/"),
    VIRTUAL_CHINA((bucket, region) -> bucket + ".s3." + region + ".amazonaws.com.cn/"),
    PATH((bucket, region) -> "s3." + region + ".amazonaws.com/" + bucket + "/"),
    PATH_WITHOUT_REGION((bucket, region) -> "s3.amazonaws.com/" + bucket + "/"),
    PATH_WITH_DASH((bucket, region) -> "s3-" + region + ".amazonaws.com/" + bucket + "/"),
    PATH_DUALSTACK((bucket, region) -> "s3.dualstack." + region + ".amazonaws.com/" + bucket + "/");

    private final BiFunction<String, String, String> address;

    Https(BiFunction<String, String, String> address) {
        this.address = address;
    }

    String url(S3Location place, String region) {
        String path = URLEncoder.encode(place.key(), StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/");
        return "https://" + address.apply(place.bucket(), region) + path;
    }
}
