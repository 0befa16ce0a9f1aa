package io.github.camelsagemaker.async.benchmarks.scenario;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeClient;
import software.amazon.awssdk.services.sagemakerruntime.model.InvokeEndpointAsyncResponse;

/**
 * Does what the AsyncPredictor of the SageMaker Python SDK does for each request: uploads the payload, invokes, and has two
 * threads ask S3 again and again, one for the output and one for the failure, until one is there, which is then read. Its
 * default is to ask every 15 seconds.
 */
final class PollingWaiter {

    /** The SDK's default is 60; here none gives up, however slow the machine is. */
    private static final int MAX_ATTEMPTS = 1_000;

    private final S3Client s3;
    private final SageMakerRuntimeClient sageMaker;
    private final String endpoint;
    private final long delayMillis;

    PollingWaiter(S3Client s3, SageMakerRuntimeClient sageMaker, String endpoint, long delayMillis) {
        this.s3 = s3;
        this.sageMaker = sageMaker;
        this.endpoint = endpoint;
        this.delayMillis = delayMillis;
    }

    /** Sends the payload, and begins to wait on two threads; the caller is told how it ended. */
    void predict(String key, byte[] payload, Consumer<Throwable> callback) {
        s3.putObject(put -> put.bucket("payloads").key(key), RequestBody.fromBytes(payload));
        InvokeEndpointAsyncResponse accepted = sageMaker.invokeEndpointAsync(
                request -> request.endpointName(endpoint).inputLocation("s3://payloads/" + key));
        CountDownLatch over = new CountDownLatch(1);
        CompletableFuture<String> found = new CompletableFuture<>();
        startWaiting(accepted.outputLocation(), found, over);
        startWaiting(accepted.failureLocation(), found, over);
        found.whenComplete((location, failure) -> {
            over.countDown();
            callback.accept(failure != null ? failure : read(location));
        });
    }

    private void startWaiting(String location, CompletableFuture<String> found, CountDownLatch over) {
        Thread thread = new Thread(() -> await(location, found, over), "waiter");
        thread.setDaemon(true);
        thread.start();
    }

    private void await(String location, CompletableFuture<String> found, CountDownLatch over) {
        try {
            for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
                if (exists(location)) {
                    found.complete(location);
                    return;
                }
                if (over.await(delayMillis, java.util.concurrent.TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
            found.completeExceptionally(new IllegalStateException("There is nothing at " + location));
        } catch (Exception e) {
            found.completeExceptionally(e);
        }
    }

    private boolean exists(String location) {
        try {
            s3.headObject(head -> head.bucket(bucketOf(location)).key(keyOf(location)));
            return true;
        } catch (NoSuchKeyException e) {
            return false;
        }
    }

    private Throwable read(String location) {
        try {
            s3.getObjectAsBytes(get -> get.bucket(bucketOf(location)).key(keyOf(location)));
            return null;
        } catch (RuntimeException e) {
            return e;
        }
    }

    private static String bucketOf(String location) {
        return location.substring(5, location.indexOf('/', 5));
    }

    private static String keyOf(String location) {
        return location.substring(location.indexOf('/', 5) + 1);
    }
}
