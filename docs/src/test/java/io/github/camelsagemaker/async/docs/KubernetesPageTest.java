package io.github.camelsagemaker.async.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The objects for a cluster fit together. No cluster looks at them here. */
class KubernetesPageTest {

    private final List<Map<String, Object>> objects = StreamSupport.stream(
                    new Load(LoadSettings.builder().build())
                            .loadAllFromString(Page.of("docs/guides/kubernetes.md").blocks().stream()
                                    .filter(block -> "kubernetes".equals(block.marker()))
                                    .findFirst()
                                    .orElseThrow()
                                    .content())
                            .spliterator(),
                    false)
            .map(KubernetesPageTest::map)
            .toList();

    @Test
    void thePodHasTheAccountAndItsProbesAnOpenPort() {
        Map<String, Object> pod = map(at(objects.get(1), "spec", "template", "spec"));
        Map<String, Object> container = map(((List<?>) pod.get("containers")).get(0));
        Object port = map(((List<?>) container.get("ports")).get(0)).get("name");

        assertThat(pod.get("serviceAccountName")).isEqualTo(at(objects.get(0), "metadata", "name"));
        assertThat(List.of("startupProbe", "livenessProbe", "readinessProbe"))
                .allSatisfy(probe ->
                        assertThat(at(container, probe, "httpGet", "port")).isEqualTo(port));
        assertThat(at(objects.get(1), "spec", "selector", "matchLabels"))
                .isEqualTo(at(objects.get(1), "spec", "template", "metadata", "labels"));
    }

    private static Object at(Map<String, Object> object, String... path) {
        Object value = object;
        for (String name : path) {
            value = map(value).get(name);
        }
        return value;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }
}
