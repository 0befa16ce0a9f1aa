/**
 * Request-reply: exchanges that go on when their result has landed, without a thread that waits.
 *
 * <p>{@code PendingReplies} is the register; each request in it ends exactly once. What landed {@code S3ReplySource} finds
 * out by looking into S3, and {@code ReplyMessages} by notifications. {@code ReplyReads} reads it, so many at a time, and hands
 * it over.
 */
package io.github.camelsagemaker.async.internal.reply;
