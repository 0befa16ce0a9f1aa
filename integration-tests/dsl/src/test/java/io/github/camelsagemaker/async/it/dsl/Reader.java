package io.github.camelsagemaker.async.it.dsl;

import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.ModelException;
import io.github.camelsagemaker.async.testinfra.ModelRequest;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import java.util.List;

/**
 * The AWS that the routes here speak of: an endpoint {@code reader} that counts bytes and fails on documents that begin with
 * "broken", a bucket {@code dsl}, and a queue {@code answers} that is told of the endpoint's results.
 */
final class Reader {

    private Reader() {}

    static void createIn(LocalAws aws) throws Exception {
        aws.createBucket("dsl");
        String topic = aws.snsClient()
                .createTopic(create -> create.name("reader"))
                .get()
                .topicArn();
        aws.subscribe("answers", topic, true);
        aws.endpoint("reader")
                .outputPath("s3://dsl/out/")
                .failurePath("s3://dsl/failed/")
                .successTopic(topic)
                .errorTopic(topic)
                .model(Reader::count)
                .create();
    }

    /** A document inside the call, one through S3, and one that the model fails on. */
    static List<String> documents() {
        return List.of("small", "x".repeat(300_000), "broken");
    }

    private static ModelResponse count(ModelRequest request) throws Exception {
        if (request.text().startsWith("broken")) {
            throw new ModelException("cannot read this document");
        }
        return ModelResponse.text(request.length() + " bytes");
    }
}
