package io.github.camelsagemaker.async.it;

import io.github.camelsagemaker.async.it.karaf.KarafServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;

/** The job as a bundle in a Karaf that is told of a stand-in for camel-core and given the KAR, and nothing else. */
record KarafApplication() implements Application {

    @Override
    public String runtime() {
        return property("it.karaf.home").getFileName().toString().replace("apache-karaf-", "Karaf ");
    }

    @Override
    public RunningApplication start(Settings settings, Path folder) throws IOException {
        return start(server(settings, folder), settings);
    }

    RunningApplication start(KarafServer server, Settings settings) throws IOException {
        return new RunningApplication(server.start(settings.javaHome()), server.log());
    }

    KarafServer server(Settings settings, Path folder) throws IOException {
        return KarafServer.prepare(property("it.karaf.home"), folder.resolve("karaf"))
                .addRepository(property("it.karaf.camel-core"))
                .systemProperties(settings.properties())
                .hideEnvironment("AWS_")
                .deploy(property("it.karaf.kar"))
                .deploy(property("it.karaf.job"));
    }

    /** Karaf stays up without the bundle, and says so in its log. */
    @Override
    public boolean hasRefused(RunningApplication running) {
        return running.log().contains("The job could not start");
    }

    @Override
    public byte[] jar(String artifact) throws IOException {
        Pattern name = Pattern.compile("repository/.*/" + artifact + "-\\d[^/]*\\.jar");
        try (ZipFile kar = new ZipFile(property("it.karaf.kar").toFile())) {
            var entry = kar.stream()
                    .filter(e -> name.matcher(e.getName()).matches())
                    .findFirst()
                    .orElseThrow();
            return kar.getInputStream(entry).readAllBytes();
        }
    }

    private static Path property(String name) {
        return Path.of(System.getProperty(name)).toAbsolutePath().normalize();
    }
}
