package io.github.camelsagemaker.async.examples.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class YamlExampleTest {

    private record Run(int status, String output) {}

    @Test
    void sendsTheDocumentsAndLogsTheirResults() throws Exception {
        Run run = run("-Dexample.documents=documents");

        assertThat(run.status()).as(run.output()).isZero();
        assertThat(run.output())
                .containsPattern("sent - delivery.txt \\(\\d+ bytes\\) INLINE")
                .containsPattern("sent - report.txt \\(\\d+ bytes\\) S3")
                .containsPattern("result - s3://example/out/.*delivery.txt.*: 12 words")
                .containsPattern("result - s3://example/out/.*report.txt.*: 42000 words")
                .containsPattern("failure - s3://example/failed/.*: .*cannot read this document");
    }

    @Test
    void onRealAwsNothingIsEmbedded() throws Exception {
        Run run = run(
                "-Dexample.documents=documents",
                "-Dexample.aws=real",
                "-Dcamel.component.sagemaker-async.region=eu-west-1",
                "-Dcamel.component.sagemaker-async.overrideEndpoint=true",
                "-Dcamel.component.sagemaker-async.uriEndpointOverride=http://127.0.0.1:1",
                "-Dcamel.component.sagemaker-async.maxRetries=0",
                "-Dcamel.component.sagemaker-async.accessKey=a",
                "-Dcamel.component.sagemaker-async.secretKey=b",
                "-Dcamel.main.durationMaxSeconds=2");

        assertThat(run.output()).contains("InvokeEndpointAsync").doesNotContain("result - ");
    }

    @Test
    void anUnknownAwsIsRefused() throws Exception {
        Run run = run("-Dexample.documents=documents", "-Dexample.aws=somewhere");

        assertThat(run.status()).isNotZero();
        assertThat(run.output()).contains("example.aws is 'somewhere', but must be embedded or real");
    }

    private static Run run(String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(List.of(options));
        command.addAll(List.of(
                "-classpath",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                YamlExample.class.getName()));
        Path output = Files.createTempFile("yaml-example-", ".txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(3, TimeUnit.MINUTES))
                    .as("the example ends by itself")
                    .isTrue();
            return new Run(process.exitValue(), Files.readString(output));
        } finally {
            process.destroyForcibly();
            Files.delete(output);
        }
    }
}
