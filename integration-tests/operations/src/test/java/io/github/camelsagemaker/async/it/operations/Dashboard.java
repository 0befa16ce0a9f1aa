package io.github.camelsagemaker.async.it.operations;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Grafana dashboard among the docs. */
record Dashboard(List<Panel> panels, String text) {

    private static final Pattern SERIES = Pattern.compile("camel_sagemaker_async_[a-z_0-9]+");

    record Panel(String title, String unit, String axis, List<Target> targets) {}

    record Target(String expression, String legend) {}

    static Dashboard read() throws IOException {
        String text = Files.readString(folder().resolve("grafana-dashboard.json"));
        List<Panel> panels = new ArrayList<>();
        for (JsonNode panel : new ObjectMapper().readTree(text).path("panels")) {
            List<Target> targets = new ArrayList<>();
            panel.path("targets")
                    .forEach(t -> targets.add(new Target(
                            t.path("expr").asText(), t.path("legendFormat").asText())));
            panels.add(new Panel(
                    panel.path("title").asText(),
                    panel.path("fieldConfig").path("defaults").path("unit").asText(),
                    panel.path("fieldConfig")
                            .path("defaults")
                            .path("custom")
                            .path("axisLabel")
                            .asText(),
                    targets));
        }
        return new Dashboard(panels, text);
    }

    /** Where it is. */
    static Path folder() {
        return Path.of("../../docs/operations");
    }

    /** The names of all time series it asks for. */
    Set<String> series() {
        Set<String> names = new TreeSet<>();
        Matcher matcher = SERIES.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group());
        }
        return names;
    }
}
