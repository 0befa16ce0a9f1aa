package io.github.camelsagemaker.async;

import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;

/** Sends each exchange's body to a SageMaker endpoint. */
public class SageMakerAsyncProducer extends DefaultAsyncProducer {

    SageMakerAsyncProducer(SageMakerAsyncEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        callback.done(true);
        return true;
    }
}
