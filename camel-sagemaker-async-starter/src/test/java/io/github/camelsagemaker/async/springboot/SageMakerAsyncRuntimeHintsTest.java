package io.github.camelsagemaker.async.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.util.ClassUtils;

class SageMakerAsyncRuntimeHintsTest {

    private final RuntimeHints hints = new RuntimeHints();

    SageMakerAsyncRuntimeHintsTest() {
        new SageMakerAsyncRuntimeHints().registerHints(hints, getClass().getClassLoader());
    }

    @Test
    void keepsEveryServiceOfTheComponentThatCamelFindsByName() throws IOException {
        List<Resource> services = Stream.of(new PathMatchingResourcePatternResolver()
                        .getResources("classpath*:META-INF/services/org/apache/camel/*/sagemaker-async*"))
                .filter(service -> !String.valueOf(service.getFilename()).endsWith(".json")) // for tools
                .toList();

        assertThat(services).hasSize(6);
        assertThat(services).allSatisfy(service -> {
            String path = service.getURL().toString();
            assertThat(RuntimeHintsPredicates.resource().forResource(path.substring(path.indexOf("META-INF"))))
                    .accepts(hints);
            assertThat(RuntimeHintsPredicates.reflection().onType(implementation(service)))
                    .accepts(hints);
        });
    }

    private static Class<?> implementation(Resource service) throws IOException {
        String name = service.getContentAsString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("class="))
                .map(line -> line.substring("class=".length()))
                .findFirst()
                .orElseThrow();
        return ClassUtils.resolveClassName(name, null);
    }
}
