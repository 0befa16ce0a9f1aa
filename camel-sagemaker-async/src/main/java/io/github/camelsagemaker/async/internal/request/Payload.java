package io.github.camelsagemaker.async.internal.request;

import io.github.camelsagemaker.async.internal.s3.S3Location;

/** What is sent: where its bytes are, and whether they must be read first. */
public sealed interface Payload permits Payload.InMemory, BodySource, Payload.Kept, Payload.InS3 {

    /** Bytes at hand. They are not copied, so nobody may change them before the request is over. */
    record InMemory(byte[] bytes) implements Payload {}

    /** An object that the same exchange uploaded. Of an earlier attempt SageMaker may be about to read it, so it is never deleted. */
    record Kept(S3Location location, long length) implements Payload {}

    /** An object that is in S3 already; it is neither read nor ever deleted. */
    record InS3(String location) implements Payload {}
}
