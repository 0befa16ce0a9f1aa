package io.github.camelsagemaker.async.testinfra.sagemaker;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.BiConsumer;

/** SHA-256 of payloads. */
final class Sha256 {

    private Sha256() {}

    static String of(byte[] bytes) {
        return HexFormat.of().formatHex(digest().digest(bytes));
    }

    /** A stream that tells length and digest once it was read to its end. */
    static InputStream telling(InputStream in, BiConsumer<Long, String> told) {
        MessageDigest digest = digest();
        return new FilterInputStream(new DigestInputStream(in, digest)) {
            private long length;
            private boolean ended;

            @Override
            public int read() throws IOException {
                int b = super.read();
                count(b < 0 ? -1 : 1);
                return b;
            }

            @Override
            public int read(byte[] target, int offset, int count) throws IOException {
                int n = super.read(target, offset, count);
                count(n);
                return n;
            }

            private void count(int n) {
                if (n >= 0) {
                    length += n;
                } else if (!ended) {
                    ended = true;
                    told.accept(length, HexFormat.of().formatHex(digest.digest()));
                }
            }
        };
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
