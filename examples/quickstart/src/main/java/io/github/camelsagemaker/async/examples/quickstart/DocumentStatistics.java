package io.github.camelsagemaker.async.examples.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What a document is made of.
 *
 * @param bytes its length
 * @param lines how many line ends it has
 * @param words how many runs of bytes between blanks
 * @param openBrackets opening minus closing brackets and braces, outside of quotes
 * @param sha256 its SHA-256 in hexadecimal
 */
record DocumentStatistics(long bytes, long lines, long words, long openBrackets, String sha256) {

    private static final int SHOWN_DIGITS = 12;

    /** Reads the stream to its end, with a buffer of fixed size. */
    static DocumentStatistics of(InputStream in) throws IOException {
        Counter counter = new Counter();
        MessageDigest digest = newDigest();
        byte[] buffer = new byte[8192];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            digest.update(buffer, 0, read);
            for (int i = 0; i < read; i++) {
                counter.count(buffer[i]);
            }
        }
        return new DocumentStatistics(
                counter.bytes,
                counter.lines,
                counter.words,
                counter.openBrackets,
                HexFormat.of().formatHex(digest.digest()));
    }

    private static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    String toJson() {
        return "{\"bytes\":%d,\"lines\":%d,\"words\":%d,\"sha256\":\"%s\"}"
                .formatted(bytes, lines, words, sha256.substring(0, SHOWN_DIGITS));
    }

    /** All signs of interest are ASCII, so bytes will do for UTF-8 too. */
    private static final class Counter {

        private long bytes;
        private long lines;
        private long words;
        private long openBrackets;
        private boolean inWord;
        private boolean quoted;
        private boolean escaped;

        void count(byte b) {
            bytes++;
            if (b == '\n') {
                lines++;
            }
            boolean blank = b == ' ' || b == '\t' || b == '\n' || b == '\r';
            if (!blank && !inWord) {
                words++;
            }
            inWord = !blank;
            countBracket(b);
        }

        private void countBracket(byte b) {
            if (escaped) {
                escaped = false;
            } else if (quoted && b == '\\') {
                escaped = true;
            } else if (b == '"') {
                quoted = !quoted;
            } else if (!quoted) {
                openBrackets += b == '{' || b == '[' ? 1 : b == '}' || b == ']' ? -1 : 0;
            }
        }
    }
}
