package io.github.camelsagemaker.async.examples.onecontext;

import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;

/** SageMaker and S3 in this JVM, for all test classes that share an application context. */
@TestConfiguration(proxyBeanMethods = false)
public class LocalAwsBeans {

    @Bean(destroyMethod = "close")
    LocalAws aws() {
        LocalAws aws = LocalAws.start();
        aws.createBucket("tests");
        aws.endpoint("upper")
                .outputPath("s3://tests/out/")
                .failurePath("s3://tests/failed/")
                .model(request -> ModelResponse.text(request.text().toUpperCase()))
                .create();
        return aws;
    }

    @Bean(destroyMethod = "")
    SageMakerRuntimeAsyncClient sageMaker(LocalAws aws) {
        return aws.sageMakerClient();
    }

    @Bean(destroyMethod = "")
    S3AsyncClient s3(LocalAws aws) {
        return aws.s3Client();
    }
}
