package io.github.camelsagemaker.async;

/** How a request's payload travels to SageMaker. */
public enum PayloadMode {

    /** Inline when the payload is at most {@code inlineThreshold} bytes, through S3 when it is larger. */
    AUTO,

    /** Always inside the call; a payload over 128,000 bytes is an error. */
    INLINE,

    /** Always uploaded to {@code inputLocation} first: for audit, replay, or Regions without inline payloads. */
    S3
}
