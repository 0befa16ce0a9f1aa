package io.github.camelsagemaker.async.faults;

import io.github.camelsagemaker.async.PayloadMode;
import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.github.camelsagemaker.async.error.RequestRefusedException;
import io.github.camelsagemaker.async.error.ThrottledException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;

/** Who handed in a document, and what it was told. */
record Caller(Document document, Exchange exchange, AtomicInteger callbacks) {

    Caller(Document document, Exchange exchange) {
        this(document, exchange, new AtomicInteger());
    }

    void calledBack() {
        callbacks.incrementAndGet();
    }

    boolean isTold() {
        return callbacks.get() > 0;
    }

    Exception failure() {
        return exchange.getException();
    }

    /** Whether the service said that it did not take the request. */
    boolean isRefused() {
        return failure() instanceof RequestRefusedException || failure() instanceof ThrottledException;
    }

    boolean isStaged() {
        return exchange.getMessage().getHeader(SageMakerAsyncConstants.PAYLOAD_MODE) == PayloadMode.S3
                || document.size() > 128_000;
    }
}
