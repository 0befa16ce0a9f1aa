package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.testinfra.JavaCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How many exchanges can wait at once, and what that costs: counted at the servers, in another JVM. */
@Tag("soak")
// A thread of its own, because reading what a process prints cannot be interrupted.
@Timeout(value = 15, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ManyWaitsTest {

    private static final Path LOG = Path.of("target/many-waits.log");
    private static final int MANY = SoakSize.of(100_000, 4_000);
    private static final int FEW = SoakSize.of(2_000, 500);
    private static final int OLD = SoakSize.of(50_000, 2_000);
    private static final int MEGABYTES = SoakSize.of(512, 160);
    private static final int POLL_MILLIS = 1000;
    /** With 64 at once, all of 100,000 take half a minute. */
    private static final int BLOCK_MILLIS = 20;

    private static final String URI = "sagemaker-async:held?awaitResult=true&forcePathStyle=true"
            + "&deleteResultAfterAwait=false&resultTimeout=3600000&resultPollDelay=" + POLL_MILLIS;

    private final Map<String, String> addresses = new HashMap<>();
    private Process servers;
    private BufferedReader answers;

    @BeforeEach
    void startServers() throws IOException {
        servers = new JavaCommand(HeldAwsMain.class)
                .options("-Xmx3g", "-XX:+ExitOnOutOfMemoryError")
                .start(LOG);
        answers = reader(servers);
        addresses.putAll(answer());
    }

    @AfterEach
    void stopServers() throws Exception {
        servers.getOutputStream().close();
        if (!servers.waitFor(20, TimeUnit.SECONDS)) {
            servers.destroyForcibly();
        }
    }

    @Test
    void manyExchangesWaitAtOnceInLittleMemory() throws Exception {
        Map<String, Long> measured = run(MANY, 0);

        System.out.println("MEASURED " + MANY + " exchanges waiting at once: " + measured);
        assertThat(measured).containsEntry("completed", (long) MANY).containsEntry("stillWaiting", 0L);
        assertThat(measured.get("threadsMore")).isLessThanOrEqualTo(ManyWaitsMain.HANDFUL);
        // Of fewer exchanges, what all share weighs more.
        assertThat(measured.get("bytesEach")).as("heap beside the exchange").isLessThanOrEqualTo((long)
                SoakSize.of(1024, 2048));
        assertFewRequests(measured, MANY);
    }

    @Test
    void manyWaitAtOnceAndAllEndWhenTheRoutesNextStepBlocks() throws Exception {
        Map<String, Long> measured = run(MANY, BLOCK_MILLIS);

        System.out.println("MEASURED " + MANY + " exchanges waiting at once in a route that blocks: " + measured);
        assertThat(measured).containsEntry("completed", (long) MANY).containsEntry("stillWaiting", 0L);
        assertThat(measured.get("threadsMore")).isLessThanOrEqualTo(ManyWaitsMain.HANDFUL);
    }

    @Test
    void oldOutputsCostNoRequestMore() throws Exception {
        Map<String, Long> empty = run(FEW, 0);
        tell("retain " + OLD);
        Map<String, Long> retained = run(FEW, 0);

        System.out.println(
                "MEASURED " + FEW + " waits, without old outputs: " + empty + ", with " + OLD + ": " + retained);
        assertFewRequests(empty, FEW);
        assertFewRequests(retained, FEW);
    }

    /** One read each, a listing for 500, and one of each for every interval: of outputs a listing, of failures a read. */
    private static void assertFewRequests(Map<String, Long> measured, int results) {
        long intervals = measured.get("allMillis") / POLL_MILLIS + 2;
        assertThat(measured.get("GetObject")).isBetween((long) results, results + intervals);
        assertThat(measured.getOrDefault("ListObjectsV2", 0L)).isLessThanOrEqualTo(results / 500 + intervals);
    }

    private Map<String, Long> run(int count, int blockMillis) throws Exception {
        tell("hold");
        tell("reset");
        long start = System.nanoTime();
        Process sender = new JavaCommand(ManyWaitsMain.class, "" + count, URI, "" + blockMillis)
                .options("-Xmx" + MEGABYTES + "m", "-XX:+ExitOnOutOfMemoryError")
                .properties(addresses)
                .start(LOG);
        Map<String, Long> measured = new HashMap<>();
        try (BufferedReader out = reader(sender)) {
            read(out, "waiting", measured);
            tell("go");
            sender.getOutputStream().write('\n');
            sender.getOutputStream().flush();
            read(out, "end", measured);
        } finally {
            sender.destroy();
        }
        measured.put("allMillis", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
        tell("calls").forEach((operation, calls) -> measured.put(operation, Long.valueOf(calls)));
        return measured;
    }

    private static void read(BufferedReader out, String until, Map<String, Long> values) throws IOException {
        for (String line = out.readLine(); !until.equals(line); line = out.readLine()) {
            assertThat(line).as("see target/many-waits.log").isNotNull();
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.put(line.substring(0, equals), Long.valueOf(line.substring(equals + 1)));
            }
        }
    }

    private Map<String, String> tell(String command) throws IOException {
        servers.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
        servers.getOutputStream().flush();
        return answer();
    }

    private Map<String, String> answer() throws IOException {
        Map<String, String> values = new HashMap<>();
        for (String line = answers.readLine(); !"done".equals(line); line = answers.readLine()) {
            assertThat(line).as("see target/many-waits.log").isNotNull();
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.put(line.substring(0, equals), line.substring(equals + 1));
            }
        }
        return values;
    }

    private static BufferedReader reader(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }
}
