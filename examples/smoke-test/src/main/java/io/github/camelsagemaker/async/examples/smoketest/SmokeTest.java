package io.github.camelsagemaker.async.examples.smoketest;

import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsAsyncClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.sagemaker.SageMakerAsyncClient;
import software.amazon.awssdk.services.sagemaker.model.AsyncInferenceConfig;
import software.amazon.awssdk.services.sagemaker.model.AsyncInferenceOutputConfig;
import software.amazon.awssdk.services.sagemaker.model.DescribeEndpointResponse;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;
import software.amazon.awssdk.services.sagemakerruntime.model.InvokeEndpointAsyncResponse;

/**
 * Sends one request to a SageMaker endpoint, awaits its result, and says at each step what it sees, or what is wrong and what to do
 * about it. The result is in a folder that no consumer takes, and is deleted; nothing else is touched.
 */
public final class SmokeTest {

    private static final int SHOWN_CHARACTERS = 300;
    private static final int PATIENCE_SECONDS = 10;

    private final Settings settings;
    private final PrintStream out;
    private final AtomicInteger steps = new AtomicInteger();

    /**
     * @param endpoint the endpoint's name
     * @param contentType of the body
     * @param inputLocation where the body is uploaded to if it is large, or null
     */
    record Settings(String endpoint, byte[] body, String contentType, String inputLocation, long timeoutSeconds) {

        static Settings ofSystemProperties() throws Exception {
            String endpoint = System.getProperty("smoke.endpoint");
            if (endpoint == null) {
                throw new Stopped(
                        "No endpoint is named",
                        "Name it with -Dsmoke.endpoint=summarizer. Besides there are smoke.body or smoke.file,"
                                + " smoke.contentType, smoke.inputLocation and smoke.timeoutSeconds");
            }
            String file = System.getProperty("smoke.file");
            return new Settings(
                    endpoint,
                    file == null
                            ? System.getProperty("smoke.body", "{\"inputs\": \"Hello\"}")
                                    .getBytes(StandardCharsets.UTF_8)
                            : Files.readAllBytes(Path.of(file)),
                    System.getProperty("smoke.contentType", "application/json"),
                    System.getProperty("smoke.inputLocation"),
                    Long.getLong("smoke.timeoutSeconds", 1_800));
        }
    }

    SmokeTest(Settings settings, PrintStream out) {
        this.settings = settings;
        this.out = out;
    }

    /** The status is 0 if a result came, and 1 otherwise. */
    public static void main(String[] args) {
        int status;
        try {
            status = new SmokeTest(Settings.ofSystemProperties(), System.out).run();
        } catch (Stopped e) {
            e.print(System.out);
            status = 1;
        } catch (Exception e) {
            Remedies.of("Reading the settings", e).print(System.out);
            status = 1;
        }
        if (status != 0) {
            System.exit(status);
        }
    }

    int run() {
        try {
            Region region = region();
            credentials();
            AsyncInferenceOutputConfig output;
            try (SageMakerAsyncClient client = client(SageMakerAsyncClient.builder(), region)) {
                output = endpoint(client, region);
            }
            try (SageMakerRuntimeAsyncClient runtime = client(SageMakerRuntimeAsyncClient.builder(), region);
                    S3AsyncClient s3 = client(S3AsyncClient.builder(), region)) {
                send(runtime, s3, output);
            }
            out.println(
                    "All is well: the endpoint, the permissions of a producer that awaits results, and the way back.");
            return 0;
        } catch (Stopped e) {
            e.print(out);
            return 1;
        }
    }

    private void step(String text) {
        out.printf("[%d] %s%n", steps.incrementAndGet(), text);
    }

    private void more(String text) {
        out.println("    " + text);
    }

    private Region region() {
        try {
            Region region = DefaultAwsRegionProviderChain.builder().build().getRegion();
            step("Region " + region + ", found by the SDK's default chain");
            return region;
        } catch (RuntimeException e) {
            throw new Stopped(
                    "No Region was found: " + e.getMessage(),
                    "Set the environment variable AWS_REGION or the system property aws.region to that of the endpoint, or a"
                            + " region in ~/.aws/config");
        }
    }

    private void credentials() {
        try (DefaultCredentialsProvider chain =
                DefaultCredentialsProvider.builder().build()) {
            AwsCredentials found = chain.resolveCredentials();
            step("Credentials, with the access key " + found.accessKeyId());
        } catch (RuntimeException e) {
            throw new Stopped(
                    "No credentials were found: " + e.getMessage(),
                    "Run `aws configure` or `aws sso login`, set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY;"
                            + " on a machine of AWS give it a role");
        }
    }

    private AsyncInferenceOutputConfig endpoint(SageMakerAsyncClient client, Region region) {
        String name = settings.endpoint();
        DescribeEndpointResponse found = called(
                "DescribeEndpoint of '" + name + "' in " + region,
                client.describeEndpoint(request -> request.endpointName(name)));
        String status = found.endpointStatusAsString();
        step("Endpoint '" + name + "' is there, with the status " + status);
        switch (status) {
            case "InService", "Updating", "SystemUpdating", "RollingBack" -> {}
            case "Creating" -> throw new Stopped("It takes no requests yet", "Wait until its status is InService");
            case "Failed" ->
                throw new Stopped(
                        "It failed: " + found.failureReason(),
                        "Read its log group /aws/sagemaker/Endpoints/" + name + " in CloudWatch, and create it again");
            default -> throw new Stopped("It takes no requests", "Update it, or create it again");
        }
        AsyncInferenceConfig config = called(
                        "DescribeEndpointConfig of '" + found.endpointConfigName() + "'",
                        client.describeEndpointConfig(
                                request -> request.endpointConfigName(found.endpointConfigName())))
                .asyncInferenceConfig();
        if (config == null) {
            throw new Stopped(
                    "It is not asynchronous: its configuration '" + found.endpointConfigName()
                            + "' has no AsyncInferenceConfig",
                    "Update the endpoint with a configuration that has one. examples/aws makes such an endpoint");
        }
        AsyncInferenceOutputConfig output = config.outputConfig();
        step("It is asynchronous. Results go to " + output.s3OutputPath());
        more(
                output.s3FailurePath() == null
                        ? "It has no S3FailurePath: a failed inference would leave nothing, and this would wait until its"
                                + " time is over. Better set one"
                        : "Failures go to " + output.s3FailurePath());
        more(
                output.notificationConfig() == null
                        ? "It tells no topics: consumers have to list S3"
                        : "It tells " + output.notificationConfig().successTopic() + " of successes, and "
                                + output.notificationConfig().errorTopic() + " of failures");
        return output;
    }

    private void send(SageMakerRuntimeAsyncClient runtime, S3AsyncClient s3, AsyncInferenceOutputConfig output) {
        try (CamelContext camel = new DefaultCamelContext()) {
            camel.getRegistry().bind("runtime", runtime);
            camel.getRegistry().bind("s3", s3);
            camel.start();
            try (ProducerTemplate template = camel.createProducerTemplate()) {
                String uri = "sagemaker-async:" + settings.endpoint() + "?awaitResult=true&resultTimeout="
                        + TimeUnit.SECONDS.toMillis(settings.timeoutSeconds())
                        + (settings.inputLocation() == null ? "" : "&inputLocation=" + settings.inputLocation());
                step("Sending " + settings.body().length + " bytes of " + settings.contentType());
                Exchange answered = await(template.asyncSend(uri, exchange -> {
                    exchange.getMessage()
                            .setHeader(SageMakerAsyncConstants.REQUEST_CONTENT_TYPE, settings.contentType());
                    exchange.getMessage().setBody(settings.body());
                }));
                if (answered.getException() != null) {
                    throw Remedies.of("The request", answered.getException());
                }
                byte[] result = answered.getMessage().getBody(byte[].class);
                String text = answered.getMessage().getBody(String.class);
                step("The result was read: " + result.length + " bytes of "
                        + answered.getMessage().getHeader(Exchange.CONTENT_TYPE));
                more(text.length() <= SHOWN_CHARACTERS ? text : text.substring(0, SHOWN_CHARACTERS) + "...");
            }
        } catch (Stopped e) {
            throw e;
        } catch (Exception e) {
            throw Remedies.of("The request", e);
        }
    }

    private Exchange await(CompletableFuture<Exchange> answer) throws Exception {
        for (long seconds = PATIENCE_SECONDS; ; seconds += PATIENCE_SECONDS) {
            try {
                return answer.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                more("Nothing yet after " + seconds + " s, of at most " + settings.timeoutSeconds()
                        + ". An endpoint without an instance needs some minutes for its first one");
            }
        }
    }

    private <T> T called(String what, CompletableFuture<T> call) {
        try {
            return call.get();
        } catch (ExecutionException e) {
            throw Remedies.of(what, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Stopped("Interrupted", "Run it again");
        }
    }

    private <B extends AwsClientBuilder<B, C> & AwsAsyncClientBuilder<B, C>, C> C client(B builder, Region region) {
        return builder.region(region)
                .httpClientBuilder(NettyNioAsyncHttpClient.builder())
                .overrideConfiguration(client -> client.addExecutionInterceptor(new Narrator()))
                .build();
    }

    /** Tells of the calls of the component that succeeded. */
    private final class Narrator implements ExecutionInterceptor {

        @Override
        public void afterExecution(Context.AfterExecution call, ExecutionAttributes attributes) {
            SdkResponse response = call.response();
            if (response instanceof InvokeEndpointAsyncResponse accepted) {
                step("The request was accepted, with the inference id " + accepted.inferenceId());
                more("Its result will be " + accepted.outputLocation());
                more("Or its failure " + accepted.failureLocation());
            } else if (call.request() instanceof DeleteObjectsRequest deleted) {
                deleted.delete().objects().forEach(object -> deleted(deleted.bucket(), object.key()));
            } else if (call.request() instanceof DeleteObjectRequest deleted) {
                deleted(deleted.bucket(), deleted.key());
            }
        }

        private void deleted(String bucket, String key) {
            step("Deleted s3://" + bucket + "/" + key);
        }
    }

    /** The end of the run, and what to do about it. */
    static final class Stopped extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final List<String> lines;

        Stopped(String problem, String... remedies) {
            super(problem);
            this.lines = List.of(remedies);
        }

        void print(PrintStream out) {
            out.println("[!] " + getMessage());
            lines.forEach(line -> out.println("    To do: " + line));
        }
    }
}
