package io.github.camelsagemaker.async.testinfra.s3;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Supplier;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * Reads a payload to its end also if it is refused. The server closes a connection on which a payload is still under way, and
 * then the client sees a broken connection instead of the reason. No write closes its payload, which is its caller's.
 */
final class RefusedPayloads extends ForwardingBlobStore {

    RefusedPayloads(BlobStore delegate) {
        super(delegate);
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream payload) {
        return write(payload, () -> super.putBlob(request, new NotClosed(payload)));
    }

    @Override
    public UploadPartResponse uploadMultipartPart(
            MultipartUpload upload, UploadPartRequest request, InputStream payload) {
        return write(payload, () -> super.uploadMultipartPart(upload, request, new NotClosed(payload)));
    }

    private static <T> T write(InputStream payload, Supplier<T> write) {
        try {
            return write.get();
        } catch (RuntimeException refusal) {
            try {
                payload.transferTo(OutputStream.nullOutputStream());
            } catch (IOException broken) {
                refusal.addSuppressed(broken);
            }
            throw refusal;
        }
    }

    private static final class NotClosed extends FilterInputStream {

        NotClosed(InputStream payload) {
            super(payload);
        }

        @Override
        public void close() {}
    }
}
