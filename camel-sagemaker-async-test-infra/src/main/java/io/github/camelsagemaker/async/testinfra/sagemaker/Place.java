package io.github.camelsagemaker.async.testinfra.sagemaker;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An object's place.
 *
 * @param bucket the bucket
 * @param key the key
 */
record Place(String bucket, String key) {

    private static final Pattern URI = Pattern.compile("s3://([^/]+)/(.*)");
    private static final Pattern HTTPS = Pattern.compile("https://([^/]+)\\.s3\\.[^/]+/(.*)");

    static Place parse(String location) {
        for (Pattern form : new Pattern[] {URI, HTTPS}) {
            Matcher matcher = form.matcher(location);
            if (matcher.matches()) {
                return new Place(matcher.group(1), matcher.group(2));
            }
        }
        throw RefusedException.invalid("Invalid location: " + location);
    }

    /** A place below a path such as {@code s3://bucket/prefix/}. */
    static Place below(String path, String name) {
        return parse(path.endsWith("/") ? path + name : path + "/" + name);
    }

    String https(String region) {
        return "https://" + bucket + ".s3." + region + ".amazonaws.com/" + key;
    }

    @Override
    public String toString() {
        return "s3://" + bucket + "/" + key;
    }
}
