package io.github.camelsagemaker.async.await;

import java.util.concurrent.CompletableFuture;

/** Finds out what became of requests, and ends them in {@link PendingReplies}. Thread-safe; no method blocks. */
interface ReplySource {

    /** Looks out for the request's output and failure from now on, until it ends. */
    void watch(WaitingRequest request);

    /** The request ended: keeps nothing of it. Also called for requests that are not watched. */
    void forget(WaitingRequest request);

    /**
     * Looks once more, because the time is over.
     *
     * @return ends when S3 has answered; if something was there, the request has ended then
     */
    CompletableFuture<Void> lastLook(WaitingRequest request);

    /** What it knows of why nothing was seen, such as a permission that is missing; or null. */
    String hint(WaitingRequest request);
}
