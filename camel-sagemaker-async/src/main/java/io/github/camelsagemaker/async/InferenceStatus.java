package io.github.camelsagemaker.async;

/** How an invocation ended. */
public enum InferenceStatus {
    /** The model answered; its output is in S3. */
    COMPLETED,
    /** The model, or SageMaker on its behalf, failed. */
    FAILED,
    /** No outcome was seen before the request's deadline. */
    EXPIRED
}
