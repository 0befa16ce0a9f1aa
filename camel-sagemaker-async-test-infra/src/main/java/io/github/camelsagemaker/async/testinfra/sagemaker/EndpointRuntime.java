package io.github.camelsagemaker.async.testinfra.sagemaker;

import io.github.camelsagemaker.async.testinfra.ModelException;
import io.github.camelsagemaker.async.testinfra.ModelRequest;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import io.github.camelsagemaker.async.testinfra.Outcome;
import io.github.camelsagemaker.async.testinfra.notification.FinishedInvocation;
import io.github.camelsagemaker.async.testinfra.notification.NotificationPublisher;
import io.github.camelsagemaker.async.testinfra.s3.S3Server;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** Runs an endpoint's model on its requests, as many at once as its concurrency, first come first served. */
final class EndpointRuntime implements AutoCloseable {

    private static final int DEFAULT_TTL_SECONDS = 21_600;
    private static final int DEFAULT_TIMEOUT_SECONDS = 900;

    private final EndpointSettings settings;
    private final S3Server s3;
    private final NotificationPublisher notifications;
    private final ScheduledExecutorService timer;
    private final Clock clock;
    private final ExecutorService model;

    EndpointRuntime(
            EndpointSettings settings,
            S3Server s3,
            NotificationPublisher notifications,
            ScheduledExecutorService timer,
            Clock clock) {
        this.settings = settings;
        this.s3 = s3;
        this.notifications = notifications;
        this.timer = timer;
        this.clock = clock;
        this.model = Executors.newFixedThreadPool(
                settings.concurrency(), new DaemonThreads("local-aws-model-" + settings.name()));
    }

    EndpointSettings settings() {
        return settings;
    }

    Invocation accept(InvokeRequest request, String region) {
        String name = request.filename() != null ? request.filename() : UUID.randomUUID() + ".out";
        String extension = request.outputPathExtension() == null ? "" : trim(request.outputPathExtension()) + "/";
        Place output = Place.below(settings.outputPath(), extension + name);
        Place failure = settings.failurePath() == null
                ? null
                : Place.below(settings.failurePath(), UUID.randomUUID() + "-error.out");
        String inferenceId = request.inferenceId() != null
                ? request.inferenceId()
                : UUID.randomUUID().toString();
        return new Invocation(
                request, inferenceId, output, failure, settings.httpsLocations(), region, clock.instant());
    }

    private static String trim(String extension) {
        return extension.replaceAll("^/+|/+$", "");
    }

    void queue(Invocation invocation) {
        model.execute(() -> run(invocation));
    }

    private void run(Invocation invocation) {
        Integer ttl = invocation.request().requestTtlSeconds();
        Instant deadline = invocation.acceptedAt().plusSeconds(ttl == null ? DEFAULT_TTL_SECONDS : ttl);
        if (clock.instant().isAfter(deadline)) {
            expire(invocation);
            return;
        }
        if (!invocation.running()) {
            return;
        }
        Integer seconds = invocation.request().invocationTimeoutSeconds();
        Duration timeout = Duration.ofSeconds(seconds == null ? DEFAULT_TIMEOUT_SECONDS : seconds);
        Thread worker = Thread.currentThread();
        ScheduledFuture<?> alarm = timer.schedule(
                () -> {
                    fail(invocation, "Invocation timed out after " + timeout.toSeconds() + " seconds", null, null);
                    worker.interrupt();
                },
                timeout.toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            infer(invocation);
        } finally {
            stop(alarm);
        }
    }

    private static void stop(Future<?> alarm) {
        alarm.cancel(false);
        // An alarm that rang must not disturb the next request on this thread.
        Thread.interrupted();
    }

    private void infer(Invocation invocation) {
        try {
            ModelResponse response = settings.model().infer(modelRequest(invocation));
            complete(invocation, response);
        } catch (ModelException e) {
            fail(
                    invocation,
                    "ClientError: Received server error (" + e.status() + ") from model: " + e.getMessage(),
                    e.body(),
                    e.contentType());
        } catch (Exception e) {
            byte[] body = String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8);
            fail(
                    invocation,
                    "ClientError: Received server error (500) from model: " + e.getMessage(),
                    body,
                    "text/plain");
        }
    }

    private ModelRequest modelRequest(Invocation invocation) throws ModelException {
        InvokeRequest request = invocation.request();
        String contentType = request.contentType();
        ModelRequest.Payload payload;
        if (request.inputLocation() == null) {
            payload = inline(invocation.body());
        } else {
            Place input = Place.parse(request.inputLocation());
            HeadObjectResponse head = s3.head(input.bucket(), input.key());
            if (head == null) {
                throw new ModelException("Unable to get object: " + input);
            }
            contentType = contentType == null ? head.contentType() : contentType;
            payload = stored(invocation, input, head.contentLength());
        }
        return new ModelRequest(
                request.endpointName(),
                invocation.inferenceId(),
                contentType,
                request.accept(),
                request.customAttributes(),
                request.inputLocation(),
                payload);
    }

    private static ModelRequest.Payload inline(byte[] body) {
        return new ModelRequest.Payload() {
            @Override
            public InputStream openStream() {
                return new ByteArrayInputStream(body);
            }

            @Override
            public long length() {
                return body.length;
            }
        };
    }

    private ModelRequest.Payload stored(Invocation invocation, Place input, long length) {
        return new ModelRequest.Payload() {
            @Override
            public InputStream openStream() {
                return Sha256.telling(s3.open(input.bucket(), input.key()), invocation::payloadRead);
            }

            @Override
            public long length() {
                return length;
            }
        };
    }

    private void complete(Invocation invocation, ModelResponse response) {
        Place output = invocation.output();
        s3.put(output.bucket(), output.key(), response.body(), response.contentType());
        if (invocation.end(Outcome.COMPLETED, null) && settings.successTopic() != null) {
            notifications.publish(
                    finished(invocation, response, null), settings.successTopic(), settings.responseInNotification());
        }
    }

    private void expire(Invocation invocation) {
        String reason = "Request expired in the queue";
        if (settings.expiryWritesFailure() && invocation.failure() != null) {
            writeFailure(invocation, reason.getBytes(StandardCharsets.UTF_8), "text/plain");
        }
        invocation.end(Outcome.EXPIRED, reason);
    }

    private void fail(Invocation invocation, String reason, byte[] body, String contentType) {
        if (invocation.outcome().isFinal()) {
            return;
        }
        if (invocation.failure() != null) {
            byte[] content = body == null ? reason.getBytes(StandardCharsets.UTF_8) : body;
            writeFailure(invocation, content, contentType == null ? "text/plain" : contentType);
        }
        if (invocation.end(Outcome.FAILED, reason) && settings.errorTopic() != null) {
            notifications.publish(
                    finished(invocation, null, reason), settings.errorTopic(), settings.responseInNotification());
        }
    }

    private void writeFailure(Invocation invocation, byte[] body, String contentType) {
        s3.put(invocation.failure().bucket(), invocation.failure().key(), body, contentType);
    }

    private FinishedInvocation finished(Invocation invocation, ModelResponse response, String reason) {
        InvokeRequest request = invocation.request();
        return new FinishedInvocation(
                request.endpointName(),
                invocation.inferenceId(),
                request.inputLocation(),
                request.contentType(),
                request.accept(),
                request.customAttributes(),
                response == null ? null : invocation.location(invocation.output()),
                response == null ? null : response.contentType(),
                response == null ? null : response.body(),
                reason,
                invocation.acceptedAt(),
                clock.instant());
    }

    @Override
    public void close() {
        model.shutdownNow();
    }
}
