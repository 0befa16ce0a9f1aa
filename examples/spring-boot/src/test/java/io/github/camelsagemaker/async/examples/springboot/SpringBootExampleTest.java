package io.github.camelsagemaker.async.examples.springboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.testinfra.LocalAws;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.test.web.client.TestRestTemplate;
import org.springframework.context.ConfigurableApplicationContext;

@ExtendWith(OutputCaptureExtension.class)
class SpringBootExampleTest {

    private static final Duration DEADLINE = Duration.ofMinutes(4);

    @Test
    void tellsOfEveryDocumentAndEndsByItself(CapturedOutput output) {
        ConfigurableApplicationContext application = start();

        await().atMost(DEADLINE).until(() -> !application.isActive());
        assertThat(output)
                .contains("sent delivery.txt (INLINE)", "sent report.txt (S3)")
                .contains("COMPLETED delivery.txt: 12 words", "COMPLETED report.txt: 42000 words")
                .containsPattern("FAILED scan.txt: .*cannot read this document");
    }

    @Test
    void showsItsHealth() {
        try (ConfigurableApplicationContext application = start("--example.stop-after=0")) {
            String port = application.getEnvironment().getProperty("local.server.port");

            await().atMost(DEADLINE).untilAsserted(() -> assertThat(new TestRestTemplate()
                            .getForObject("http://127.0.0.1:" + port + "/actuator/health", String.class))
                    .contains("\"consumer:receive\":\"UP\""));
        }
    }

    @Test
    void itsReadinessIsThatOfTheConsumerAndItsLivenessIsNot() {
        try (ConfigurableApplicationContext application = start(
                "--example.stop-after=0",
                "--management.endpoint.health.probes.enabled=true",
                "--management.endpoint.health.group.readiness.include=readinessState,camelHealth",
                "--management.endpoint.health.group.readiness.show-details=always")) {
            String health = "http://127.0.0.1:" + application.getEnvironment().getProperty("local.server.port")
                    + "/actuator/health/";
            TestRestTemplate http = new TestRestTemplate();

            await().atMost(DEADLINE)
                    .untilAsserted(() -> assertThat(http.getForObject(health + "readiness", String.class))
                            .contains("\"consumer:receive\":\"UP\""));
            assertThat(http.getForObject(health + "liveness", String.class))
                    .contains("\"UP\"")
                    .doesNotContain("consumer:receive");
        }
    }

    @Test
    void onRealAwsNothingIsEmbedded() {
        try (LocalAws elsewhere = LocalAws.start()) {
            elsewhere.createBucket("mine");
            elsewhere.endpoint("mine").outputPath("s3://mine/out/").create();
            elsewhere.sdkSystemProperties().forEach(System::setProperty);
            String topic = elsewhere
                    .snsClient()
                    .createTopic(create -> create.name("mine"))
                    .join()
                    .topicArn();
            String options = "--camel.component.sagemaker-async.";

            try (ConfigurableApplicationContext application = start(
                    "--example.aws=real",
                    "--example.endpoint=mine",
                    "--example.stop-after=0",
                    options + "input-location=s3://mine/in/",
                    options + "output-location=s3://mine/out/",
                    options + "failure-location=s3://mine/failed/",
                    options + "topic-arn=" + topic)) {
                assertThat(application.getBeansOfType(LocalAws.class)).isEmpty();
                await().atMost(DEADLINE).until(() -> elsewhere.ledger().acceptedCount() == 3);
            } finally {
                elsewhere.sdkSystemProperties().keySet().forEach(System::clearProperty);
            }
        }
    }

    private static ConfigurableApplicationContext start(String... options) {
        // A stop waits as long as a receive waits for messages.
        return new SpringApplicationBuilder(SpringBootExample.class)
                .run(Stream.concat(
                                Stream.of(options),
                                Stream.of(
                                        "--example.documents=documents",
                                        "--camel.component.sagemaker-async.wait-time-seconds=1"))
                        .toArray(String[]::new));
    }
}
