package io.github.camelsagemaker.async.testinfra.sagemaker;

import io.github.camelsagemaker.async.testinfra.ModelException;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import io.github.camelsagemaker.async.testinfra.Outcome;
import io.github.camelsagemaker.async.testinfra.notification.FinishedInvocation;
import io.github.camelsagemaker.async.testinfra.notification.NotificationPublisher;
import io.github.camelsagemaker.async.testinfra.s3.S3Server;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ends a request can come to: the object is written first, then the outcome is known, then the topic is told. Only for
 * who claimed the request, see {@link Invocation#claim()}.
 */
final class InvocationEnds {

    private static final Logger LOG = LoggerFactory.getLogger(InvocationEnds.class);

    private final EndpointSettings settings;
    private final S3Server s3;
    private final NotificationPublisher notifications;
    private final Clock clock;

    InvocationEnds(EndpointSettings settings, S3Server s3, NotificationPublisher notifications, Clock clock) {
        this.settings = settings;
        this.s3 = s3;
        this.notifications = notifications;
        this.clock = clock;
    }

    void complete(Invocation invocation, ModelResponse response) {
        Place output = invocation.output();
        try {
            s3.put(output.bucket(), output.key(), response.body(), response.contentType());
        } catch (RuntimeException e) {
            String reason = "ClientError: Unable to put object: " + output + ": " + e.getMessage();
            fail(invocation, reason, text(reason));
            return;
        }
        invocation.end(Outcome.COMPLETED, null);
        if (settings.successTopic() != null) {
            notifications.publish(
                    finished(invocation, response, null), settings.successTopic(), settings.responseInNotification());
        }
    }

    void fail(Invocation invocation, Throwable cause) {
        ModelException e = cause instanceof ModelException thrown
                ? thrown
                : new ModelException(String.valueOf(cause.getMessage()));
        fail(
                invocation,
                "ClientError: Received server error (" + e.status() + ") from model: " + e.getMessage(),
                new ModelResponse(e.body(), e.contentType()));
    }

    void timeOut(Invocation invocation, Duration timeout) {
        String reason = "Invocation timed out after " + timeout.toSeconds() + " seconds";
        fail(invocation, reason, text(reason));
    }

    void expire(Invocation invocation) {
        String reason = "Request expired in the queue";
        if (settings.expiryWritesFailure()) {
            writeFailure(invocation, text(reason));
        }
        invocation.end(Outcome.EXPIRED, reason);
    }

    private void fail(Invocation invocation, String reason, ModelResponse body) {
        writeFailure(invocation, body);
        invocation.end(Outcome.FAILED, reason);
        if (settings.errorTopic() != null) {
            notifications.publish(
                    finished(invocation, null, reason), settings.errorTopic(), settings.responseInNotification());
        }
    }

    private void writeFailure(Invocation invocation, ModelResponse body) {
        Place failure = invocation.failure();
        if (failure == null) {
            return;
        }
        try {
            s3.put(failure.bucket(), failure.key(), body.body(), body.contentType());
        } catch (RuntimeException e) {
            LOG.warn("The failure object {} could not be written; the request fails without one", failure, e);
        }
    }

    private static ModelResponse text(String text) {
        return new ModelResponse(text.getBytes(StandardCharsets.UTF_8), "text/plain");
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
}
