package io.github.camelsagemaker.async.tracking;

import java.time.Instant;

/**
 * How many invocations of an endpoint are in which state. Records that were purged count no more.
 *
 * @param pending no outcome delivered yet
 * @param completed result delivered
 * @param failed failure delivered
 * @param expired expiry delivered, and no result since
 * @param oldestPending when the oldest pending record was made; null without any
 */
public record PendingStatistics(long pending, long completed, long failed, long expired, Instant oldestPending) {}
