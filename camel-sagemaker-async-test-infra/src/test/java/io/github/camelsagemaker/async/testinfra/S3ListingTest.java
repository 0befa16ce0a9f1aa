package io.github.camelsagemaker.async.testinfra;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** What a listing shows, which scanning for results depends on. */
class S3ListingTest {

    @RegisterExtension
    static final LocalAwsExtension AWS = new LocalAwsExtension();

    private LocalAws aws;
    private String bucket;

    @BeforeEach
    void bucketOfItsOwn(TestInfo test) {
        aws = AWS.aws();
        bucket = "b" + Integer.toHexString(test.getDisplayName().hashCode());
        aws.createBucket(bucket);
    }

    @Test
    void anObjectIsListedUnderItsOwnKeyOnlyEvenWhileItIsWritten() {
        AtomicBoolean done = new AtomicBoolean();
        byte[] body = new byte[2 * 1024 * 1024];
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            for (int i = 0; i < 150; i++) {
                aws.putObject(bucket, "out/" + i + ".out", body, "text/plain");
            }
            done.set(true);
        });
        List<String> foreign = new ArrayList<>();
        while (!done.get() && !writing.isCompletedExceptionally()) {
            keys("out/").stream().filter(key -> !key.matches("out/\\d+\\.out")).forEach(foreign::add);
        }
        writing.join();

        assertThat(foreign).isEmpty();
        assertThat(keys("out/")).hasSize(150);
    }

    @Test
    void pagesContinueWhereTheLastOneEnded() {
        aws.putObjects(bucket, "out/", 25, new byte[] {1});

        List<String> all = new ArrayList<>();
        String token = null;
        int pages = 0;
        do {
            String from = token;
            ListObjectsV2Response page = aws.s3Client()
                    .listObjectsV2(
                            r -> r.bucket(bucket).prefix("out/").maxKeys(10).continuationToken(from))
                    .join();
            page.contents().stream().map(S3Object::key).forEach(all::add);
            token = page.nextContinuationToken();
            pages++;
        } while (token != null);

        assertThat(pages).isEqualTo(3);
        assertThat(all).hasSize(25).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aListingStartsAfterTheMarker() {
        aws.putObjects(bucket, "out/", 5, new byte[] {1});

        assertThat(aws.s3Client()
                        .listObjectsV2(r -> r.bucket(bucket).prefix("out/").startAfter("out/000002.out"))
                        .join()
                        .contents())
                .extracting(S3Object::key)
                .containsExactly("out/000003.out", "out/000004.out");
    }

    @Test
    void aDelimiterGroupsKeysAndPagesDoNotRepeatAGroup() {
        for (String key : List.of("a/1", "a/2", "b", "c/1", "d")) {
            aws.putObject(bucket, key, new byte[] {1}, "text/plain");
        }

        ListObjectsV2Response first = aws.s3Client()
                .listObjectsV2(r -> r.bucket(bucket).delimiter("/").maxKeys(1))
                .join();
        ListObjectsV2Response rest = aws.s3Client()
                .listObjectsV2(r -> r.bucket(bucket).delimiter("/").continuationToken(first.nextContinuationToken()))
                .join();

        assertThat(first.commonPrefixes()).extracting(CommonPrefix::prefix).containsExactly("a/");
        assertThat(rest.commonPrefixes()).extracting(CommonPrefix::prefix).containsExactly("c/");
        assertThat(rest.contents()).extracting(S3Object::key).containsExactly("b", "d");
    }

    @Test
    void deletedAndCopiedAndAssembledObjectsAreListedAsTheyAre() {
        aws.putObject(bucket, "x/source", new byte[] {1, 2}, "text/plain");
        aws.s3Client()
                .copyObject(r -> r.sourceBucket(bucket)
                        .sourceKey("x/source")
                        .destinationBucket(bucket)
                        .destinationKey("x/copy"))
                .join();
        aws.s3Client().deleteObject(r -> r.bucket(bucket).key("x/source")).join();
        upload("x/parts");

        assertThat(keys("x/")).containsExactly("x/copy", "x/parts");
        assertThat(aws.s3Client()
                        .listMultipartUploads(r -> r.bucket(bucket))
                        .join()
                        .uploads())
                .isEmpty();
    }

    private void upload(String key) {
        String id = aws.s3Client()
                .createMultipartUpload(r -> r.bucket(bucket).key(key))
                .join()
                .uploadId();
        String eTag = aws.s3Client()
                .uploadPart(r -> r.bucket(bucket).key(key).uploadId(id).partNumber(1), AsyncRequestBody.fromString("p"))
                .join()
                .eTag();
        CompletedPart part = CompletedPart.builder().partNumber(1).eTag(eTag).build();
        aws.s3Client()
                .completeMultipartUpload(
                        r -> r.bucket(bucket).key(key).uploadId(id).multipartUpload(m -> m.parts(part)))
                .join();
    }

    private List<String> keys(String prefix) {
        return aws.s3Client().listObjectsV2(r -> r.bucket(bucket).prefix(prefix)).join().contents().stream()
                .map(S3Object::key)
                .toList();
    }
}
