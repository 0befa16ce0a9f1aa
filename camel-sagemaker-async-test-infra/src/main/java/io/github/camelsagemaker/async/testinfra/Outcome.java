package io.github.camelsagemaker.async.testinfra;

/** What became of an accepted request. The last three are final. */
public enum Outcome {
    /** Accepted, waiting for a free place at the model. */
    QUEUED,
    /** The model is at work. */
    RUNNING,
    /** The output object is written. */
    COMPLETED,
    /** The model failed, took too long, or its input was not there; a failure object is written if the endpoint has a failure path. */
    FAILED,
    /** Its time in the queue ran out before the model could take it. */
    EXPIRED;

    /** Whether nothing more will happen to the request. */
    public boolean isFinal() {
        return this == COMPLETED || this == FAILED || this == EXPIRED;
    }
}
