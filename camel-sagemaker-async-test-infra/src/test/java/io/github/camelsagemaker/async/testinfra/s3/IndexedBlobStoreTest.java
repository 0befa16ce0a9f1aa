package io.github.camelsagemaker.async.testinfra.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.concurrent.CompletableFuture;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

class IndexedBlobStoreTest {

    private static final String BUCKET = "bucket";
    private static final int OBJECTS = 2_000;

    private final IndexedBlobStore store = new IndexedBlobStore(new TransientNio2BlobStore());

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void objectsAreWrittenWhileTheLastOthersOfTheirFolderAreDeleted() {
        store.createContainer(BUCKET);
        CompletableFuture<Void> other = CompletableFuture.runAsync(() -> putAndDelete("a"));
        putAndDelete("b");
        other.join();

        assertThat(store.blobExists(BUCKET, "deep/out/a")).isFalse();
        assertThat(store.blobExists(BUCKET, "deep/out/b")).isFalse();
    }

    private void putAndDelete(String name) {
        String key = "deep/out/" + name;
        for (int i = 0; i < OBJECTS; i++) {
            store.putBlob(
                    PutObjectRequest.builder()
                            .bucket(BUCKET)
                            .key(key)
                            .contentLength(1L)
                            .build(),
                    new ByteArrayInputStream(new byte[] {1}));
            assertThat(store.blobExists(BUCKET, key)).isTrue();
            store.removeBlob(
                    DeleteObjectRequest.builder().bucket(BUCKET).key(key).build());
        }
    }
}
