package io.github.camelsagemaker.async.docs;

import io.github.camelsagemaker.async.SageMakerAsyncComponent;
import io.github.camelsagemaker.async.testinfra.Faults;
import io.github.camelsagemaker.async.testinfra.Ledger;
import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.ModelException;
import io.github.camelsagemaker.async.testinfra.ModelRequest;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import java.util.List;
import java.util.UUID;
import org.apache.camel.CamelContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.h2.jdbcx.JdbcDataSource;

/**
 * The AWS that the pages speak of: a bucket {@code my-bucket} and an endpoint {@code summarizer}. The component finds it by
 * the SDK's system properties, so there is one at a time. A queue
 * {@code summaries} is told of its results.
 */
final class DocumentedAws implements AutoCloseable {

    static final String BUCKET = "my-bucket";

    private final LocalAws aws = LocalAws.start();

    DocumentedAws() {
        aws.createBucket(BUCKET);
        String topic = aws.snsClient()
                .createTopic(create -> create.name("summarizer-results"))
                .join()
                .topicArn();
        aws.subscribe("summaries", topic, true);
        aws.ledger().reset();
        aws.endpoint("summarizer")
                .outputPath("s3://" + BUCKET + "/out/")
                .failurePath("s3://" + BUCKET + "/failed/")
                .successTopic(topic)
                .errorTopic(topic)
                .concurrency(16)
                .model(DocumentedAws::answer)
                .create();
        aws.sdkSystemProperties().forEach(System::setProperty);
    }

    private static ModelResponse answer(ModelRequest request) throws Exception {
        if (request.text().startsWith("fail")) {
            throw new ModelException("asked to fail");
        }
        if (request.text().startsWith("silent")) {
            Thread.sleep(Long.MAX_VALUE);
        }
        return ModelResponse.text("summary of " + request.length() + " bytes");
    }

    /** A Camel whose consumers wait a second for messages instead of ten, because a stop waits for that, and a database. */
    static CamelContext camel() {
        CamelContext context = new DefaultCamelContext();
        context.getComponent("sagemaker-async", SageMakerAsyncComponent.class)
                .getConfiguration()
                .setWaitTimeSeconds(1);
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
        context.getRegistry().bind("dataSource", database);
        return context;
    }

    Faults faults() {
        return aws.faults();
    }

    List<String> keys(String prefix) {
        return aws.keys(BUCKET, prefix);
    }

    Ledger ledger() {
        return aws.ledger();
    }

    @Override
    public void close() {
        aws.sdkSystemProperties().keySet().forEach(System::clearProperty);
        aws.close();
    }
}
