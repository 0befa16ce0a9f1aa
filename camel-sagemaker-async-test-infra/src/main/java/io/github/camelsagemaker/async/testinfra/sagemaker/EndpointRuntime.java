package io.github.camelsagemaker.async.testinfra.sagemaker;

import io.github.camelsagemaker.async.testinfra.ModelResponse;
import io.github.camelsagemaker.async.testinfra.notification.NotificationPublisher;
import io.github.camelsagemaker.async.testinfra.s3.S3Server;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs an endpoint's model on its requests, as many at once as its concurrency, first come first served. */
final class EndpointRuntime implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EndpointRuntime.class);
    private static final int DEFAULT_TTL_SECONDS = 21_600;
    private static final int DEFAULT_TIMEOUT_SECONDS = 900;

    private final EndpointSettings settings;
    private final S3Server s3;
    private final InvocationEnds ends;
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
        this.ends = new InvocationEnds(settings, s3, notifications, clock);
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
            ends.expire(invocation);
        } else {
            infer(invocation);
        }
    }

    private void infer(Invocation invocation) {
        Integer seconds = invocation.request().invocationTimeoutSeconds();
        Duration timeout = Duration.ofSeconds(seconds == null ? DEFAULT_TIMEOUT_SECONDS : seconds);
        invocation.running(Thread.currentThread());
        ScheduledFuture<?> alarm =
                timer.schedule(() -> timeOut(invocation, timeout), timeout.toMillis(), TimeUnit.MILLISECONDS);
        try {
            answer(invocation);
        } finally {
            alarm.cancel(false);
            invocation.left();
        }
    }

    private void answer(Invocation invocation) {
        ModelResponse response;
        try {
            response = settings.model().infer(Payloads.open(invocation, s3));
            Objects.requireNonNull(response, "The model answered null");
        } catch (Throwable e) {
            // Whatever a model throws is a failed inference: an AssertionError of a test's model too.
            if (invocation.claim()) {
                ends.fail(invocation, e);
            }
            return;
        }
        if (invocation.claim()) {
            ends.complete(invocation, response);
        }
    }

    private void timeOut(Invocation invocation, Duration timeout) {
        if (invocation.claim()) {
            ends.timeOut(invocation, timeout);
            invocation.interrupt();
        }
    }

    @Override
    public void close() {
        model.shutdownNow();
        try {
            if (!model.awaitTermination(5, TimeUnit.SECONDS)) {
                LOG.warn("The model of {} ignores its interrupt; its thread ends with the JVM", settings.name());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
