package io.github.camelsagemaker.async.testinfra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.DeletedObject;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Error;

/** What DeleteObjects does with ETags. */
class S3BatchDeletesTest {

    private static final String WRONG = "\"00000000000000000000000000000000\"";

    @RegisterExtension
    static final LocalAwsExtension AWS = new LocalAwsExtension();

    @RegisterExtension
    static final LocalAwsExtension IGNORING =
            new LocalAwsExtension(LocalAws.builder().s3IgnoringETagsOfBatches());

    private static String put(LocalAws aws, String key) {
        aws.createBucket("batches");
        aws.putObject("batches", key, new byte[] {1}, "text/plain");
        return aws.s3Client()
                .headObject(head -> head.bucket("batches").key(key))
                .join()
                .eTag();
    }

    private static ObjectIdentifier object(String key, String etag) {
        return ObjectIdentifier.builder().key(key).eTag(etag).build();
    }

    private static DeleteObjectsResponse delete(LocalAws aws, ObjectIdentifier... objects) {
        return aws.s3Client()
                .deleteObjects(request -> request.bucket("batches").delete(delete -> delete.objects(objects)))
                .join();
    }

    @Test
    void anObjectOfAnotherETagStaysAndIsNamed() {
        String right = put(AWS.aws(), "right");
        put(AWS.aws(), "wrong");

        DeleteObjectsResponse answer = delete(AWS.aws(), object("right", right), object("wrong", WRONG));

        assertThat(answer.deleted()).extracting(DeletedObject::key).containsExactly("right");
        assertThat(answer.errors())
                .extracting(S3Error::key, S3Error::code)
                .containsExactly(tuple("wrong", "PreconditionFailed"));
        assertThat(AWS.aws().keys("batches", "")).containsExactly("wrong");
    }

    @Test
    void aStoreThatIgnoresETagsDeletesWhateverIsNamed() {
        put(IGNORING.aws(), "a&b");
        put(IGNORING.aws(), "c");

        DeleteObjectsResponse answer = delete(IGNORING.aws(), object("a&b", WRONG));

        assertThat(answer.deleted()).extracting(DeletedObject::key).containsExactly("a&b");
        assertThat(IGNORING.aws().keys("batches", "")).containsExactly("c");
        assertThat(IGNORING.aws().ledger().calls("DeleteObjects")).isEqualTo(1);
    }

    @Test
    void aStoreThatDoesNotKnowThemSaysSo() {
        AWS.aws().createBucket("batches");
        AWS.aws().faults().forS3("DeleteObjects", 1, Fault.notImplemented501());

        assertThat(AWS.aws().s3Client().deleteObjects(request -> request.bucket("batches")
                        .delete(delete -> delete.objects(object("a", WRONG)))))
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableOfType(ExecutionException.class)
                .withMessageContaining("501");
    }
}
