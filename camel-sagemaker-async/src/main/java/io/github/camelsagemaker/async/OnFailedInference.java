package io.github.camelsagemaker.async;

/** What the consumer does with an inference that SageMaker reports as failed. */
public enum OnFailedInference {

    /** Emit an exchange with status FAILED and the failure object as body. */
    EXCHANGE,

    /** Hand an InferenceFailedException to the route's error handler; settled only if it was handled. */
    EXCEPTION,

    /** Settle, count and log it, without an exchange. */
    IGNORE
}
