package io.github.camelsagemaker.async.await;

import io.github.camelsagemaker.async.landing.Landing;
import io.github.camelsagemaker.async.result.InferenceResult;
import java.util.concurrent.Semaphore;
import org.apache.camel.Exchange;

/** A route that goes on only when it is let. */
record SlowRoute(ReplyHandler then, Semaphore gate) implements ReplyHandler {

    @Override
    public Exchange exchange() {
        return then.exchange();
    }

    @Override
    public void completed(Landing landing, InferenceResult result) {
        gate.acquireUninterruptibly();
        then.completed(landing, result);
    }

    @Override
    public void failed(Exception cause) {
        then.failed(cause);
    }
}
