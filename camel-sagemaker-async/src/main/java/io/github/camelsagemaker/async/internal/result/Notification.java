package io.github.camelsagemaker.async.internal.result;

import io.github.camelsagemaker.async.error.MalformedNotificationException;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.time.Instant;

/**
 * One piece of news from a message, as its sender wrote it. What it says is not to be trusted before the
 * consumer's policy has judged it. SageMaker says how an invocation ended: a {@link Landing}.
 */
public sealed interface Notification
        permits Landing, Notification.ObjectCreated, Notification.Unreadable, Notification.Other {

    /**
     * S3 says that an object was created.
     *
     * @param size its size in bytes, or null
     * @param etag its ETag, in quotes as S3's API gives it, or null
     * @param eventTime when it was created, or null
     */
    record ObjectCreated(S3Location object, Long size, String etag, Instant eventTime) implements Notification {}

    /** One of several pieces of news in a message, which cannot be understood. */
    record Unreadable(MalformedNotificationException reason) implements Notification {}

    /** A message that was understood and means no result, such as s3:TestEvent. */
    record Other(String what) implements Notification {}
}
