package io.github.camelsagemaker.async.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.testinfra.LocalAws;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** How long Camel says that its start and its stop took, with few routes and many: the rows of the deployment guide's table. */
final class StartStopTimes {

    private static final int CONNECTIONS_NOBODY_TAKES = 4_000;
    /** Two services, ten seconds each, and a machine with other work to do. */
    private static final Duration LONGEST_START = Duration.ofSeconds(60);

    private static final Duration LONGEST_STOP = Duration.ofSeconds(50);

    private enum Aws {
        ANSWERS("healthy"),
        REFUSES("refuses connections"),
        SILENT("black hole");

        private final String text;

        Aws(String text) {
            this.text = text;
        }
    }

    private final Application application;
    private final LocalAws aws;
    private final Path folder;
    private final StringBuilder rows = new StringBuilder();

    StartStopTimes(Application application, LocalAws aws, Path folder) {
        this.application = application;
        this.aws = aws;
        this.folder = folder;
    }

    /** Measures, checks, and writes the rows down. */
    void take() throws Exception {
        for (Aws state : Aws.values()) {
            for (int routes : new int[] {1, 20, 200}) {
                take(state, routes);
            }
        }
        Path reports = Files.createDirectories(Path.of(System.getProperty("it.reports")));
        Files.writeString(
                reports.resolveSibling("start-stop-" + application.runtime().replace(' ', '-') + ".md"), rows);
    }

    private void take(Aws state, int routes) throws Exception {
        Path home = Files.createTempDirectory(folder, "times");
        Files.createDirectories(home.resolve("in"));
        try (ServerSocket nobody = new ServerSocket(0, CONNECTIONS_NOBODY_TAKES, InetAddress.getLoopbackAddress())) {
            if (state == Aws.REFUSES) {
                nobody.close();
            }
            try (RunningApplication running =
                    application.start(settings(state, routes, home, nobody.getLocalPort()), home)) {
                Duration start = told(running, "started", LONGEST_START);
                assertThat(running.stops(LONGEST_STOP.toSeconds()))
                        .as(running::log)
                        .isTrue();
                Duration stop = told(running, "shutdown", Duration.ofSeconds(1));
                assertThat(start).isLessThan(LONGEST_START);
                rows.append(String.format(
                        Locale.ROOT,
                        "| %s | %s | %d | %.1f s | %.1f s |%n",
                        application.runtime(),
                        state.text,
                        routes,
                        start.toMillis() / 1000.0,
                        stop.toMillis() / 1000.0));
            }
        }
    }

    private static Duration told(RunningApplication running, String what, Duration atMost) {
        Pattern line =
                Pattern.compile("Apache Camel .*" + what + " in (?:(\\d+)m)?(?:(\\d+)s)?(?:(\\d+)ms)?(?=[ \\n])");
        Matcher found = await().atMost(atMost.multipliedBy(2)).until(() -> line.matcher(running.log()), Matcher::find);
        return Duration.ofMinutes(number(found.group(1)))
                .plusSeconds(number(found.group(2)))
                .plusMillis(number(found.group(3)));
    }

    private static long number(String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    /** Half of them scan, half have a queue; each has a bucket of its own. */
    private Settings settings(Aws state, int routes, Path home, int nobody) throws IOException {
        String name = "times-" + state.name().toLowerCase(Locale.ROOT) + "-" + routes + "-";
        for (int i = 0; i < routes; i++) {
            String queue = name + i;
            aws.createBucket(queue);
            aws.sqsClient().createQueue(create -> create.queueName(queue)).join();
        }
        Settings settings = Settings.none()
                .system("job.folder", home)
                .system("job.to", "sagemaker-async:times")
                .system(
                        "job.from",
                        IntStream.range(0, routes)
                                .mapToObj(i -> "sagemaker-async:e" + i + "?outputLocation=s3://" + name + i + "/out/"
                                        + (i % 2 == 0 ? "&waitTimeSeconds=1&notificationQueue=" + name + i : ""))
                                .collect(Collectors.joining(",")))
                .option("input-location", "s3://" + name + "0/in/");
        for (var property : aws.sdkSystemProperties().entrySet()) {
            settings = settings.system(property.getKey(), property.getValue());
        }
        if (state != Aws.ANSWERS) {
            settings = settings.system("aws.endpointUrlS3", "http://127.0.0.1:" + nobody)
                    .system("aws.endpointUrlSqs", "http://127.0.0.1:" + nobody);
        }
        return settings;
    }
}
