package io.github.camelsagemaker.async.invoke;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file, opened late and always closed. Can be read as often as wanted. */
final class FileSource implements BodySource {

    private final Path file;
    private InputStream stream;

    FileSource(Path file) {
        this.file = file;
    }

    @Override
    public long length() throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new InvalidInferenceRequestException("The message body is the file '" + file + "', which "
                    + (Files.exists(file) ? "is not a regular file" : "does not exist"));
        }
        return Files.size(file);
    }

    @Override
    public InputStream open() throws IOException {
        stream = Files.newInputStream(file);
        return stream;
    }

    @Override
    public void release() {
        Streams.closeQuietly(stream);
    }
}
