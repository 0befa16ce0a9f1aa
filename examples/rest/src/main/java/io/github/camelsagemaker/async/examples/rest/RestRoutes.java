package io.github.camelsagemaker.async.examples.rest;

import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.github.camelsagemaker.async.error.CallNotSentException;
import io.github.camelsagemaker.async.error.InferenceFailedException;
import io.github.camelsagemaker.async.error.InvalidInferenceRequestException;
import io.github.camelsagemaker.async.error.ServiceUnavailableException;
import io.github.camelsagemaker.async.error.ThrottledException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeTimedOutException;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;

/** What the routes have in common: where they send to and receive from, and which status an HTTP caller gets for an error. */
abstract class RestRoutes extends RouteBuilder {

    static final String SAGEMAKER = "sagemaker-async:{{rest.endpoint}}?inputLocation={{rest.input}}";
    static final String RESULTS = "sagemaker-async:{{rest.endpoint}}?outputLocation={{rest.output}}"
            + "&failureLocation={{rest.failure}}&delay={{rest.delay}}";

    /** Of the headers, those are kept that the results are to have: SQS, for one, takes ten. */
    static final String TRACKED = "&pendingStore=#pending&pendingHeaders=X-*," + Batches.ID + "," + Batches.SIZE;

    @Override
    public final void configure() {
        status(400, InvalidInferenceRequestException.class);
        status(502, InferenceFailedException.class);
        status(503, CallNotSentException.class);
        status(503, ThrottledException.class);
        status(503, ServiceUnavailableException.class);
        status(504, ExchangeTimedOutException.class);
        routes();
    }

    abstract void routes();

    private void status(int status, Class<? extends Exception> failure) {
        onException(failure)
                .onWhen(exchange -> exchange.getFromEndpoint().getEndpointUri().startsWith("platform-http:"))
                .handled(true)
                .removeHeaders("*")
                .setBody(exceptionMessage())
                .setHeader(Exchange.HTTP_RESPONSE_CODE, constant(status));
    }

    /** A failure may come without content, and an expiry has none: then the reason is the answer. */
    static void answerOrReason(Exchange exchange) {
        Message message = exchange.getMessage();
        String answer = message.getBody(String.class);
        message.setBody(
                answer != null
                        ? answer
                        : message.getHeader(SageMakerAsyncConstants.FAILURE_REASON, "none", String.class));
    }
}
