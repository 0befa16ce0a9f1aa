package io.github.camelsagemaker.async.docs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.camel.util.json.DeserializationException;
import org.apache.camel.util.json.JsonObject;
import org.apache.camel.util.json.Jsoner;

/** The catalog JSON that the build generates from the component's annotations. */
final class Catalog {

    private static final String RESOURCE = "/META-INF/io/github/camelsagemaker/async/sagemaker-async.json";

    private final JsonObject json;

    private Catalog(JsonObject json) {
        this.json = json;
    }

    static Catalog load() {
        try (InputStream in = Catalog.class.getResourceAsStream(RESOURCE)) {
            return new Catalog((JsonObject) Jsoner.deserialize(new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (DeserializationException e) {
            throw new IllegalStateException(RESOURCE, e);
        }
    }

    private JsonObject section(String name) {
        return json.<JsonObject>getMap(name);
    }

    /** What the catalog says of the component itself. */
    String component(String name) {
        return section("component").getString(name);
    }

    Set<String> componentOptions() {
        return section("componentProperties").keySet();
    }

    Set<String> endpointOptions() {
        return section("properties").keySet();
    }

    Set<String> headers() {
        return section("headers").keySet();
    }

    /** The tables of the options that can be set on the component and in a URI, one for each group. */
    String sharedTables() {
        return optionTables("properties", componentOptions()::contains);
    }

    /** The tables of the options of a URI alone. */
    String endpointTables() {
        return optionTables("properties", name -> !componentOptions().contains(name));
    }

    /** The tables of the options of the component alone. */
    String componentTables() {
        return optionTables("componentProperties", name -> !endpointOptions().contains(name));
    }

    private String optionTables(String section, Predicate<String> wanted) {
        return tables(
                section,
                wanted,
                "option",
                (name, option) -> List.of("`" + name + "`", type(option), defaultValue(option), description(option)));
    }

    /** The tables of the headers, one for each group. */
    String headerTables() {
        return tables(
                "headers",
                name -> true,
                "header",
                (name, header) -> List.of("`" + name + "`", type(header), "", description(header)));
    }

    private interface Row {
        List<String> of(String name, JsonObject entry);
    }

    private String tables(String section, Predicate<String> wanted, String what, Row row) {
        Map<String, List<String>> groups = section(section).entrySet().stream()
                .filter(entry -> wanted.test(entry.getKey()))
                .collect(Collectors.groupingBy(
                        entry -> ((JsonObject) entry.getValue()).getString("group"),
                        LinkedHashMap::new,
                        Collectors.mapping(
                                entry -> line(row.of(entry.getKey(), (JsonObject) entry.getValue())),
                                Collectors.toList())));
        return groups.entrySet().stream()
                .map(group -> "**" + group.getKey() + "**\n\n"
                        + line(List.of(what, "type", "default", "meaning"))
                        + "\n|---|---|---|---|\n"
                        + String.join("\n", group.getValue()))
                .collect(Collectors.joining("\n\n"));
    }

    private static String line(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |";
    }

    private static String type(JsonObject entry) {
        List<?> values = entry.getCollection("enum");
        // Not the Regions: tools offer them, a table would be nothing else.
        if (values != null && !values.isEmpty() && values.size() <= 10) {
            return values.stream().map(value -> "`" + value + "`").collect(Collectors.joining(", "));
        }
        String type = entry.getString("javaType").replaceAll("<.*>", "");
        return type.substring(type.lastIndexOf('.') + 1);
    }

    private static String defaultValue(JsonObject entry) {
        // The default of a Boolean that may be unset depends on other options: the description tells.
        Object value = "java.lang.Boolean".equals(entry.getString("javaType")) ? null : entry.get("defaultValue");
        return value == null ? "" : "`" + value + "`";
    }

    private static String description(JsonObject entry) {
        String text = entry.getString("description").replace("|", "\\|").replaceAll("\\s+", " ");
        return (Boolean.TRUE.equals(entry.getBoolean("required")) ? "**Mandatory.** " : "")
                + text
                + (Boolean.TRUE.equals(entry.getBoolean("secret")) ? " *Secret.*" : "");
    }
}
