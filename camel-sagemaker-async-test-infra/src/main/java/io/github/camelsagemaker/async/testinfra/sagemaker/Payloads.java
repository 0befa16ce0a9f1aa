package io.github.camelsagemaker.async.testinfra.sagemaker;

import io.github.camelsagemaker.async.testinfra.ModelException;
import io.github.camelsagemaker.async.testinfra.ModelRequest;
import io.github.camelsagemaker.async.testinfra.s3.S3Server;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** Opens a request's payload for the model. What is in S3 is streamed from there. */
final class Payloads {

    private Payloads() {}

    static ModelRequest open(Invocation invocation, S3Server s3) throws ModelException {
        InvokeRequest request = invocation.request();
        String contentType = request.contentType();
        ModelRequest.Payload payload;
        if (request.inputLocation() == null) {
            payload = new Inline(invocation.body());
        } else {
            Place input = Place.parse(request.inputLocation());
            HeadObjectResponse head = s3.head(input.bucket(), input.key());
            if (head == null) {
                throw new ModelException("Unable to get object: " + input);
            }
            contentType = contentType == null ? head.contentType() : contentType;
            payload = new Stored(invocation, s3, input, head.contentLength());
        }
        return new ModelRequest(
                request.endpointName(),
                invocation.inferenceId(),
                contentType,
                request.accept(),
                request.customAttributes(),
                request.inputLocation(),
                payload);
    }

    private record Inline(byte[] body) implements ModelRequest.Payload {

        @Override
        public InputStream openStream() {
            return new ByteArrayInputStream(body);
        }

        @Override
        public long length() {
            return body.length;
        }
    }

    private record Stored(Invocation invocation, S3Server s3, Place place, long length)
            implements ModelRequest.Payload {

        @Override
        public InputStream openStream() {
            return Sha256.telling(s3.open(place.bucket(), place.key()), invocation::payloadRead);
        }
    }
}
