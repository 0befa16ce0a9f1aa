package io.github.camelsagemaker.async.examples.springboot;

import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.ModelException;
import io.github.camelsagemaker.async.testinfra.ModelRequest;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;
import software.amazon.awssdk.services.sns.SnsAsyncClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** AWS in this JVM. Its clients are beans, which the component prefers to clients of its own. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "example.aws", havingValue = "embedded", matchIfMissing = true)
class EmbeddedAws {

    @Bean(destroyMethod = "close")
    LocalAws aws(
            @Value("${example.endpoint}") String endpoint,
            @Value("${camel.component.sagemaker-async.output-location}") String output,
            @Value("${camel.component.sagemaker-async.failure-location}") String failure,
            @Value("${camel.component.sagemaker-async.topic-arn}") String topic) {
        LocalAws aws = LocalAws.start();
        aws.createBucket("example");
        aws.snsClient()
                .createTopic(create -> create.name(topic.substring(topic.lastIndexOf(':') + 1)))
                .join();
        aws.endpoint(endpoint)
                .outputPath(output)
                .failurePath(failure)
                .successTopic(topic)
                .errorTopic(topic)
                .model(EmbeddedAws::countWords)
                .create();
        return aws;
    }

    private static ModelResponse countWords(ModelRequest request) throws Exception {
        if (request.text().startsWith("broken")) {
            throw new ModelException("cannot read this document");
        }
        return ModelResponse.text(request.text().split("\\s+").length + " words");
    }

    @Bean(destroyMethod = "")
    SageMakerRuntimeAsyncClient sageMaker(LocalAws aws) {
        return aws.sageMakerClient();
    }

    @Bean(destroyMethod = "")
    S3AsyncClient s3(LocalAws aws) {
        return aws.s3Client();
    }

    @Bean(destroyMethod = "")
    SqsAsyncClient sqs(LocalAws aws) {
        return aws.sqsClient();
    }

    @Bean(destroyMethod = "")
    SnsAsyncClient sns(LocalAws aws) {
        return aws.snsClient();
    }
}
