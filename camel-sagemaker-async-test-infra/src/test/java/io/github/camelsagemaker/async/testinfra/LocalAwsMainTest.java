package io.github.camelsagemaker.async.testinfra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;

/** The servers in a JVM of their own. */
@Timeout(120)
class LocalAwsMainTest {

    @Test
    void serversInAnotherJvmTellWhereTheyAreAndEndWithTheirInput() throws Exception {
        Process jvm = fork("--bucket=b", "--endpoint=e,s3://b/out/,s3://b/fail/");
        try {
            Map<String, String> settings = settings(jvm.inputReader());

            assertThat(invoke(settings)).startsWith("s3://b/out/");

            jvm.getOutputStream().close();
            assertThat(jvm.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(jvm.exitValue()).isZero();
            int port = URI.create(settings.get("aws.endpointUrlS3")).getPort();
            assertThatThrownBy(() -> new Socket("127.0.0.1", port).close()).isInstanceOf(ConnectException.class);
        } finally {
            jvm.destroyForcibly();
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

    private static String invoke(Map<String, String> settings) {
        try (SageMakerRuntimeAsyncClient client = SageMakerRuntimeAsyncClient.builder()
                .region(Region.of(settings.get("aws.region")))
                .endpointOverride(URI.create(settings.get("aws.endpointUrlSageMakerRuntime")))
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(
                        settings.get("aws.accessKeyId"), settings.get("aws.secretAccessKey"))))
                .build()) {
            return client.invokeEndpointAsync(r -> r.endpointName("e").body(SdkBytes.fromUtf8String("x")))
                    .join()
                    .outputLocation();
        }
    }
}
