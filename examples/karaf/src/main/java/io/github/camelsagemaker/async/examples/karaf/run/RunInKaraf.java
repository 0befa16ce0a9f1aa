package io.github.camelsagemaker.async.examples.karaf.run;

import io.github.camelsagemaker.async.it.karaf.KarafServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Starts Karaf with the example's bundle, prints the results as they come, and stops it when all are there. */
public final class RunInKaraf {

    private static final Duration DEADLINE = Duration.ofMinutes(5);

    private final Path work;
    private final Settings settings;
    private final Documents documents;

    private RunInKaraf(Path work, Settings settings) throws IOException {
        this.work = work;
        this.settings = settings;
        this.documents = Documents.in(work.resolve("files/documents"));
    }

    /** The status is 0 when every document has a result. */
    public static void main(String[] arguments) throws Exception {
        RunInKaraf run = new RunInKaraf(Files.createTempDirectory("karaf-example-"), Settings.ofSystemProperties());
        if (!run.allResultsCome()) {
            // Ends this JVM and tells Maven, both of which an exception does.
            throw new IllegalStateException(
                    "Results are missing. Karaf's log is " + run.work.resolve("karaf/data/log/karaf.log"));
        }
    }

    private boolean allResultsCome() throws Exception {
        try (Aws aws = settings.aws()) {
            var configuration = new TreeMap<>(settings.configuration());
            configuration.put("folder", work.resolve("files").toString());
            KarafServer server = KarafServer.prepare(Settings.path("karaf.home"), work.resolve("karaf"))
                    .addRepository(Settings.path("karaf.camel-core"))
                    .systemProperties(aws.systemProperties())
                    .configure("io.github.camelsagemaker.examples.karaf", configuration)
                    .deploy(Settings.path("karaf.kar"))
                    .deploy(Settings.path("karaf.bundle"));
            System.out.println("Karaf starts in " + work.resolve("karaf") + ", with " + aws);
            Process karaf = server.start(Path.of(System.getProperty("java.home")));
            try {
                return resultsCome(karaf);
            } finally {
                karaf.destroy();
                if (!karaf.waitFor(60, TimeUnit.SECONDS)) {
                    karaf.destroyForcibly();
                }
            }
        }
    }

    private boolean resultsCome(Process karaf) throws IOException, InterruptedException {
        Instant end = Instant.now().plus(DEADLINE);
        Set<Path> printed = new HashSet<>();
        while (printed.size() < documents.count()) {
            if (!karaf.isAlive() || Instant.now().isAfter(end)) {
                return false;
            }
            for (Path result : results()) {
                if (printed.add(result)) {
                    String name = result.getFileName().toString();
                    System.out.println(name.substring(0, name.indexOf('-')) + "  " + Files.readString(result));
                }
            }
            TimeUnit.MILLISECONDS.sleep(200);
        }
        System.out.println("Results: " + printed.size() + " of " + documents.count());
        return true;
    }

    private List<Path> results() throws IOException {
        Path folder = work.resolve("files/results");
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .toList();
        }
    }
}
