package io.github.camelsagemaker.async.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.camel.util.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What an IDE completes is what the component has. */
class ConfigurationMetadataTest {

    private static final String PREFIX = "camel.component.sagemaker-async.";

    private final JsonObject metadata = Catalog.read("META-INF/spring-configuration-metadata.json");
    private final Map<String, JsonObject> properties =
            metadata.<Collection<JsonObject>>getCollection("properties").stream()
                    .collect(Collectors.toMap(property -> undashed(property.getString("name")), property -> property));

    @Test
    void hasEveryOptionOfTheCatalogAndNoOther() {
        Map<String, JsonObject> others = new HashMap<>(properties);
        assertThat(others.remove("enabled")).isNotNull();
        assertThat(others.remove("customizer.enabled")).isNotNull();

        assertThat(others.keySet())
                .isEqualTo(Catalog.componentOptions().keySet().stream()
                        .map(String::toLowerCase)
                        .collect(Collectors.toSet()));
    }

    @Test
    void describesEveryOptionAsTheCatalogDoes() {
        Catalog.componentOptions().forEach((name, option) -> assertThat(property(name))
                .as(name)
                .containsEntry("description", option.get("description"))
                .satisfies(property -> assertThat(property.get("defaultValue")).isEqualTo(defaultValue(option))));
    }

    private static Object defaultValue(JsonObject option) {
        return "java.lang.Boolean".equals(option.getString("javaType")) ? null : option.get("defaultValue");
    }

    @Test
    void claimsNoDefaultForAnOptionWhoseDefaultDependsOnOthers() {
        assertThat(property("deleteAfterRead"))
                .doesNotContainKey("defaultValue")
                .satisfies(property -> assertThat(property.get("description").toString())
                        .contains("true when scanning, unless moveAfterRead; false with a notificationQueue"));
    }

    @Test
    void listsTheValuesOfEveryEnumeratedOption() {
        Map<String, List<Object>> hints = metadata.<Collection<JsonObject>>getCollection("hints").stream()
                .collect(Collectors.toMap(
                        hint -> undashed(hint.getString("name")),
                        hint -> hint.<Collection<JsonObject>>getCollection("values").stream()
                                .map(value -> value.get("value"))
                                .toList()));

        Catalog.componentOptions().forEach((name, option) -> {
            if (option.containsKey("enum")) {
                assertThat(hints.get(name.toLowerCase()))
                        .as(name)
                        .isEqualTo(List.copyOf(option.<Collection<Object>>getCollection("enum")));
            }
        });
        assertThat(hints).containsKey("payloadmode");
    }

    @ParameterizedTest
    @CsvSource({
        "inlineThreshold, java.lang.Integer",
        "streamBody, java.lang.Boolean",
        "inputLocation, java.lang.String",
        "payloadMode, io.github.camelsagemaker.async.PayloadMode",
        "s3AsyncClient, java.lang.String"
    })
    void typesAnOptionAsItIsWritten(String option, String type) {
        assertThat(property(option)).containsEntry("type", type);
    }

    @ParameterizedTest
    @CsvSource({"inputLocation, input-location", "s3OutputPathExtension, s3-output-path-extension"})
    void namesAnOptionInSpringsWay(String option, String dashed) {
        assertThat(property(option)).containsEntry("name", PREFIX + dashed);
    }

    private JsonObject property(String option) {
        return properties.get(option.toLowerCase());
    }

    private static String undashed(String name) {
        assertThat(name).startsWith(PREFIX);
        return name.substring(PREFIX.length()).replace("-", "");
    }
}
