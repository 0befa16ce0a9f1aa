package io.github.camelsagemaker.async.docs.samples;

import static org.apache.camel.builder.AdviceWith.adviceWith;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;

class RouteAloneTest {

    @Test
    void aFailureGoesToAHuman() throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("sagemaker-async:summarizer?outputLocation=s3://my-bucket/out/")
                            .routeId("results")
                            .filter(header(SageMakerAsyncConstants.INVOCATION_STATUS)
                                    .isEqualTo(InferenceStatus.FAILED))
                            .to("mock:human");
                }
            });
            adviceWith(context, "results", route -> route.replaceFromWith("direct:results"));
            context.start();
            MockEndpoint human = context.getEndpoint("mock:human", MockEndpoint.class);
            human.expectedMessageCount(1);

            context.createProducerTemplate()
                    .sendBodyAndHeaders(
                            "direct:results",
                            "cannot read this",
                            Map.of(SageMakerAsyncConstants.INVOCATION_STATUS, InferenceStatus.FAILED));

            human.assertIsSatisfied();
        }
    }
}
