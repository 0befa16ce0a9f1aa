package io.github.camelsagemaker.async.quarkus.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;
import software.amazon.awssdk.services.sns.SnsAsyncClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

class SdkInterceptorsTest {

    @TempDir
    Path jar;

    public static class Tracing implements ExecutionInterceptor {}

    @ParameterizedTest
    @ValueSource(
            classes = {
                SageMakerRuntimeAsyncClient.class,
                S3AsyncClient.class,
                SqsAsyncClient.class,
                SnsAsyncClient.class
            })
    void filesOfEveryServiceOfTheComponentAreRead(Class<?> client) throws Exception {
        assertNamed(client.getPackageName().replace('.', '/') + "/execution.interceptors");
    }

    @Test
    void filesForEveryClientAreRead() throws Exception {
        assertNamed("software/amazon/awssdk/global/handlers/execution.interceptors");
    }

    @Test
    void withoutFilesThereIsNone() throws Exception {
        try (URLClassLoader classPath = classPath()) {
            assertThat(SdkInterceptors.namedBy(classPath)).isEmpty();
        }
    }

    private void assertNamed(String file) throws Exception {
        Path path = jar.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, "# ours\n\n " + Tracing.class.getName() + " \n");

        try (URLClassLoader classPath = classPath()) {
            assertThat(SdkInterceptors.namedBy(classPath)).containsExactly(Tracing.class.getName());
        }
    }

    private URLClassLoader classPath() throws Exception {
        return new URLClassLoader(new URL[] {jar.toUri().toURL()}, getClass().getClassLoader());
    }
}
