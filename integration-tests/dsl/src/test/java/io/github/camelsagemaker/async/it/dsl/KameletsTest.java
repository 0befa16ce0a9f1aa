package io.github.camelsagemaker.async.it.dsl;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.SageMakerAsyncComponent;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.tooling.model.ComponentModel.EndpointOptionModel;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** What the Kamelets say of their properties is what the component's catalog says of its options. */
class KameletsTest {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(\\??)(\\w+)}}");

    @ParameterizedTest
    @ValueSource(strings = {"sink", "source", "action"})
    void everyPropertyIsAnOption(String kamelet) throws Exception {
        Map<String, Object> spec = map(load(kamelet).get("spec"));
        Map<String, Object> properties = map(map(spec.get("definition")).get("properties"));
        Map<String, Object> parameters = parameters(spec);
        Map<String, EndpointOptionModel> options = options();

        assertThat(options.keySet()).containsAll(parameters.keySet()).containsAll(properties.keySet());
        Map<String, Boolean> optional = new HashMap<>();
        parameters.forEach((parameter, value) -> {
            Matcher placeholder = PLACEHOLDER.matcher(String.valueOf(value));
            if (placeholder.matches()) {
                assertThat(placeholder.group(2)).isEqualTo(parameter);
                optional.put(parameter, !placeholder.group(1).isEmpty());
            }
        });
        assertThat(properties.keySet()).containsAll(optional.keySet());
        properties.forEach((name, value) -> {
            Map<String, Object> property = map(value);
            EndpointOptionModel option = options.get(name);
            if (name.equals("endpointName")) {
                return; // not among the parameters, but in the URI
            }
            assertThat(optional).as(name).containsEntry(name, !property.containsKey("default"));
            if (property.containsKey("default")) {
                assertThat(String.valueOf(property.get("default")))
                        .as(name)
                        .isEqualTo(String.valueOf(option.getDefaultValue()));
            }
            assertThat(property.getOrDefault("enum", List.of()))
                    .as(name)
                    .isEqualTo(option.getEnums() == null ? List.of() : option.getEnums());
            assertThat("password".equals(property.get("format"))).as(name).isEqualTo(option.isSecret());
        });
    }

    private static Map<String, Object> load(String kamelet) throws IOException {
        String resource = "/kamelets/sagemaker-async-" + kamelet + ".kamelet.yaml";
        try (InputStream in = KameletsTest.class.getResourceAsStream(resource)) {
            return map(new Load(LoadSettings.builder().build()).loadFromInputStream(in));
        }
    }

    /** Of the one endpoint of the component. */
    private static Map<String, Object> parameters(Map<String, Object> spec) {
        Map<String, Object> from = map(map(spec.get("template")).get("from"));
        if (from.containsKey("parameters")) {
            return map(from.get("parameters"));
        }
        return map(map(map(((List<?>) from.get("steps")).get(0)).get("to")).get("parameters"));
    }

    private static Map<String, EndpointOptionModel> options() {
        CamelCatalog catalog = new DefaultCamelCatalog();
        catalog.addComponent("sagemaker-async", SageMakerAsyncComponent.class.getName());
        return catalog.componentModel("sagemaker-async").getEndpointOptions().stream()
                .collect(Collectors.toMap(EndpointOptionModel::getName, option -> option));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }
}
