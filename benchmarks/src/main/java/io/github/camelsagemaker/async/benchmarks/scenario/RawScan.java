package io.github.camelsagemaker.async.benchmarks.scenario;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.core.async.AsyncResponseTransformer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** The bare SDK: lists page by page; gets and deletes so many objects at once; remembers nothing. */
final class RawScan {

    private final S3AsyncClient s3;
    private final String bucket;
    private final int underWay;
    private final Arrivals arrivals;
    private final Queue<S3Object> page = new ArrayDeque<>();
    private int busy;
    private boolean stopped;

    RawScan(S3AsyncClient s3, String bucket, int underWay, Arrivals arrivals) {
        this.s3 = s3;
        this.bucket = bucket;
        this.underWay = underWay;
        this.arrivals = arrivals;
    }

    void start() {
        s3.listObjectsV2(list -> list.bucket(bucket).prefix("out/")).thenAccept(this::listed);
    }

    synchronized void stop() {
        stopped = true;
    }

    private synchronized void listed(ListObjectsV2Response listing) {
        page.addAll(listing.contents());
        int lanes = page.isEmpty() ? 0 : underWay;
        busy = lanes;
        for (int i = 0; i < lanes; i++) {
            next();
        }
    }

    /** Each lane takes one object after the other; the last one to end lists the next page. */
    private synchronized void next() {
        S3Object object = stopped ? null : page.poll();
        if (object != null) {
            handle(object.key()).thenRun(this::next);
        } else if (--busy == 0 && !stopped) {
            start();
        }
    }

    private CompletableFuture<Void> handle(String key) {
        return s3.getObject(get -> get.bucket(bucket).key(key), AsyncResponseTransformer.toBytes())
                .thenCompose(content ->
                        s3.deleteObject(delete -> delete.bucket(bucket).key(key)))
                .thenRun(arrivals::arrived);
    }
}
