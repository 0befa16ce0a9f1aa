package io.github.camelsagemaker.async.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the starter adds, whatever the version of Spring Boot. */
abstract class SpringBootContract extends RuntimeContract {

    private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void holdsTheStartersJarUnchanged() throws IOException {
        assertUnchanged("camel-sagemaker-async-starter");
    }

    @Test
    void showsThatTheConsumerCannotReadResultsAndWhyUntilItCanAgain() throws Exception {
        Job job = job().withDocument("small", "small");

        try (RunningApplication running = application().start(job.settings(), folder)) {
            awaitHealth(running, 200, "\"consumer:answers-0\":\"UP\"");

            aws().faults().denyListBucket(true);
            awaitHealth(
                    running,
                    503,
                    "\"consumer:answers-0\":\"DOWN\"",
                    "\"aws.operation\":\"ListObjectsV2\"",
                    "\"aws.error.code\":\"AccessDenied\"");

            aws().faults().denyListBucket(false);
            awaitHealth(running, 200, "\"consumer:answers-0\":\"UP\"");
        } finally {
            aws().faults().clear();
        }
    }

    private void awaitHealth(RunningApplication running, int status, String... parts) {
        await().atMost(DEADLINE).untilAsserted(() -> {
            HttpResponse<String> health = health(running);
            assertThat(health.body()).as(running::log).contains(parts);
            assertThat(health.statusCode()).isEqualTo(status);
        });
    }

    private HttpResponse<String> health(RunningApplication running) throws Exception {
        Matcher port = PORT.matcher(running.log());
        assertThat(port.find()).as(running::log).isTrue();
        URI uri = URI.create("http://127.0.0.1:" + port.group(1) + "/actuator/health");
        return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    }
}
