package io.github.camelsagemaker.async.examples.quickstart;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The folder of documents to send: the user's, or a temporary one with samples that is deleted in the end. */
final class Documents implements AutoCloseable {

    private static final List<String> SMALL = List.of(
            "greetings.txt",
            "letter.txt",
            "minutes.txt",
            "note.txt",
            "order-1001.json",
            "order-1002.json",
            "order-broken.json",
            "reading.json",
            "recipe.txt",
            "ticket.json");

    /** SageMaker takes 128,000 bytes inside a call: one below, exactly, one above. */
    private static final List<Integer> AROUND_THE_LIMIT = List.of(127_999, 128_000, 128_001);

    private static final byte[] LINE = "The quick brown fox jumps over the lazy dog, and the dog does not mind.\n"
            .getBytes(StandardCharsets.UTF_8);

    private final Path folder;
    private final boolean temporary;

    private Documents(Path folder, boolean temporary) {
        this.folder = folder;
        this.temporary = temporary;
    }

    static Documents of(Settings settings) throws IOException {
        if (!settings.documents().isBlank()) {
            Path folder = Path.of(settings.documents()).toAbsolutePath();
            if (!Files.isDirectory(folder)) {
                throw new IllegalArgumentException("quickstart.documents is '" + folder + "', which is no folder");
            }
            return new Documents(folder, false);
        }
        Documents samples = new Documents(Files.createTempDirectory("quickstart-"), true);
        samples.writeSamples(settings.largestDocument());
        return samples;
    }

    private void writeSamples(long largest) throws IOException {
        for (String name : SMALL) {
            try (InputStream in = Documents.class.getResourceAsStream("/documents/" + name)) {
                Files.copy(in, folder.resolve(name));
            }
        }
        for (int bytes : AROUND_THE_LIMIT) {
            writeText("text-" + bytes + ".txt", bytes);
        }
        writeText("archive.txt", largest);
    }

    private void writeText(String name, long bytes) throws IOException {
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(folder.resolve(name)))) {
            for (long left = bytes; left > 0; left -= LINE.length) {
                out.write(LINE, 0, (int) Math.min(left, LINE.length));
            }
        }
    }

    Path folder() {
        return folder;
    }

    /** The documents' names, as Camel's file component names them in CamelFileName. */
    List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted(Comparator.naturalOrder())
                    .toList();
        }
    }

    @Override
    public void close() throws IOException {
        if (!temporary) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
