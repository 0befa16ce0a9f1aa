package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.await.ReplyHandler;
import io.github.camelsagemaker.async.invoke.InvocationReceipt;
import io.github.camelsagemaker.async.landing.Landing;
import io.github.camelsagemaker.async.observe.LogContext;
import io.github.camelsagemaker.async.result.InferenceResult;
import io.github.camelsagemaker.async.result.ResultStream;
import io.github.camelsagemaker.async.result.S3Location;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * An exchange that waits for its result, and goes on with it. Of a failure it keeps the message as it was sent, so that it
 * can be tried again, and adds the receipt.
 */
record ReplyExchange(RequestReply owner, Exchange exchange, AsyncCallback callback, Request request, boolean staged)
        implements ReplyHandler {

    /** The receipt, without what can be made from the rest: there may be 100,000 of them. */
    record Request(String inferenceId, S3Location output, S3Location failure, String input, PayloadMode payloadMode) {

        InvocationReceipt receipt() {
            return new InvocationReceipt(
                    inferenceId, output.uri(), failure == null ? null : failure.uri(), input, payloadMode);
        }
    }

    @Override
    public void completed(Landing landing, InferenceResult result) {
        try {
            Message message = exchange.getMessage();
            request.receipt().writeTo(message);
            owner.headers().write(message, landing);
            owner.headers().write(message, landing, result);
            if (owner.options().isIncludeBody()) {
                message.setBody(result.body());
            }
            cleanUpAfterwards(result);
        } catch (RuntimeException e) {
            exchange.setException(e);
        }
        goOn();
    }

    @Override
    public void failed(Exception cause) {
        request.receipt().addTo(exchange.getMessage());
        exchange.setException(cause);
        goOn();
    }

    private void goOn() {
        try (LogContext context = LogContext.of(request.inferenceId(), (String) null)) {
            callback.done(false);
        }
    }

    private void cleanUpAfterwards(InferenceResult result) {
        if (result.body() instanceof ResultStream stream) {
            stream.closeWith(exchange);
        } else if (exchange.getUnitOfWork() == null) {
            cleanUp(); // nobody would tell when the exchange is done, and its body does not need the object
            return;
        }
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onComplete(Exchange done) {
                cleanUp();
            }
        });
    }

    private void cleanUp() {
        if (owner.options().isDeleteResultAfterAwait()) {
            owner.delivered().delete(request.output());
        }
        if (staged && owner.options().isDeleteInputAfterAwait()) {
            owner.delivered().delete(S3Location.parse(request.input()));
        }
    }
}
