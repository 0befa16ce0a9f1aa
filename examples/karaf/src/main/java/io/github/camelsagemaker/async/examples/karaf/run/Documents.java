package io.github.camelsagemaker.async.examples.karaf.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Three samples: one that fits into the call, one that goes through S3, and one that the embedded model refuses. */
record Documents(int count) {

    static Documents in(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("note.txt"), "a note");
        Files.writeString(folder.resolve("book.txt"), "word ".repeat(100_000));
        Files.writeString(folder.resolve("broken.txt"), "broken");
        return new Documents(3);
    }
}
