package io.github.camelsagemaker.async.testinfra.sagemaker;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
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
    private static final Pattern PATH_STYLE = Pattern.compile("https://s3[.-][^/]+/([^/]+)/(.*)");
    private static final Pattern VIRTUAL_HOST = Pattern.compile("https://([^/]+)\\.s3[.-][^/]+/(.*)");

    static Place parse(String location) {
        Matcher uri = URI.matcher(location);
        if (uri.matches()) {
            return new Place(uri.group(1), uri.group(2));
        }
        for (Pattern form : new Pattern[] {PATH_STYLE, VIRTUAL_HOST}) {
            Matcher matcher = form.matcher(location);
            if (matcher.matches()) {
                // '+' is a plus in a path; only URLDecoder takes it for a space.
                String key = matcher.group(2).replace("+", "%2B");
                return new Place(matcher.group(1), URLDecoder.decode(key, StandardCharsets.UTF_8));
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
