package io.github.camelsagemaker.async.faults;

import io.github.camelsagemaker.async.testinfra.Fault;

/** What a call may meet. The order is part of what a seed means. */
enum Mishap {
    THROTTLED_400(Fault.throttle400()),
    THROTTLED_429(Fault.throttle429()),
    SLOW_DOWN(Fault.slowDown503()),
    UNAVAILABLE(Fault.unavailable503()),
    FAILURE_500(Fault.failure500()),
    HTML(Fault.html502()),
    EMPTY_503(Fault.emptyBody(503)),
    RESET_BEFORE(Fault.resetBeforeAccept()),
    RESET_AFTER(Fault.resetAfterAccept()),
    TRUNCATED(Fault.truncated()),
    HTML_404(new Fault.ForeignAnswer(404, "text/html", "<html><body>Not Found</body></html>")),
    EMPTY_404(Fault.emptyBody(404)),
    DENIED(Fault.accessDenied403()),
    TOO_LATE(Fault.slow(Application.ATTEMPT.plusMillis(300)));

    private final Fault fault;

    Mishap(Fault fault) {
        this.fault = fault;
    }

    Fault fault() {
        return fault;
    }
}
