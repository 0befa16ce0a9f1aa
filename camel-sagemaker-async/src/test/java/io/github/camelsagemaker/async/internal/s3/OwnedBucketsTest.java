package io.github.camelsagemaker.async.internal.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Request;

@Tag("no-camel")
class OwnedBucketsTest {

    private static final String OWNER = "111122223333";

    private final List<S3Request> sent = new ArrayList<>();
    private final S3AsyncClient recording = (S3AsyncClient) Proxy.newProxyInstance(
            S3AsyncClient.class.getClassLoader(), new Class<?>[] {S3AsyncClient.class}, (proxy, method, arguments) -> {
                if (arguments != null && arguments[0] instanceof S3Request request) {
                    sent.add(request);
                    return new CompletableFuture<>();
                }
                return null;
            });
    private final S3AsyncClient s3 =
            OwnedBuckets.of(recording, OWNER, null, S3Prefix.parse("inputLocation", "s3://inputs/"));

    private String owner() {
        assertThat(sent).hasSize(1);
        return sent.get(0).getValueForField("ExpectedBucketOwner", String.class).orElse(null);
    }

    @Test
    void listingsNameTheOwner() {
        s3.listObjectsV2(list -> list.bucket("results"));
        assertThat(owner()).isEqualTo(OWNER);
    }

    @Test
    void readsNameTheOwner() {
        s3.getObject(get -> get.bucket("results").key("k"), AsyncResponseTransformer.toBytes());
        assertThat(owner()).isEqualTo(OWNER);
    }

    @Test
    void headsNameTheOwner() {
        s3.headObject(head -> head.bucket("results").key("k"));
        assertThat(owner()).isEqualTo(OWNER);
    }

    @Test
    void deletesNameTheOwner() {
        s3.deleteObject(delete -> delete.bucket("results").key("k"));
        assertThat(owner()).isEqualTo(OWNER);
    }

    @Test
    void deletesOfManyNameTheOwner() {
        s3.deleteObjects(delete -> delete.bucket("results")
                .delete(list -> list.objects(ObjectIdentifier.builder().key("k").build())));
        assertThat(owner()).isEqualTo(OWNER);
    }

    @Test
    void movesNameTheOwnerOfWhatIsMovedOnly() {
        s3.copyObject(copy -> copy.sourceBucket("results").sourceKey("k").destinationBucket("archive"));

        CopyObjectRequest copy = (CopyObjectRequest) sent.get(0);
        assertThat(copy.expectedSourceBucketOwner()).isEqualTo(OWNER);
        assertThat(copy.expectedBucketOwner()).isNull();
    }

    @Test
    void payloadsMayBeAnothersBucket() {
        s3.deleteObject(delete -> delete.bucket("inputs").key("8a6e0804-2bd0-4672-b79d-d97027f9071a"));
        assertThat(owner()).isNull();
    }

    @Test
    void withoutAnOwnerTheClientIsUsedAsItIs() {
        assertThat(OwnedBuckets.of(recording, null, null, null)).isSameAs(recording);
    }

    @Test
    void anOwnerIsAnAccountId() {
        assertThatThrownBy(() -> OwnedBuckets.of(recording, null, "you", null))
                .hasMessageContaining("Option expectedBucketOwner is 'you'");
        assertThatThrownBy(() -> OwnedBuckets.of(recording, "me", null, null))
                .hasMessageContaining("expectedResultBucketOwner")
                .hasMessageContaining("'me'")
                .hasMessageContaining("12 digits");
    }
}
