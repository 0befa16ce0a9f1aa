package io.github.camelsagemaker.async.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What the features for Karaf hold. */
class KarafFeaturesIT {

    private static final Pattern BUNDLE = Pattern.compile("mvn:([\\w.-]+)/([\\w.-]+)/([\\w.-]+)");
    private static final Pattern DEPENDENCY =
            Pattern.compile("([\\w.-]+):([\\w.-]+):jar:([\\w.-]+):(?:compile|runtime)");

    /**
     * What Karaf has, what Camel brings, the SDK's synchronous HTTP client, which the component does not use, and what works
     * with that client only.
     */
    private static final Pattern NOT_OURS = Pattern.compile("org\\.slf4j:.*|org\\.apache\\.camel:.*|jakarta\\..*"
            + "|software\\.amazon\\.awssdk:(apache5-client|sts|sso|ssooidc):.*|org\\.apache\\.httpcomponents.*");

    @Test
    void theFeaturesHoldWhatTheComponentDependsOn() throws IOException {
        Set<String> dependencies = find(DEPENDENCY, "it.karaf.dependencies");

        assertThat(find(BUNDLE, "it.karaf.features"))
                .containsExactlyInAnyOrderElementsOf(dependencies.stream()
                        .filter(dependency -> !NOT_OURS.matcher(dependency).matches())
                        .toList());
    }

    @Test
    void theStandInHoldsNothingThatTheRealCamelCoreLacks() throws IOException {
        assertThat(artifacts("it.karaf.stand-in-features")).isSubsetOf(artifacts("it.karaf.camel-features"));
    }

    private static Set<String> artifacts(String property) throws IOException {
        String features = read(property);
        int start = features.indexOf("<feature name=\"camel-core\"");
        assertThat(start).isPositive();
        String core = features.substring(start, features.indexOf("</feature>\n", start));
        return BUNDLE.matcher(core)
                .results()
                .map(bundle -> bundle.group(2) + ":" + bundle.group(3))
                .collect(Collectors.toSet());
    }

    private static Set<String> find(Pattern pattern, String property) throws IOException {
        return pattern.matcher(read(property))
                .results()
                .map(KarafFeaturesIT::coordinates)
                .collect(Collectors.toSet());
    }

    private static String coordinates(MatchResult result) {
        return result.group(1) + ":" + result.group(2) + ":" + result.group(3);
    }

    private static String read(String property) throws IOException {
        return Files.readString(Path.of(System.getProperty(property)));
    }
}
