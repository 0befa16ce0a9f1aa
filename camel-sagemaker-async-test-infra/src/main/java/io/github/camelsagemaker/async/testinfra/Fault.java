package io.github.camelsagemaker.async.testinfra;

import java.time.Duration;
import java.util.Objects;

/**
 * What goes wrong with one HTTP call. A fault is a value: order it with {@link Faults}, as often as wanted.
 *
 * <p>Error answers are written in the dialect of the server they are ordered for: REST JSON for SageMaker, XML for S3 and
 * SNS, AWS JSON for SQS. Codes that differ between the services ({@code ThrottlingException} and {@code SlowDown},
 * {@code AccessDeniedException} and {@code AccessDenied}) are translated.
 */
public sealed interface Fault {

    /** An error as the service itself answers it; the call has no effect. */
    record ErrorAnswer(int status, String code, String message) implements Fault {}

    /** An answer that no AWS service writes, as proxies and load balancers between client and service do. */
    record ForeignAnswer(int status, String contentType, String body) implements Fault {}

    /** The connection is reset (RST); {@code accepted} says whether the call took effect before. */
    record Reset(boolean accepted) implements Fault {}

    /** The call takes effect, and its answer is held back for {@code delay}. */
    record Slow(Duration delay) implements Fault {
        public Slow {
            Objects.requireNonNull(delay, "delay");
        }
    }

    /** The call takes effect, and its answer breaks off in the middle of the body. */
    record Truncated() implements Fault {}

    /** Throttling as most services report it: 400 {@code ThrottlingException}. */
    static Fault throttle400() {
        return new ErrorAnswer(400, "ThrottlingException", "Rate exceeded");
    }

    /** Throttling as newer front ends report it: 429 {@code ThrottlingException}. */
    static Fault throttle429() {
        return new ErrorAnswer(429, "ThrottlingException", "Rate exceeded");
    }

    /** S3's throttling: 503 {@code SlowDown}. */
    static Fault slowDown503() {
        return new ErrorAnswer(503, "SlowDown", "Please reduce your request rate.");
    }

    /** 503 {@code ServiceUnavailable}. */
    static Fault unavailable503() {
        return new ErrorAnswer(503, "ServiceUnavailable", "The service is currently unavailable.");
    }

    /** 500 {@code InternalFailure} ({@code InternalError} from S3). */
    static Fault failure500() {
        return new ErrorAnswer(500, "InternalFailure", "An internal failure occurred.");
    }

    /** 501 {@code NotImplemented}, as stores answer that are compatible with S3 only in part. */
    static Fault notImplemented501() {
        return new ErrorAnswer(
                501, "NotImplemented", "A header you provided implies functionality that is not implemented");
    }

    /** 403 {@code AccessDeniedException} ({@code AccessDenied} from S3). */
    static Fault accessDenied403() {
        return new ErrorAnswer(403, "AccessDeniedException", "User is not authorized to perform this action");
    }

    /** A bad gateway's HTML page, with status 502 and nothing that an AWS client could parse. */
    static Fault html502() {
        return new ForeignAnswer(
                502, "text/html", "<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>");
    }

    /** An error status with no body at all. */
    static Fault emptyBody(int status) {
        return new ForeignAnswer(status, null, "");
    }

    /**
     * The connection is reset before the call took effect. A call with a body is reset once the first bytes of the body
     * arrived, which is the middle of an upload.
     */
    static Fault resetBeforeAccept() {
        return new Reset(false);
    }

    /** The call takes full effect, and the connection is reset instead of the answer. */
    static Fault resetAfterAccept() {
        return new Reset(true);
    }

    /** The call takes full effect; of the answer come the headers and the first half of what the body begins with. */
    static Fault truncated() {
        return new Truncated();
    }

    /** The call takes effect at once, and the answer comes {@code delay} late. */
    static Fault slow(Duration delay) {
        return new Slow(delay);
    }
}
