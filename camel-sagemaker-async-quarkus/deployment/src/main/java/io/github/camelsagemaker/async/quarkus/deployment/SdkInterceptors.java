package io.github.camelsagemaker.async.quarkus.deployment;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Interceptors of the AWS SDK that an application, or a library of it, adds to the clients that the component builds. */
final class SdkInterceptors {

    /** Where the SDK looks: for every client, and for those of the services that the component talks to. */
    static final List<String> FILES = List.of(
            "software/amazon/awssdk/global/handlers/execution.interceptors",
            "software/amazon/awssdk/services/sagemakerruntime/execution.interceptors",
            "software/amazon/awssdk/services/s3/execution.interceptors",
            "software/amazon/awssdk/services/sqs/execution.interceptors",
            "software/amazon/awssdk/services/sns/execution.interceptors");

    private SdkInterceptors() {}

    /** The classes that any such file on this class path names. */
    static Set<String> namedBy(ClassLoader classPath) throws IOException {
        Set<String> names = new TreeSet<>();
        for (String file : FILES) {
            for (URL url : Collections.list(classPath.getResources(file))) {
                names.addAll(namesIn(url));
            }
        }
        return names;
    }

    private static List<String> namesIn(URL file) throws IOException {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(file.openStream(), StandardCharsets.UTF_8))) {
            return reader.lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                    .toList();
        }
    }
}
