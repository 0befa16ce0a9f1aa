package io.github.camelsagemaker.async.await;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The objects awaited below one prefix, by key, in the order in which they are to be looked at: least recently entered or
 * looked at first. Thread-safe; but for {@link #leastRecent} every operation takes constant time, or grows with the logarithm
 * of the number of time buckets.
 */
final class PendingObjects {

    private final String root;
    private final Map<String, WaitingRequest> byKey = new LinkedHashMap<>();
    private final TreeMap<String, Integer> buckets = new TreeMap<>();
    private long lastEntered = System.nanoTime();

    /** @param root the prefix; the path segment after it is the time bucket */
    PendingObjects(String root) {
        this.root = root;
    }

    synchronized void add(String key, WaitingRequest request) {
        lastEntered = System.nanoTime();
        if (byKey.putIfAbsent(key, request) == null) {
            buckets.merge(bucket(key), 1, Integer::sum);
        }
    }

    synchronized void remove(String key, WaitingRequest request) {
        if (byKey.remove(key, request)) {
            leaveBucket(key);
        }
    }

    /** The request that waits for the object, or null. */
    synchronized WaitingRequest at(String key) {
        return byKey.get(key);
    }

    /** Takes out the request that waits for the object, or returns null. */
    synchronized WaitingRequest take(String key) {
        WaitingRequest request = byKey.remove(key);
        if (request != null) {
            leaveBucket(key);
        }
        return request;
    }

    private void leaveBucket(String key) {
        buckets.computeIfPresent(bucket(key), (bucket, count) -> count == 1 ? null : count - 1);
    }

    private String bucket(String key) {
        int end = key.indexOf('/', root.length());
        return key.substring(root.length(), end < 0 ? root.length() : end);
    }

    synchronized int size() {
        return byKey.size();
    }

    /** Up to so many requests; they are the last to be looked at again. */
    synchronized List<WaitingRequest> leastRecent(int count) {
        List<Map.Entry<String, WaitingRequest>> oldest =
                byKey.entrySet().stream().limit(count).toList();
        for (Map.Entry<String, WaitingRequest> entry : oldest) {
            byKey.remove(entry.getKey());
            byKey.put(entry.getKey(), entry.getValue());
        }
        return oldest.stream().map(Map.Entry::getValue).toList();
    }

    /**
     * Where a listing that stands at this key goes on: time buckets in which nothing is awaited are skipped.
     *
     * @param position the last key seen, or null for the beginning
     * @return the key after which to list; null if nothing is awaited from there on
     */
    synchronized String listAfter(String position) {
        String from = position == null ? "" : bucket(position);
        String bucket = buckets.ceilingKey(from);
        if (bucket == null) {
            return null;
        }
        return bucket.equals(from) && position != null ? position : root + bucket;
    }

    /** Nanoseconds since the last request was entered. */
    synchronized long youngestAge() {
        return System.nanoTime() - lastEntered;
    }
}
