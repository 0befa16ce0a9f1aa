package io.github.camelsagemaker.async.examples.quickstart;

import org.apache.camel.builder.RouteBuilder;

/** An exchange for every result that lands in S3, failures included. */
final class ReceiveResults extends RouteBuilder {

    private final Journal journal;

    ReceiveResults(Journal journal) {
        this.journal = journal;
    }

    @Override
    public void configure() {
        from("sagemaker-async:{{quickstart.endpoint}}"
                        + "?outputLocation={{quickstart.output}}&failureLocation={{quickstart.failure}}"
                        + "&inputLocation={{quickstart.input}}&deleteInputAfterRead=true"
                        + "&delay={{quickstart.delay}}")
                .routeId("receive")
                .process(journal::landed);
    }
}
