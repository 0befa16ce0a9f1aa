package io.github.camelsagemaker.async.examples.quarkus;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.quarkus.runtime.Quarkus;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Files to the endpoint, answers to files. */
@ApplicationScoped
public class DocumentRoutes extends RouteBuilder {

    private final AtomicInteger answers = new AtomicInteger();
    private final int exitAfter;

    DocumentRoutes(@ConfigProperty(name = "documents.exit-after") int exitAfter) {
        this.exitAfter = exitAfter;
    }

    @Override
    public void configure() {
        from("file:{{documents.inbox}}?noop=true&initialDelay=0")
                .routeId("send")
                .to("sagemaker-async:{{documents.endpoint}}")
                .log("${file:name} sent: ${header." + SageMakerAsyncConstants.PAYLOAD_MODE + "}");

        from("sagemaker-async:{{documents.endpoint}}?delay=1000")
                .routeId("receive")
                .onCompletion()
                .onCompleteOnly()
                .process(exchange -> answered())
                .end()
                .process(DocumentRoutes::nameFile)
                .log("${header." + SageMakerAsyncConstants.INVOCATION_STATUS + "}: ${bodyAs(String)}")
                .to("file:{{documents.outbox}}");
    }

    /** After the object in S3, so that each request's answer has a file of its own. */
    private static void nameFile(Exchange exchange) {
        var message = exchange.getMessage();
        boolean failed = InferenceStatus.FAILED.equals(
                message.getHeader(SageMakerAsyncConstants.INVOCATION_STATUS, InferenceStatus.class));
        String location = message.getHeader(
                failed ? SageMakerAsyncConstants.FAILURE_LOCATION : SageMakerAsyncConstants.OUTPUT_LOCATION,
                String.class);
        String name = location.substring(location.lastIndexOf('/') + 1);
        message.setHeader(Exchange.FILE_NAME, (failed ? "failed-" : "") + name + ".txt");
    }

    private void answered() {
        if (answers.incrementAndGet() == exitAfter) {
            Quarkus.asyncExit();
        }
    }
}
