import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.camel.util.json.JsonArray;
import org.apache.camel.util.json.JsonObject;
import org.apache.camel.util.json.Jsoner;

/**
 * Build step: writes Spring Boot's configuration metadata (completion and checks in an IDE) from the component's catalog.
 *
 * <p>Argument: the file to write.
 */
final class ConfigurationMetadata {

    private static final String CATALOG = "META-INF/io/github/camelsagemaker/async/sagemaker-async.json";
    private static final String PREFIX = "camel.component.sagemaker-async";

    private final JsonArray properties = new JsonArray();
    private final JsonArray hints = new JsonArray();

    public static void main(String[] arguments) throws Exception {
        JsonObject catalog;
        try (InputStream in = ConfigurationMetadata.class.getClassLoader().getResourceAsStream(CATALOG)) {
            if (in == null) {
                throw new IllegalStateException("No " + CATALOG + " on the class path");
            }
            catalog = (JsonObject) Jsoner.deserialize(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
        new ConfigurationMetadata().write(catalog, Path.of(arguments[0]));
    }

    private void write(JsonObject catalog, Path file) throws IOException {
        flag("enabled", "Whether to configure the component sagemaker-async from properties.");
        flag("customizer.enabled", "Whether these properties are set on instances of the component.");
        Map<String, JsonObject> options = catalog.getMap("componentProperties");
        options.forEach(this::option);
        JsonObject group = new JsonObject();
        group.put("name", PREFIX);
        group.put("description", catalog.<JsonObject>getMap("component").getString("description"));
        JsonArray groups = new JsonArray();
        groups.add(group);
        JsonObject metadata = new JsonObject();
        metadata.put("groups", groups);
        metadata.put("properties", properties);
        metadata.put("hints", hints);
        Files.createDirectories(file.getParent());
        Files.writeString(file, Jsoner.prettyPrint(metadata.toJson()));
    }

    private void flag(String name, String description) {
        property(PREFIX + "." + name, "java.lang.Boolean", description, Boolean.TRUE);
    }

    private JsonObject property(String name, String type, String description, Object defaultValue) {
        JsonObject property = new JsonObject();
        property.put("name", name);
        property.put("type", type);
        property.put("description", description);
        if (defaultValue != null) {
            property.put("defaultValue", defaultValue);
        }
        properties.add(property);
        return property;
    }

    private void option(String name, JsonObject option) {
        String key = PREFIX + "." + dashed(name);
        // Clients and repositories are given as #bean:name.
        boolean bean = "object".equals(option.getString("type"));
        String type = bean ? "java.lang.String" : boxed(option.getString("javaType"));
        JsonObject property = property(key, type, option.getString("description"), defaultValue(option));
        if (option.getBooleanOrDefault("deprecated", false)) {
            property.put("deprecated", true);
        }
        if (option.containsKey("enum")) {
            JsonArray values = new JsonArray();
            option.<JsonArray>getCollection("enum").forEach(value -> {
                JsonObject hint = new JsonObject();
                hint.put("value", value);
                values.add(hint);
            });
            JsonObject hint = new JsonObject();
            hint.put("name", key);
            hint.put("values", values);
            hints.add(hint);
        }
    }

    private static Object defaultValue(JsonObject option) {
        // The default of a Boolean that may be unset depends on other options: the description tells.
        return "java.lang.Boolean".equals(option.getString("javaType")) ? null : option.get("defaultValue");
    }

    private static String dashed(String name) {
        return name.replaceAll("(?<=.)([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT);
    }

    private static String boxed(String type) {
        return switch (type) {
            case "boolean" -> "java.lang.Boolean";
            case "int" -> "java.lang.Integer";
            case "long" -> "java.lang.Long";
            case "double" -> "java.lang.Double";
            default -> type;
        };
    }
}
