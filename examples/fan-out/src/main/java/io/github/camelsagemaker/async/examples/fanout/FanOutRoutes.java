package io.github.camelsagemaker.async.examples.fanout;

import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import org.apache.camel.builder.RouteBuilder;

/**
 * A result comes in by notification, is published to a topic, and goes on to every subscriber.
 *
 * <p>Nothing is lost on the way: when SNS does not take it, the exchange fails, and its message comes back from the queue.
 */
final class FanOutRoutes extends RouteBuilder {

    /** SNS takes 262,144 bytes, attributes among them. */
    private static final int LARGEST_MESSAGE = 250_000;

    private final Subscribers subscribers;

    FanOutRoutes(Subscribers subscribers) {
        this.subscribers = subscribers;
    }

    @Override
    public void configure() {
        // An empty message is none to SNS, so a failure is told by its reason.
        from("sagemaker-async:{{fanout.endpoint}}?outputLocation={{fanout.output}}&failureLocation={{fanout.failure}}"
                        + "&notificationQueue={{fanout.results}}&waitTimeSeconds=2")
                .routeId("publish")
                .setHeader(
                        "status",
                        header(SageMakerAsyncConstants.INVOCATION_STATUS).convertToString())
                .setHeader("inferenceId", header(SageMakerAsyncConstants.INFERENCE_ID))
                .choice()
                .when(header(SageMakerAsyncConstants.INVOCATION_STATUS).isEqualTo("FAILED"))
                .setBody(header(SageMakerAsyncConstants.FAILURE_REASON))
                .when(header(SageMakerAsyncConstants.CONTENT_LENGTH).isGreaterThan(LARGEST_MESSAGE))
                .setBody(header(SageMakerAsyncConstants.OUTPUT_LOCATION))
                .end()
                .convertBodyTo(String.class)
                .to("aws2-sns:{{fanout.topic}}");

        from("aws2-sqs:{{fanout.archive}}?messageAttributeNames=All")
                .routeId("archive")
                .process(exchange -> subscribers.got("archive", exchange));

        from("aws2-sqs:{{fanout.alerts}}?messageAttributeNames=All")
                .routeId("alerts")
                .process(exchange -> subscribers.got("alerts", exchange));

        from("direct:documents").routeId("send").to("sagemaker-async:{{fanout.endpoint}}");
    }
}
