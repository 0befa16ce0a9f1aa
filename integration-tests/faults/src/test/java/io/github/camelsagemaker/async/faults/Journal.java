package io.github.camelsagemaker.async.faults;

import io.github.camelsagemaker.async.faults.Entry.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What an application tells of itself, in order. In a file it outlives the application: what was added before a kill is there after
 * it. Thread-safe.
 */
abstract class Journal {

    abstract void add(Entry entry);

    /** All that was told so far. */
    abstract List<Entry> entries();

    /** The part of one run of the application. */
    Part of(int life) {
        return new Part(this, life);
    }

    /** Tells what one run of the application does. */
    record Part(Journal journal, int life) {

        void sent(String inferenceId) {
            journal.add(new Entry(life, Kind.SENT, inferenceId, null, null, null));
        }

        void told(String inferenceId, Told told) {
            journal.add(new Entry(life, Kind.TOLD, inferenceId, told, null, null));
        }

        void handled(Emission emission) {
            journal.add(new Entry(life, Kind.HANDLED, null, null, emission, null));
        }

        void warned(String place) {
            journal.add(new Entry(life, Kind.WARNED, null, null, null, place));
        }

        void forgot() {
            journal.add(new Entry(life, Kind.FORGOT, null, null, null, null));
        }

        void wrong(String what) {
            journal.add(new Entry(life, Kind.WRONG, null, null, null, what));
        }
    }

    static Journal inMemory() {
        List<Entry> entries = new CopyOnWriteArrayList<>();
        return new Journal() {
            @Override
            void add(Entry entry) {
                entries.add(entry);
            }

            @Override
            List<Entry> entries() {
                return List.copyOf(entries);
            }
        };
    }

    static Journal in(Path file) {
        return new Journal() {
            @Override
            void add(Entry entry) {
                append(file, entry.line() + "\n");
            }

            @Override
            List<Entry> entries() {
                return read(file);
            }
        };
    }

    /** With one write, so that a kill leaves no half of a line. */
    private static synchronized void append(Path file, String line) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Entry> read(Path file) {
        try {
            // While a line is written, its beginning may be there already.
            String text = Files.exists(file) ? Files.readString(file) : "";
            return text.substring(0, text.lastIndexOf('\n') + 1)
                    .lines()
                    .map(Entry::parse)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
