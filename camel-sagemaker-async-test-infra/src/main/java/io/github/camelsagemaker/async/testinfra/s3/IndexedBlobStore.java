package io.github.camelsagemaker.async.testinfra.s3;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.blobstore.domain.MultipartUpload;
import software.amazon.awssdk.services.s3.model.CommonPrefix;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CopyObjectRequest;
import software.amazon.awssdk.services.s3.model.CopyObjectResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadBucketRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Lists from a sorted index of its own instead of the file system behind. The store behind walks and sorts all keys for each
 * page, and lists the temporary files of objects that are still being written, which S3 never shows.
 */
final class IndexedBlobStore extends ForwardingBlobStore {

    private static final int PAGE = 1000;
    private static final int STRIPES = 64;
    private static final String UPLOAD_STUB = ".s3proxy-mpu-stub-";

    private final Map<String, NavigableMap<String, S3Object>> index = new ConcurrentHashMap<>();
    private final Object[] stripes = new Object[STRIPES];

    IndexedBlobStore(BlobStore delegate) {
        super(new RefusedPayloads(new FolderRaces(delegate)));
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Object();
        }
    }

    @Override
    public PutObjectResponse putBlob(PutObjectRequest request, InputStream payload) {
        PutObjectResponse response = super.putBlob(request, payload);
        refresh(request.bucket(), request.key());
        return response;
    }

    @Override
    public CopyObjectResponse copyBlob(CopyObjectRequest request) {
        CopyObjectResponse response = super.copyBlob(request);
        refresh(request.destinationBucket(), request.destinationKey());
        return response;
    }

    @Override
    public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
        DeleteObjectResponse response = super.removeBlob(request);
        refresh(request.bucket(), request.key());
        return response;
    }

    @Override
    public CompleteMultipartUploadResponse completeMultipartUpload(
            MultipartUpload upload, CompleteMultipartUploadRequest request) {
        CompleteMultipartUploadResponse response = super.completeMultipartUpload(upload, request);
        refresh(upload.containerName(), upload.blobName());
        return response;
    }

    @Override
    public void deleteBucket(String bucket) {
        super.deleteBucket(bucket);
        index.remove(bucket);
    }

    @Override
    public void deleteContainer(String bucket) {
        super.deleteContainer(bucket);
        index.remove(bucket);
    }

    /** Reads the object's state anew, one reader per key at a time, so that the index never keeps an older state. */
    private void refresh(String bucket, String key) {
        if (key.startsWith(UPLOAD_STUB)) {
            return;
        }
        synchronized (stripes[Math.floorMod(key.hashCode(), STRIPES)]) {
            HeadObjectResponse head = delegate().blobMetadataIfPresent(bucket, key);
            if (head == null) {
                keys(bucket).remove(key);
            } else {
                keys(bucket)
                        .put(
                                key,
                                S3Object.builder()
                                        .key(key)
                                        .eTag(head.eTag())
                                        .size(head.contentLength())
                                        .lastModified(head.lastModified())
                                        .storageClass("STANDARD")
                                        .build());
            }
        }
    }

    private NavigableMap<String, S3Object> keys(String bucket) {
        return index.computeIfAbsent(bucket, name -> new ConcurrentSkipListMap<>());
    }

    @Override
    public ListObjectsV2Response list(ListObjectsV2Request request) {
        delegate()
                .headBucket(HeadBucketRequest.builder().bucket(request.bucket()).build());
        String prefix = request.prefix() == null ? "" : request.prefix();
        String delimiter = request.delimiter() == null || request.delimiter().isEmpty() ? null : request.delimiter();
        String marker = request.continuationToken() != null ? request.continuationToken() : request.startAfter();
        int max = request.maxKeys() == null ? PAGE : request.maxKeys();
        return new Page(prefix, delimiter, max).fill(keys(request.bucket()), marker);
    }

    /** One page of a listing while it is filled. */
    private static final class Page {
        private final String prefix;
        private final String delimiter;
        private final int max;
        private final List<S3Object> objects = new ArrayList<>();
        private final List<CommonPrefix> groups = new ArrayList<>();

        private Page(String prefix, String delimiter, int max) {
            this.prefix = prefix;
            this.delimiter = delimiter;
            this.max = max;
        }

        private ListObjectsV2Response fill(NavigableMap<String, S3Object> keys, String marker) {
            String last = null;
            Map.Entry<String, S3Object> entry = first(keys, marker);
            while (entry != null && entry.getKey().startsWith(prefix)) {
                if (objects.size() + groups.size() == max) {
                    return answer(max == 0 ? null : last);
                }
                String group = group(entry.getKey());
                if (group == null) {
                    objects.add(entry.getValue());
                    last = entry.getKey();
                    entry = keys.higherEntry(last);
                } else {
                    groups.add(CommonPrefix.builder().prefix(group).build());
                    last = group;
                    entry = keys.ceilingEntry(group + Character.MAX_VALUE);
                }
            }
            return answer(null);
        }

        private Map.Entry<String, S3Object> first(NavigableMap<String, S3Object> keys, String marker) {
            if (marker == null || marker.compareTo(prefix) < 0) {
                return keys.ceilingEntry(prefix);
            }
            // A marker may be a group that was listed: all its keys are behind us.
            return marker.equals(group(marker))
                    ? keys.ceilingEntry(marker + Character.MAX_VALUE)
                    : keys.higherEntry(marker);
        }

        private String group(String key) {
            if (delimiter == null || !key.startsWith(prefix)) {
                return null;
            }
            int end = key.indexOf(delimiter, prefix.length());
            return end < 0 ? null : key.substring(0, end + delimiter.length());
        }

        private ListObjectsV2Response answer(String next) {
            return ListObjectsV2Response.builder()
                    .contents(objects)
                    .commonPrefixes(groups)
                    .nextContinuationToken(next)
                    .isTruncated(next != null)
                    .build();
        }
    }
}
