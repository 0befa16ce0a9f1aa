package io.github.camelsagemaker.async.tracking;

/** The inference id belongs to an invocation that is still pending. Nothing was sent and nothing overwritten. */
public class DuplicateInferenceIdException extends PendingStoreException {

    public DuplicateInferenceIdException(String inferenceId) {
        super("An invocation with inference id '" + inferenceId
                + "' is still pending, and its result could not be distinguished from this one's. Choose another id in the header"
                + " CamelAwsSageMakerAsyncRequestInferenceId, or leave it out to have one generated");
    }
}
