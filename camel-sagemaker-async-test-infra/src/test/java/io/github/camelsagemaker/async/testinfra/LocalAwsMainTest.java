package io.github.camelsagemaker.async.testinfra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;

/** The servers in a JVM of their own. */
@Timeout(120)
class LocalAwsMainTest {

    @Test
    void serversInAnotherJvmTellWhereTheyAreAndFailOnOrderAndEndWithTheirInput() throws Exception {
        Process jvm = fork("--bucket=bucket", "--endpoint=e,s3://bucket/out/,s3://bucket/fail/");
        try {
            Map<String, String> settings = settings(jvm.inputReader());

            assertThat(invoke(settings, "fail\n")).startsWith("s3://bucket/out/");
            try (S3AsyncClient s3 = configured(S3AsyncClient.builder(), settings, "aws.endpointUrlS3")
                    .forcePathStyle(true)
                    .build()) {
                await().atMost(Duration.ofSeconds(60))
                        .untilAsserted(() -> assertThat(s3.listObjectsV2(list -> list.bucket("bucket"))
                                        .join()
                                        .contents())
                                .singleElement()
                                .satisfies(object -> assertThat(object.key()).startsWith("fail/")));
            }

            jvm.getOutputStream().close();
            assertThat(jvm.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(jvm.exitValue()).isZero();
            int port = URI.create(settings.get("aws.endpointUrlS3")).getPort();
            assertThatThrownBy(() -> new Socket("127.0.0.1", port).close()).isInstanceOf(ConnectException.class);
        } finally {
            jvm.destroyForcibly();
        }
    }

    /** The command of the container's recipe, with another port. What Docker does with the rest is not tried here. */
    @Test
    void theContainersCommandServesOnItsPortsWithoutInputUntilItIsEnded() throws Exception {
        String entrypoint = Files.readAllLines(Path.of("Dockerfile")).stream()
                .filter(line -> line.startsWith("ENTRYPOINT "))
                .findFirst()
                .orElseThrow();
        assertThat(entrypoint).contains("\"" + LocalAwsMain.class.getName() + "\", \"--listen=0.0.0.0:4566\"");
        int port = fourFreePorts();

        Process jvm = fork("--listen=0.0.0.0:" + port, "--bucket=b", "--endpoint=e,s3://b/out/,s3://b/fail/");
        try {
            jvm.getOutputStream().close();
            Map<String, String> settings = settings(jvm.inputReader());

            assertThat(settings)
                    .containsEntry("aws.endpointUrlS3", "http://127.0.0.1:" + port)
                    .containsEntry("aws.endpointUrlSageMakerRuntime", "http://127.0.0.1:" + (port + 1))
                    .containsEntry("aws.endpointUrlSqs", "http://127.0.0.1:" + (port + 2))
                    .containsEntry("aws.endpointUrlSns", "http://127.0.0.1:" + (port + 3));
            assertThat(invoke(settings, "x")).startsWith("s3://b/out/");
            assertThat(jvm.isAlive()).isTrue();

            jvm.destroy();
            assertThat(jvm.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            jvm.destroyForcibly();
        }
    }

    /** The first of four that follow each other. */
    private static int fourFreePorts() throws IOException {
        for (int port = 20_000; ; port += 4) {
            try (ServerSocket first = new ServerSocket(port);
                    ServerSocket second = new ServerSocket(port + 1);
                    ServerSocket third = new ServerSocket(port + 2);
                    ServerSocket fourth = new ServerSocket(port + 3)) {
                return first.getLocalPort();
            } catch (BindException e) {
                // taken: the next ones
            }
        }
    }

    @Test
    void anUnknownArgumentEndsTheJvmWithAnError() throws Exception {
        Process jvm = fork("--wrong");
        try {
            assertThat(jvm.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(jvm.exitValue()).isNotZero();
        } finally {
            jvm.destroyForcibly();
        }
    }

    private static Process fork(String... arguments) {
        return new JavaCommand(LocalAwsMain.class, arguments).start(Path.of("target/local-aws-main.log"));
    }

    private static Map<String, String> settings(BufferedReader lines) throws Exception {
        Map<String, String> settings = new HashMap<>();
        for (String line = lines.readLine(); !line.equals("ready"); line = lines.readLine()) {
            String[] setting = line.split("=", 2);
            settings.put(setting[0], setting[1]);
        }
        return settings;
    }

    private static String invoke(Map<String, String> settings, String payload) {
        try (SageMakerRuntimeAsyncClient client = configured(
                        SageMakerRuntimeAsyncClient.builder(), settings, "aws.endpointUrlSageMakerRuntime")
                .build()) {
            return client.invokeEndpointAsync(r -> r.endpointName("e").body(SdkBytes.fromUtf8String(payload)))
                    .join()
                    .outputLocation();
        }
    }

    private static <B extends AwsClientBuilder<B, ?>> B configured(
            B builder, Map<String, String> settings, String address) {
        return builder.region(Region.of(settings.get("aws.region")))
                .endpointOverride(URI.create(settings.get(address)))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(
                        settings.get("aws.accessKeyId"), settings.get("aws.secretAccessKey"))));
    }
}
