package io.github.camelsagemaker.async.it.dsl;

import io.github.camelsagemaker.async.endpointdsl.EndpointBuilderFactory;
import org.apache.camel.builder.RouteBuilder;

/** The routes with type-safe endpoints. */
class EndpointDslRoutes extends RouteBuilder implements EndpointBuilderFactory {

    @Override
    public void configure() {
        from("direct:documents")
                .setHeader(sagemakerAsync().awsSageMakerAsyncRequestContentType(), constant("text/plain"))
                .to(sagemakerAsync("reader").inputLocation("s3://dsl/in/"));

        from(sagemakerAsync("reader")
                        .outputLocation("s3://dsl/out/")
                        .failureLocation("s3://dsl/failed/")
                        .delay(100))
                .to("seda:results");
    }
}
