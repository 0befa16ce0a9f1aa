package io.github.camelsagemaker.async.testinfra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sagemaker.SageMakerAsyncClient;
import software.amazon.awssdk.services.sagemaker.model.AsyncInferenceOutputConfig;
import software.amazon.awssdk.services.sagemaker.model.DescribeEndpointConfigResponse;
import software.amazon.awssdk.services.sagemaker.model.DescribeEndpointResponse;
import software.amazon.awssdk.services.sagemaker.model.EndpointStatus;

/** Endpoints are described as they were created, in answers that the SDK reads. */
class ControlPlaneTest {

    @RegisterExtension
    static final LocalAwsExtension AWS = new LocalAwsExtension();

    private LocalAws aws;
    private SageMakerAsyncClient client;

    @BeforeEach
    void client() {
        aws = AWS.aws();
        aws.createBucket("bucket");
        aws.ledger().reset();
        client = SageMakerAsyncClient.builder()
                .region(Region.of(aws.region()))
                .endpointOverride(aws.sageMakerEndpoint())
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(aws.accessKeyId(), aws.secretAccessKey())))
                .build();
    }

    @AfterEach
    void close() {
        client.close();
    }

    private DescribeEndpointResponse endpoint(String name) {
        return client.describeEndpoint(ask -> ask.endpointName(name)).join();
    }

    private DescribeEndpointConfigResponse config(String endpoint) {
        String name = endpoint(endpoint).endpointConfigName();
        return client.describeEndpointConfig(ask -> ask.endpointConfigName(name))
                .join();
    }

    @Test
    void theConfigurationTellsPlacesAndTopics() {
        aws.endpoint("all")
                .outputPath("s3://bucket/out/")
                .failurePath("s3://bucket/failed/")
                .successTopic("arn:aws:sns:us-east-1:000000000000:done")
                .errorTopic("arn:aws:sns:us-east-1:000000000000:failed")
                .create();

        AsyncInferenceOutputConfig output = config("all").asyncInferenceConfig().outputConfig();

        assertThat(endpoint("all").endpointStatus()).isEqualTo(EndpointStatus.IN_SERVICE);
        assertThat(output.s3OutputPath()).isEqualTo("s3://bucket/out/");
        assertThat(output.s3FailurePath()).isEqualTo("s3://bucket/failed/");
        assertThat(output.notificationConfig().successTopic()).endsWith(":done");
        assertThat(output.notificationConfig().errorTopic()).endsWith(":failed");
        assertThat(aws.ledger().calls("DescribeEndpointConfig")).isEqualTo(1);
    }

    @Test
    void whatAnEndpointDoesNotHaveIsNotThere() {
        aws.endpoint("little").outputPath("s3://bucket/out/").create();

        AsyncInferenceOutputConfig output =
                config("little").asyncInferenceConfig().outputConfig();

        assertThat(output.s3FailurePath()).isNull();
        assertThat(output.notificationConfig()).isNull();
    }

    @Test
    void anEndpointThatIsNotAsynchronousSaysSoAndTakesNoRequests() {
        aws.endpoint("real-time").realTime().create();

        assertThat(config("real-time").asyncInferenceConfig()).isNull();
        assertThatThrownBy(() -> aws.sageMakerClient()
                        .invokeEndpointAsync(
                                ask -> ask.endpointName("real-time").body(SdkBytes.fromUtf8String("a")))
                        .join())
                .hasStackTraceContaining("takes no asynchronous requests");
    }

    @Test
    void anEndpointIsEitherRealTimeOrHasAPlaceForItsOutputs() {
        assertThatThrownBy(() -> aws.endpoint("both")
                        .outputPath("s3://bucket/out/")
                        .realTime()
                        .create())
                .hasMessageContainingAll("'both' is realTime", "outputPath 's3://bucket/out/'");
        assertThatThrownBy(() -> aws.endpoint("none").create()).hasMessageContaining("'none' needs an outputPath");
        assertThatThrownBy(() -> aws.endpoint("idle")
                        .outputPath("s3://bucket/out/")
                        .concurrency(0)
                        .create())
                .hasMessageContainingAll("concurrency", "'idle'", "0");
    }

    @Test
    void aFailedEndpointTellsWhy() {
        aws.endpoint("failed").outputPath("s3://bucket/out/").status("Failed").create();

        assertThat(endpoint("failed").endpointStatus()).isEqualTo(EndpointStatus.FAILED);
        assertThat(endpoint("failed").failureReason()).isNotBlank();
    }

    @Test
    void whatDoesNotExistIsRefusedAsSageMakerDoes() {
        assertThatThrownBy(() -> endpoint("missing"))
                .hasStackTraceContaining(
                        "Could not find endpoint \"arn:aws:sagemaker:us-east-1:000000000000:endpoint/missing\"")
                .hasStackTraceContaining("Status Code: 400");
        assertThatThrownBy(() -> client.describeEndpointConfig(ask -> ask.endpointConfigName("missing"))
                        .join())
                .hasStackTraceContaining("Could not find endpoint configuration");
        assertThatThrownBy(() -> endpoint("-a-")).hasStackTraceContaining("regular expression");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            SageMaker.DescribeEndpoint  | application/x-amz-json-1.1 | {"EndpointName":"e"        | SerializationException
            SageMaker.DescribeEndpoint  | application/x-amz-json-1.1 | {"Name":"e"}               | ValidationException
            SageMaker.DescribeEndpoint  | application/x-amz-json-1.1 | {"EndpointName":"e","a":1} | ValidationException
            SageMaker.DescribeEndpoint  | application/json           | {"EndpointName":"e"}       | ValidationException
            SageMaker.DeleteEndpoint    | application/x-amz-json-1.1 | {"EndpointName":"e"}       | UnknownOperationException
            """)
    void whatIsNoSuchRequestIsRefused(String target, String type, String body, String code) throws Exception {
        aws.endpoint("e").outputPath("s3://bucket/out/").create();
        HttpRequest request = HttpRequest.newBuilder(URI.create(aws.sageMakerEndpoint() + "/"))
                .header("X-Amz-Target", target)
                .header("Content-Type", type)
                .header(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=" + aws.accessKeyId()
                                + "/20260101/us-east-1/sagemaker/aws4_request")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();

        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("x-amzn-ErrorType")).hasValue(code);
    }
}
