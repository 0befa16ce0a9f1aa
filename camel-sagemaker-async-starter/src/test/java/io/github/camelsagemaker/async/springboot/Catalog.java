package io.github.camelsagemaker.async.springboot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.camel.util.json.JsonObject;
import org.apache.camel.util.json.Jsoner;

/** What the component's jar says about its options. */
final class Catalog {

    private Catalog() {}

    static Map<String, JsonObject> componentOptions() {
        JsonObject catalog = read("META-INF/io/github/camelsagemaker/async/sagemaker-async.json");
        Map<String, JsonObject> options = catalog.getMap("componentProperties");
        assertThat(options).hasSizeGreaterThan(40);
        return options;
    }

    static JsonObject read(String resource) {
        try (InputStream in = Catalog.class.getClassLoader().getResourceAsStream(resource)) {
            assertThat(in).as(resource).isNotNull();
            return Jsoner.deserialize(new String(in.readAllBytes(), StandardCharsets.UTF_8), new JsonObject());
        } catch (IOException e) {
            throw new AssertionError(resource, e);
        }
    }
}
