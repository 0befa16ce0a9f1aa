package io.github.camelsagemaker.async.benchmarks.server;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The objects of all buckets: their sizes, and no contents. For the server's one thread. */
final class ObjectStore {

    private static final long LARGEST_IN_ONE_PIECE = 16 << 20;

    private final Map<String, TreeMap<String, Stored>> buckets = new HashMap<>();
    private final Map<String, Long> listed = new HashMap<>();
    private final Map<Long, String> etags = new HashMap<>();
    private long sequence;

    /** An object. */
    record Stored(long size, String etag, Instant modified) {}

    Stored put(String bucket, String key, long size) {
        Stored stored = new Stored(size, etag(size), Instant.now());
        objects(bucket).put(key, stored);
        return stored;
    }

    /** As S3's own: the MD5 of the content, which is zeros; of what is usually sent in parts it is something else. */
    private String etag(long size) {
        return size <= LARGEST_IN_ONE_PIECE
                ? etags.computeIfAbsent(size, length -> '"' + Md5.hex(new byte[length.intValue()]) + '"')
                : '"' + Long.toHexString(0x1000_0000_0000_0000L + ++sequence) + '"';
    }

    Stored get(String bucket, String key) {
        return objects(bucket).get(key);
    }

    void delete(String bucket, String key) {
        objects(bucket).remove(key);
    }

    void clear(String bucket) {
        objects(bucket).clear();
    }

    /** Up to {@code max} keys that begin with the prefix and sort behind the marker. */
    List<Map.Entry<String, Stored>> list(String bucket, String prefix, String marker, int max) {
        listed.merge(bucket, 1L, Long::sum);
        boolean inside = marker != null && marker.compareTo(prefix) >= 0;
        NavigableMap<String, Stored> behind = inside
                ? objects(bucket).tailMap(marker, false)
                : objects(bucket).tailMap(prefix, true);
        List<Map.Entry<String, Stored>> found = new ArrayList<>();
        for (Map.Entry<String, Stored> entry : behind.entrySet()) {
            if (found.size() == max || !entry.getKey().startsWith(prefix)) {
                break;
            }
            found.add(entry);
        }
        return found;
    }

    /** How often a bucket was listed since the server started. */
    long listed(String bucket) {
        return listed.getOrDefault(bucket, 0L);
    }

    private TreeMap<String, Stored> objects(String bucket) {
        return buckets.computeIfAbsent(bucket, name -> new TreeMap<>());
    }
}
