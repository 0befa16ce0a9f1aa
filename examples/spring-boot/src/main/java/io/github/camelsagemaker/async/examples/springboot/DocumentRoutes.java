package io.github.camelsagemaker.async.examples.springboot;

import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import org.apache.camel.builder.RouteBuilder;
import org.springframework.stereotype.Component;

/**
 * Documents go to the endpoint, results to {@link Results}. Where everything is, is in application.properties, under
 * camel.component.sagemaker-async.
 */
@Component
class DocumentRoutes extends RouteBuilder {

    @Override
    public void configure() {
        // First the results: what ends before the queue is subscribed would not be told of.
        from("sagemaker-async:{{example.endpoint}}")
                .routeId("receive")
                .startupOrder(1)
                .bean(Results.class, "received");

        from("file:{{example.documents}}?noop=true&initialDelay=0")
                .routeId("send")
                .startupOrder(2)
                .setHeader(SageMakerAsyncConstants.REQUEST_CONTENT_TYPE, constant("text/plain"))
                .to("sagemaker-async:{{example.endpoint}}")
                .bean(Results.class, "sent");
    }
}
