package io.github.camelsagemaker.async.examples.quickstart;

import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;

/** Every file goes to the endpoint: small ones inside the call, large ones streamed through S3. */
final class SendDocuments extends RouteBuilder {

    private final Journal journal;

    SendDocuments(Journal journal) {
        this.journal = journal;
    }

    @Override
    public void configure() {
        onException(Exception.class).handled(true).process(journal::notSent);

        from("file:{{quickstart.documents}}?noop=true&initialDelay=0")
                .routeId("send")
                .startupOrder(2)
                .choice()
                .when(simple("${file:ext} == 'json'"))
                .setHeader(Exchange.CONTENT_TYPE, constant("application/json"))
                .otherwise()
                .setHeader(Exchange.CONTENT_TYPE, constant("text/plain; charset=utf-8"))
                .end()
                .to("sagemaker-async:{{quickstart.endpoint}}?inputLocation={{quickstart.input}}")
                .process(journal::sent);
    }
}
