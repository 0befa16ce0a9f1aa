package io.github.camelsagemaker.async.examples.quickstart;

import org.apache.camel.builder.RouteBuilder;

/** An exchange for every result that lands, failures included. */
final class ReceiveResults extends RouteBuilder {

    private final Settings settings;
    private final Journal journal;

    ReceiveResults(Settings settings, Journal journal) {
        this.settings = settings;
        this.journal = journal;
    }

    @Override
    public void configure() {
        from("sagemaker-async:{{quickstart.endpoint}}"
                        + "?outputLocation={{quickstart.output}}&failureLocation={{quickstart.failure}}"
                        + "&inputLocation={{quickstart.input}}&deleteInputAfterRead=true"
                        + (settings.notifications() ? byNotification() : "&delay={{quickstart.delay}}"))
                .routeId("receive")
                // First, because a topic keeps nothing for a queue that is subscribed later.
                .startupOrder(1)
                .process(journal::landed);
    }

    private String byNotification() {
        String queue = "&notificationQueue={{quickstart.queue}}&waitTimeSeconds={{quickstart.waitTimeSeconds}}"
                + "&deleteAfterRead=true";
        return settings.topics().isBlank() ? queue : queue + "&autoCreateQueue=true&topicArn={{quickstart.topics}}";
    }
}
