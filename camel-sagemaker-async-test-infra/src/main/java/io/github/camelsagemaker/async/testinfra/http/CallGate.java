package io.github.camelsagemaker.async.testinfra.http;

import io.github.camelsagemaker.async.testinfra.Fault;
import io.github.camelsagemaker.async.testinfra.HttpCall;
import io.netty.handler.codec.http.HttpRequest;

/** Decides about each call before a server sees it. Thread-safe. */
public interface CallGate {

    /** Counts the call and tells the fault it meets, or null. */
    Fault arrived(HttpCall call, HttpRequest request);

    /** Whether an answer of 404 to this call is hidden behind a 403. */
    boolean hidesMissing(HttpCall call);
}
