package io.github.camelsagemaker.async.examples.karaf;

import org.apache.camel.builder.RouteBuilder;

/** Every file of a folder goes to the endpoint, and every result becomes a file. */
final class DocumentRoutes extends RouteBuilder {

    @Override
    public void configure() {
        from("file:{{folder}}/documents?initialDelay=0")
                .routeId("send")
                .to("sagemaker-async:{{endpoint}}?inputLocation={{input}}")
                .log("${header.CamelFileName} went ${header.CamelAwsSageMakerAsyncPayloadMode}");

        from("sagemaker-async:{{endpoint}}?outputLocation={{output}}&failureLocation={{failure}}&delay={{delay}}")
                .routeId("receive")
                .log("${header.CamelAwsSageMakerAsyncInvocationStatus}: ${body}")
                .toD("file:{{folder}}/results?tempPrefix=.&fileName="
                        + "${header.CamelAwsSageMakerAsyncInvocationStatus}-${exchangeId}.txt");
    }
}
