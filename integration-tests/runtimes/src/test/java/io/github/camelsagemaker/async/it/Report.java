package io.github.camelsagemaker.async.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Properties;

/**
 * What was run: one line for each runtime and Java, of which the table of {@code docs/guides/compatibility.md} is made. It is
 * written only after the whole job was done.
 */
final class Report {

    private Report() {}

    /** @param result what the application noted about a result */
    static void write(Application application, Properties result) throws IOException {
        String java = result.getProperty("java").replaceAll("\\..*", "");
        String line = String.join(
                "|",
                application.runtime(),
                result.getProperty("camel"),
                java,
                sha256(application.jar("camel-sagemaker-async")));
        Path reports = Files.createDirectories(Path.of(System.getProperty("it.reports")));
        String name = application.runtime() + " " + result.getProperty("camel") + " " + java;
        Files.writeString(reports.resolve(name.replace(' ', '-')), line + "\n");
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
