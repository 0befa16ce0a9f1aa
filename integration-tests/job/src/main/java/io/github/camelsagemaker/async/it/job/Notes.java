package io.github.camelsagemaker.async.it.job;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.camel.Exchange;

/** An exchange's headers, and a short body, in a file of its own that appears only when it is complete. */
public final class Notes {

    private static final int LONGEST_BODY = 10_000;

    private Notes() {}

    static void write(Path folder, Exchange exchange) throws IOException {
        Properties notes = new Properties();
        exchange.getMessage().getHeaders().forEach((name, value) -> {
            if (value != null) {
                notes.setProperty(name, value.toString());
            }
        });
        String body = exchange.getMessage().getBody(String.class);
        if (body != null && body.length() <= LONGEST_BODY) {
            notes.setProperty("body", body);
        }
        notes.setProperty("camel", exchange.getContext().getVersion());
        notes.setProperty("java", System.getProperty("java.version"));
        Path incomplete =
                Files.createTempFile(Files.createDirectories(folder.resolveSibling("incomplete")), "note", "");
        try (var out = Files.newBufferedWriter(incomplete)) {
            notes.store(out, null);
        }
        Files.createDirectories(folder);
        Files.move(incomplete, folder.resolve(exchange.getExchangeId()), StandardCopyOption.ATOMIC_MOVE);
    }

    /** What was written to the folder so far, by exchange. */
    public static List<Properties> read(Path folder) {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(Notes::readOne).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Properties readOne(Path file) {
        Properties properties = new Properties();
        try (var in = Files.newBufferedReader(file)) {
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }
}
