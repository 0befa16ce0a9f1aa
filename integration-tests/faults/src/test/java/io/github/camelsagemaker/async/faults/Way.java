package io.github.camelsagemaker.async.faults;

/** How results come back. */
enum Way {
    SCAN,
    QUEUE,
    QUEUE_WITH_RESPONSE,
    AWAIT,
    TRACKED_SCAN,
    TRACKED_QUEUE;

    boolean byQueue() {
        return this == QUEUE || this == QUEUE_WITH_RESPONSE || this == TRACKED_QUEUE;
    }

    boolean tracked() {
        return this == TRACKED_SCAN || this == TRACKED_QUEUE;
    }
}
