package io.github.camelsagemaker.async.it.dependencies;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.stream.StreamSupport;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Reads what OSV exports for an ecosystem: a ZIP file with a JSON file for each advisory, in the
 * <a href="https://ossf.github.io/osv-schema/">OSV format</a>.
 */
final class OsvExport {

    private static final ObjectMapper JSON = new ObjectMapper();

    private OsvExport() {}

    static List<Advisory> read(Path zip) throws IOException {
        List<Advisory> advisories = new ArrayList<>();
        try (ZipFile file = new ZipFile(zip.toFile())) {
            Enumeration<? extends ZipEntry> entries = file.entries();
            while (entries.hasMoreElements()) {
                try (InputStream entry = file.getInputStream(entries.nextElement())) {
                    advisories.addAll(advisories(JSON.readTree(entry)));
                }
            }
        }
        return advisories;
    }

    private static List<Advisory> advisories(JsonNode vulnerability) {
        List<Advisory> advisories = new ArrayList<>();
        if (vulnerability.hasNonNull("withdrawn")) {
            return advisories;
        }
        String severity = vulnerability.at("/database_specific/severity").asText("UNKNOWN");
        for (JsonNode affected : vulnerability.path("affected")) {
            if (affected.at("/package/ecosystem").asText().equals("Maven")) {
                for (JsonNode range : affected.path("ranges")) {
                    advisories.addAll(ranges(
                            id(vulnerability), affected.at("/package/name").asText(), severity, range.path("events")));
                }
            }
        }
        return advisories;
    }

    /** Events come in the order of versions: each that introduces a vulnerability is followed by the end of it, if that is known. */
    private static List<Advisory> ranges(String id, String packageName, String severity, JsonNode events) {
        List<Advisory> ranges = new ArrayList<>();
        String introduced = null;
        for (JsonNode event : events) {
            if (event.has("introduced")) {
                introduced = event.get("introduced").asText();
            } else if (introduced != null && (event.has("fixed") || event.has("last_affected"))) {
                ranges.add(new Advisory(
                        id,
                        packageName,
                        introduced,
                        event.path("fixed").asText(),
                        event.path("last_affected").asText(),
                        severity));
                introduced = null;
            }
        }
        if (introduced != null) {
            ranges.add(new Advisory(id, packageName, introduced, null, null, severity));
        }
        return ranges;
    }

    private static String id(JsonNode vulnerability) {
        return StreamSupport.stream(vulnerability.path("aliases").spliterator(), false)
                .map(JsonNode::asText)
                .filter(alias -> alias.startsWith("CVE-"))
                .findFirst()
                .orElse(vulnerability.path("id").asText());
    }
}
