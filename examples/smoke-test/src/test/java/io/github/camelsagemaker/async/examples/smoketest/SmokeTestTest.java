package io.github.camelsagemaker.async.examples.smoketest;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.examples.smoketest.SmokeTest.Settings;
import io.github.camelsagemaker.async.testinfra.Fault;
import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.LocalEndpoint;
import io.github.camelsagemaker.async.testinfra.ModelException;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the smoke test says when all is well, and of each failure what to do about it. */
@Timeout(180)
class SmokeTestTest {

    private static LocalAws aws;

    private final String bucket = "smoke-" + UUID.randomUUID();
    private final CountDownLatch end = new CountDownLatch(1);
    private final Map<String, String> properties = new TreeMap<>();
    private int status;

    @BeforeAll
    static void startAws() {
        aws = LocalAws.start();
    }

    @AfterAll
    static void stopAws() {
        aws.close();
    }

    @BeforeEach
    void findAws() {
        aws.createBucket(bucket);
        properties.putAll(aws.sdkSystemProperties());
        // Nothing of the machine's own.
        properties.put("aws.disableEc2Metadata", "true");
        properties.put("aws.sharedCredentialsFile", "none");
        properties.put("aws.configFile", "none");
        properties.forEach(System::setProperty);
    }

    @AfterEach
    void forgetAws() {
        end.countDown();
        aws.faults().clear();
        properties.keySet().forEach(System::clearProperty);
    }

    private LocalEndpoint.Builder endpoint() {
        return aws.endpoint("summarizer")
                .outputPath("s3://" + bucket + "/out/")
                .failurePath("s3://" + bucket + "/failed/")
                .model(request -> {
                    if (request.text().equals("wait")) {
                        end.await();
                    }
                    if (request.text().equals("bad")) {
                        throw new ModelException("cannot parse the input");
                    }
                    return ModelResponse.text("a summary");
                });
    }

    private String said(String body) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Settings settings = new Settings(
                "summarizer", body.getBytes(StandardCharsets.UTF_8), "text/plain", null, body.equals("wait") ? 1 : 60);
        status = new SmokeTest(settings, new PrintStream(said, true, StandardCharsets.UTF_8)).run();
        return said.toString(StandardCharsets.UTF_8);
    }

    private void assertStopped(String body, String... parts) {
        assertThat(said(body)).contains("[!] ", "To do: ").contains(parts).doesNotContain("All is well");
        assertThat(status).isEqualTo(1);
    }

    @Test
    void eachStepIsToldAndNothingStays() {
        endpoint().create();

        assertThat(said("Hello"))
                .containsSubsequence(
                        "[1] Region us-east-1",
                        "[2] Credentials, with the access key ",
                        "[3] Endpoint 'summarizer' is there, with the status InService",
                        "[4] It is asynchronous. Results go to s3://" + bucket + "/out/",
                        "Failures go to s3://" + bucket + "/failed/",
                        "It tells no topics",
                        "[5] Sending 5 bytes of text/plain",
                        "[6] The request was accepted, with the inference id ",
                        "Its result will be ",
                        "Or its failure ",
                        "The result was read: 9 bytes of text/plain",
                        "a summary",
                        "All is well");
        assertThat(status).isZero();
        assertThat(aws.keys(bucket, "")).isEmpty();
    }

    @Test
    void whatIsDeletedIsTold() {
        endpoint().create();

        assertThat(said("Hello")).contains("Deleted s3://" + bucket + "/out/camel-await/");
    }

    @Test
    void aMissingFailurePathIsTold() {
        endpoint().failurePath(null).create();

        assertThat(said("Hello")).contains("It has no S3FailurePath", "All is well");
    }

    @Test
    void aFailedInferenceIsTheModelsAndTheWayWorks() {
        endpoint().create();

        assertStopped("bad", "cannot parse the input", "the way there and back works", "/aws/sagemaker/Endpoints/");
    }

    @Test
    void aResultThatDoesNotComeIsLookedForInTheMetrics() {
        endpoint().create();

        assertStopped("wait", "was accepted", "HasBacklogWithoutCapacity", "smoke.timeoutSeconds");
    }

    @Test
    void anEndpointThatIsNotThereMayBeInAnotherRegion() {
        aws.endpoint("another").outputPath("s3://" + bucket + "/out/").create();
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        status = new SmokeTest(
                        new Settings("missing", new byte[1], "text/plain", null, 1),
                        new PrintStream(said, true, StandardCharsets.UTF_8))
                .run();

        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("'missing' in us-east-1", "list-endpoints", "AWS_REGION");
        assertThat(status).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "Creating, Wait until its status is InService",
        "Failed, No capacity in the Region",
        "OutOfService, Update it"
    })
    void anEndpointThatTakesNothingSaysWhy(String given, String remedy) {
        endpoint().status(given).create();

        assertStopped("Hello", "with the status " + given, remedy);
    }

    @Test
    void anEndpointThatIsNotAsynchronousIsTold() {
        aws.endpoint("summarizer").realTime().create();

        assertStopped("Hello", "It is not asynchronous", "AsyncInferenceConfig", "examples/aws");
    }

    @ParameterizedTest
    @CsvSource({
        "DescribeEndpoint, DescribeEndpoint of 'summarizer'",
        "DescribeEndpointConfig, DescribeEndpointConfig of",
        "InvokeEndpointAsync, InvokeEndpointAsync"
    })
    void aMissingPermissionIsTold(String operation, String named) {
        endpoint().create();
        aws.faults().forCalls(operation, 1, Fault.accessDenied403());

        assertStopped("Hello", named, "Give the permission", "docs/guides/iam.md");
    }

    @Test
    void aMissingRegionIsTold() {
        System.clearProperty("aws.region");

        assertStopped("Hello", "No Region was found", "AWS_REGION");
    }

    @Test
    void missingCredentialsAreTold() {
        System.clearProperty("aws.accessKeyId");

        assertStopped("Hello", "No credentials were found", "aws sso login");
    }

    @Test
    void credentialsThatAreWrongAreTold() {
        endpoint().create();
        System.setProperty("aws.accessKeyId", "AKIAWRONG");

        assertStopped("Hello", "DescribeEndpoint of 'summarizer'");
    }

    @Test
    void whatDoesNotAnswerIsTold() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        System.setProperty("aws.endpointUrlSageMaker", "http://127.0.0.1:" + port);

        assertStopped("Hello", "Nothing answered", "AWS_ENDPOINT_URL");
    }
}
