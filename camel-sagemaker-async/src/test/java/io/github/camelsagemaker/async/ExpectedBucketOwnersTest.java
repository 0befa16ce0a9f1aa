package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectsRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Request;

/** Which account S3 is told to expect, where payloads and results share a bucket. The owner belongs to the place. */
class ExpectedBucketOwnersTest {

    private static final String RESULTS = "expectedResultBucketOwner=111122223333";
    private static final String INPUTS = "expectedBucketOwner=444455556666";

    /** As the component names payloads. */
    private static final String PAYLOAD = "8a6e0804-2bd0-4672-b79d-d97027f9071a";

    private static final String OTHER_PAYLOAD = "00000000-2bd0-4672-b79d-d97027f9071a";

    private final List<S3Request> sent = new ArrayList<>();
    private final S3AsyncClient recording = new S3AsyncClient() {

        @Override
        public <T> CompletableFuture<T> getObject(
                GetObjectRequest request, AsyncResponseTransformer<GetObjectResponse, T> transformer) {
            sent.add(request);
            return new CompletableFuture<>();
        }

        @Override
        public CompletableFuture<DeleteObjectResponse> deleteObject(DeleteObjectRequest request) {
            sent.add(request);
            return new CompletableFuture<>();
        }

        @Override
        public CompletableFuture<DeleteObjectsResponse> deleteObjects(DeleteObjectsRequest request) {
            sent.add(request);
            return new CompletableFuture<>();
        }

        @Override
        public String serviceName() {
            return "s3";
        }

        @Override
        public void close() {}
    };

    private S3AsyncClient s3(String... options) throws Exception {
        try (DefaultCamelContext context = new DefaultCamelContext()) {
            context.getRegistry().bind("s3", recording);
            return context.getEndpoint(
                            "sagemaker-async:model?s3AsyncClient=#s3&" + String.join("&", options),
                            SageMakerAsyncEndpoint.class)
                    .context()
                    .resultBuckets();
        }
    }

    private String owner() {
        assertThat(sent).hasSize(1);
        return sent.get(0).getValueForField("ExpectedBucketOwner", String.class).orElse(null);
    }

    @Test
    void resultsInTheBucketOfPayloadsAreRead() throws Exception {
        s3(RESULTS, "inputLocation=s3://bucket/in/", "outputLocation=s3://bucket/out/")
                .getObject(get -> get.bucket("bucket").key("out/1"), AsyncResponseTransformer.toBytes());
        assertThat(owner()).isEqualTo("111122223333");
    }

    @Test
    void resultsInTheBucketOfPayloadsAreDeleted() throws Exception {
        s3(RESULTS, "inputLocation=s3://bucket/in/", "outputLocation=s3://bucket/out/")
                .deleteObject(delete -> delete.bucket("bucket").key("out/1"));
        assertThat(owner()).isEqualTo("111122223333");
    }

    @Test
    void resultsBelowThePlaceOfPayloadsAreDeleted() throws Exception {
        s3(
                        RESULTS,
                        "inputLocation=s3://bucket/",
                        "outputLocation=s3://bucket/out/",
                        "failureLocation=s3://bucket/failed/")
                .deleteObject(delete -> delete.bucket("bucket").key("failed/1"));
        assertThat(owner()).isEqualTo("111122223333");
    }

    @Test
    void awaitedResultsBelowThePlaceOfPayloadsAreDeleted() throws Exception {
        s3(RESULTS, "inputLocation=s3://bucket/")
                .deleteObject(delete -> delete.bucket("bucket").key("out/camel-await/p/1/2.out"));
        assertThat(owner()).isEqualTo("111122223333");
    }

    @Test
    void payloadsAreDeletedOfTheirOwnOwnerOnly() throws Exception {
        s3(INPUTS, RESULTS, "inputLocation=s3://bucket/in/", "outputLocation=s3://bucket/out/")
                .deleteObject(delete -> delete.bucket("bucket").key("in/" + PAYLOAD));
        assertThat(owner()).isEqualTo("444455556666");
    }

    @Test
    void payloadsHaveAnOwnerAlsoIfResultsHaveNone() throws Exception {
        s3(INPUTS, "inputLocation=s3://inputs/", "outputLocation=s3://results/")
                .deleteObject(delete -> delete.bucket("inputs").key(PAYLOAD));
        assertThat(owner()).isEqualTo("444455556666");
    }

    @Test
    void deletesOfManyNameTheOwnerOfWhatIsDeleted() throws Exception {
        s3(INPUTS, RESULTS, "inputLocation=s3://bucket/in/").deleteObjects(delete -> delete.bucket("bucket")
                .delete(list -> list.objects(object("in/" + PAYLOAD), object("in/" + OTHER_PAYLOAD))));
        assertThat(owner()).isEqualTo("444455556666");
    }

    @Test
    void deletesOfResultsAndPayloadsOfABucketNameTheResultsOwner() throws Exception {
        s3(RESULTS, "inputLocation=s3://bucket/in/").deleteObjects(delete -> delete.bucket("bucket")
                .delete(list -> list.objects(object("in/" + PAYLOAD), object("out/2"))));
        assertThat(owner()).isEqualTo("111122223333");
    }

    private static ObjectIdentifier object(String key) {
        return ObjectIdentifier.builder().key(key).build();
    }
}
