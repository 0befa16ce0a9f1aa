package io.github.camelsagemaker.async.examples.rest;

import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import org.apache.camel.Exchange;

/**
 * A request is accepted with 202 and its inference id. Its result goes to a queue later, with the headers the request came
 * with: they are kept in the store of pending invocations, so any node can deliver it, after any restart.
 */
final class AcceptAndAnswerLater extends RestRoutes {

    private static final String ORDER = "X-Order";

    @Override
    void routes() {
        from("platform-http:/documents?httpMethodRestrict=POST")
                .routeId("accept")
                .to(SAGEMAKER + TRACKED)
                .setBody(header(SageMakerAsyncConstants.INFERENCE_ID))
                .removeHeaders("*")
                .setHeader(Exchange.HTTP_RESPONSE_CODE, constant(202));

        // Parts of a batch go to the batch. A request that was never answered comes here too, with status EXPIRED.
        from(RESULTS + "&pendingStore=#pending")
                .routeId("results")
                .choice()
                .when(header(Batches.ID).isNotNull())
                .to("direct:gather")
                .when(header(ORDER).isNotNull())
                .setHeader(
                        "status",
                        header(SageMakerAsyncConstants.INVOCATION_STATUS).convertToString())
                .process(RestRoutes::answerOrReason)
                .to("aws2-sqs:{{rest.answers}}")
                .otherwise()
                // A failure whose caller waited for it: it was told already.
                .log("No order: ${header.CamelAwsSageMakerAsyncInferenceId}");
    }
}
