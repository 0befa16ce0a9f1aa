package io.github.camelsagemaker.async.testinfra.s3;

import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.function.Supplier;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;

/**
 * Begins a write again whose folder was removed under it. S3 has no folders, but the store behind keeps objects in some, and
 * removes one with its last object: even between the moment a write makes it and the moment it opens its file there. By then
 * nothing of the payload was read, nor may it be closed.
 */
final class FolderRaces extends ForwardingBlobStore {

    private static final int MOST_ATTEMPTS = 100;

    FolderRaces(BlobStore delegate) {
        super(delegate);
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream payload) {
        return write(() -> super.putBlob(request, payload));
    }

    @Override
    public CopyObjectResponse copyBlob(CopyObjectRequest request) {
        return write(() -> super.copyBlob(request));
    }

    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(
            MultipartUpload upload, CompleteMultipartUploadRequest request) {
        return write(() -> super.completeMultipartUpload(upload, request));
    }

    private static <T> T write(Supplier<T> write) {
        for (int attempt = 1; ; attempt++) {
            try {
                return write.get();
            } catch (RuntimeException e) {
                if (!(e.getCause() instanceof NoSuchFileException) || attempt == MOST_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }
}
