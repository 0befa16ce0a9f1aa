package io.github.camelsagemaker.async.internal.s3;

import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * A page of a listing. It may be empty without being the last one, and holds keys that XML cannot.
 *
 * @param listedAt by S3's clock, as the times of its objects are
 * @param objects in the order of their keys
 * @param token where S3 goes on; null if it gave none
 * @param last whether nothing lies behind it
 */
public record ObjectPage(Instant listedAt, List<S3Object> objects, String token, boolean last) {

    /**
     * Begins where the token says, or else after the key, or at the beginning: both may be null. Neither blocks nor throws.
     *
     * @param after where the page before ended, also if there is a token
     */
    public static CompletableFuture<ObjectPage> list(
            S3AsyncClient s3, String bucket, String prefix, String token, String after) {
        return Futures.uninterrupted(() -> s3.listObjectsV2(list -> list.bucket(bucket)
                        .prefix(prefix)
                        .encodingType(EncodingType.URL)
                        .continuationToken(token)
                        .startAfter(token == null ? after : null)))
                .thenCompose(response -> of(response, token, after));
    }

    /** A token that leads to itself, from a store that finds nothing there, leads nowhere. */
    private static CompletableFuture<ObjectPage> of(ListObjectsV2Response response, String asked, String after) {
        List<S3Object> objects = response.contents();
        if (objects.isEmpty() && response.name() == null && response.isTruncated() == null) {
            // What the SDK makes of any page that something on the way answers with.
            return CompletableFuture.failedFuture(AwsErrors.notFromAws("S3", "is no listing"));
        }
        String token = response.nextContinuationToken();
        boolean leadsOn = !objects.isEmpty() || token != null && !token.equals(asked);
        boolean last = !(Boolean.TRUE.equals(response.isTruncated()) && leadsOn);
        ObjectPage page = new ObjectPage(AwsErrors.timeOf(response).orElseGet(Instant::now), objects, token, last);
        // A store that knows neither tokens nor start-after would be asked for ever.
        return !last && after != null && after.equals(page.lastKey())
                ? CompletableFuture.failedFuture(AwsErrors.notFromAws("S3", "is the page before, once more"))
                : CompletableFuture.completedFuture(page);
    }

    /** The last key of the page, or null if it is empty. */
    public String lastKey() {
        return objects.isEmpty() ? null : objects.get(objects.size() - 1).key();
    }
}
