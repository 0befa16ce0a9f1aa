package io.github.camelsagemaker.async.it.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.testinfra.Fault;
import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;

/** The SDK for JavaScript understands what test-infra's SageMaker answers, and is understood. */
@EnabledIf(
        value = "io.github.camelsagemaker.async.it.peers.Node#hasPackages",
        disabledReason = "needs npm's packages, see .ci/peers")
@Timeout(120)
class JavaScriptClientTest {

    private final LocalAws aws = LocalAws.start();

    @BeforeEach
    void createEndpoint() {
        aws.createBucket("b");
        aws.endpoint("reader")
                .outputPath("s3://b/out/")
                .failurePath("s3://b/failed/")
                .model(request -> ModelResponse.text(request.length() + " bytes"))
                .create();
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    @Test
    void aPayloadInsideTheCallIsAnswered() throws Exception {
        String answer = invoke("{\"EndpointName\":\"reader\",\"Body\":\"small\",\"ContentType\":\"text/plain\","
                        + "\"InferenceId\":\"mine\",\"CustomAttributes\":\"a=b\",\"RequestTTLSeconds\":600,"
                        + "\"InvocationTimeoutSeconds\":60}")
                .get(0);

        assertThat(answer).matches("202 mine s3://b/out/\\S+ s3://b/failed/\\S+");
        assertThat(aws.ledger().accepted("mine")).satisfies(request -> {
            assertThat(request.inline()).isTrue();
            assertThat(request.bodyLength()).isEqualTo(5);
            assertThat(request.contentType()).isEqualTo("text/plain");
            assertThat(request.customAttributes()).isEqualTo("a=b");
            assertThat(request.requestTtlSeconds()).isEqualTo(600);
            assertThat(request.invocationTimeoutSeconds()).isEqualTo(60);
        });
        awaitResult();
    }

    @Test
    void aPayloadInS3IsAnswered() throws Exception {
        aws.putObject("b", "in/large", "x".repeat(300_000).getBytes(StandardCharsets.UTF_8), "text/plain");

        assertThat(invoke("{\"EndpointName\":\"reader\",\"InputLocation\":\"s3://b/in/large\"}"))
                .singleElement()
                .asString()
                .startsWith("202 ");
        awaitResult();
    }

    @Test
    void refusalsAreTheErrorsOfTheService() throws Exception {
        assertThat(invoke(
                        "{\"EndpointName\":\"nowhere\",\"Body\":\"small\"}",
                        "{\"EndpointName\":\"reader\"}",
                        "{\"EndpointName\":\"reader\",\"Body\":\"small\",\"RequestTTLSeconds\":59}"))
                .hasSize(3)
                .allMatch(answer -> answer.equals("400 ValidationError"));
        assertThat(aws.ledger().acceptedCount()).isZero();
    }

    @Test
    void faultsAreTheErrorsOfTheService() throws Exception {
        aws.faults().next(1, Fault.throttle429());

        assertThat(invoke(
                        "{\"EndpointName\":\"reader\",\"Body\":\"small\"}",
                        "{\"EndpointName\":\"reader\",\"Body\":\"small\"}"))
                .satisfiesExactly(
                        first -> assertThat(first).isEqualTo("429 ThrottlingException"),
                        second -> assertThat(second).startsWith("202 "));
    }

    private void awaitResult() {
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(aws.keys("b", "out/")).hasSize(1));
    }

    private List<String> invoke(String... calls) throws Exception {
        Process script = Node.start(
                "invoke.mjs",
                Map.of(
                        "ENDPOINT", aws.sageMakerEndpoint().toString(),
                        "AWS_REGION", aws.region(),
                        "AWS_ACCESS_KEY_ID", aws.accessKeyId(),
                        "AWS_SECRET_ACCESS_KEY", aws.secretAccessKey()),
                "[" + String.join(",", calls) + "]");
        try {
            List<String> answers = script.inputReader().lines().toList();
            assertThat(script.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(script.exitValue()).isZero();
            return answers;
        } finally {
            script.destroyForcibly();
        }
    }
}
