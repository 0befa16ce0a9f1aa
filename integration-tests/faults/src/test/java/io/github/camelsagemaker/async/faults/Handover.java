package io.github.camelsagemaker.async.faults;

/** What a route does with a result before it is handled. */
enum Handover {
    NONE,
    SEDA,
    WIRE_TAP,
    MULTICAST
}
