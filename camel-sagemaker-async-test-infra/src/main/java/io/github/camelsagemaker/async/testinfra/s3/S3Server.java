package io.github.camelsagemaker.async.testinfra.s3;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Object;

/** S3Proxy, in memory or on disk, and direct access to its objects that no client sees or pays for. */
public final class S3Server implements AutoCloseable {

    private final BlobStore objects;
    private final S3Proxy server;
    private final Path folder;

    /** Starts on a free port of 127.0.0.1, and checks signatures. */
    public S3Server(String accessKeyId, String secretAccessKey, boolean onDisk) {
        try {
            this.folder = onDisk ? Files.createTempDirectory("local-aws-s3") : null;
            this.objects = new IndexedBlobStore(
                    onDisk ? new FilesystemNio2BlobStore(folder.toString()) : new TransientNio2BlobStore());
            this.server = S3Proxy.builder()
                    .blobStore(objects)
                    .endpoint(URI.create("http://127.0.0.1:0"))
                    .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, accessKeyId, secretAccessKey)
                    .ignoreUnknownHeaders(true)
                    .stopTimeout(0)
                    .v4MaxNonChunkedRequestSize(64L * 1024 * 1024)
                    .build();
            server.start();
        } catch (Exception e) {
            throw new IllegalStateException("S3Proxy does not start", e);
        }
    }

    /** Where S3Proxy itself listens. */
    public URI backend() {
        return URI.create("http://127.0.0.1:" + server.getPort());
    }

    public void createBucket(String bucket) {
        objects.createContainer(bucket);
    }

    public boolean bucketExists(String bucket) {
        return objects.containerExists(bucket);
    }

    public void put(String bucket, String key, byte[] body, String contentType) {
        objects.putBlob(
                PutObjectRequest.builder()
                        .bucket(bucket)
                        .key(key)
                        .contentType(contentType)
                        .contentLength((long) body.length)
                        .build(),
                new ByteArrayInputStream(body));
    }

    public void remove(String bucket, String key) {
        objects.removeBlob(DeleteObjectRequest.builder().bucket(bucket).key(key).build());
    }

    /** The object's head, or null if there is none. */
    public HeadObjectResponse head(String bucket, String key) {
        return objects.blobExists(bucket, key) ? objects.blobMetadata(bucket, key) : null;
    }

    /** The keys below a prefix, at most 1,000. */
    public List<String> keys(String bucket, String prefix) {
        return objects
                .list(ListObjectsV2Request.builder()
                        .bucket(bucket)
                        .prefix(prefix)
                        .build())
                .contents()
                .stream()
                .map(S3Object::key)
                .toList();
    }

    /** The object's bytes, to be closed by the caller. */
    public InputStream open(String bucket, String key) {
        return objects.getBlob(
                GetObjectRequest.builder().bucket(bucket).key(key).build());
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("S3Proxy does not stop", e);
        }
        objects.close();
        if (folder != null) {
            deleteFolder();
        }
    }

    private void deleteFolder() {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
