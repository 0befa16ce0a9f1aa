package io.github.camelsagemaker.async.invoke;

/** What is sent: where its bytes are, and whether they must be read first. */
public sealed interface Payload {

    /** Bytes at hand. They are not copied, so nobody may change them before the request is over. */
    record InMemory(byte[] bytes) implements Payload {}

    /** Bytes still to be read, on a worker. */
    record Streamed(BodySource source) implements Payload {}

    /** An object that is in S3 already; it is neither read nor ever deleted. */
    record InS3(String location) implements Payload {}
}
