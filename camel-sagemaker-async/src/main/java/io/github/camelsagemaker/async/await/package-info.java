/**
 * Request-reply: exchanges that go on when their result has landed, without a thread that waits.
 *
 * <p>{@code WaitingRequests} is the register; each request in it ends exactly once. A {@code ReplySource} finds out what
 * landed: {@code S3ReplySource} by looking into S3. {@code ReplyReads} reads it, so many at a time, and hands it over.
 */
package io.github.camelsagemaker.async.await;
