package io.github.camelsagemaker.async.docs;

import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.ModelException;
import io.github.camelsagemaker.async.testinfra.ModelRequest;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;

/** The AWS that the pages speak of: a bucket {@code my-bucket} and an endpoint {@code summarizer}. */
final class DocumentedAws implements AutoCloseable {

    static final String BUCKET = "my-bucket";

    private final LocalAws aws = LocalAws.start();

    DocumentedAws() {
        aws.createBucket(BUCKET);
        aws.endpoint("summarizer")
                .outputPath("s3://" + BUCKET + "/out/")
                .failurePath("s3://" + BUCKET + "/failed/")
                .model(DocumentedAws::answer)
                .create();
        aws.ledger().reset();
    }

    private static ModelResponse answer(ModelRequest request) throws Exception {
        if (request.text().startsWith("fail")) {
            throw new ModelException("asked to fail");
        }
        return ModelResponse.text("summary of " + request.length() + " bytes");
    }

    LocalAws aws() {
        return aws;
    }

    /** A context whose component finds this AWS. */
    CamelContext newContext() {
        CamelContext context = new DefaultCamelContext();
        context.getRegistry().bind("localSageMaker", aws.sageMakerClient());
        context.getRegistry().bind("localS3", aws.s3Client());
        return context;
    }

    @Override
    public void close() {
        aws.close();
    }
}
