package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.tracking.PendingInvocationStore;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/**
 * The options about tracking requests until their outcome was delivered.
 */
@UriParams
public abstract class TrackingConfiguration extends NotificationConfiguration {

    @UriParam
    @Metadata(autowired = true)
    private PendingInvocationStore pendingStore;

    @UriParam(label = "producer")
    private String pendingHeaders;

    @UriParam(label = "producer", javaType = "java.time.Duration")
    private Long pendingDeadline;

    @UriParam(label = "consumer", javaType = "java.time.Duration", defaultValue = "30000")
    private long pendingSweepInterval = 30_000;

    @UriParam(label = "consumer,advanced", javaType = "java.time.Duration", defaultValue = "300000")
    private long pendingLease = 300_000;

    @UriParam(label = "consumer,advanced", javaType = "java.time.Duration", defaultValue = "86400000")
    private long pendingRetention = 86_400_000;

    public PendingInvocationStore getPendingStore() {
        return pendingStore;
    }

    /**
     * Remembers each request from before it is sent until its outcome was delivered. The consumer then restores the
     * request's headers, and emits an exchange of status EXPIRED for a request whose result never came. When not
     * set, requests are not tracked. Excludes awaitResult in the same URI.
     */
    public void setPendingStore(PendingInvocationStore pendingStore) {
        this.pendingStore = pendingStore;
    }

    public String getPendingHeaders() {
        return pendingHeaders;
    }

    /**
     * With pendingStore: which of the request's headers are kept for its result, as names or patterns separated by
     * commas. When not set, all with simple values. Never kept are credentials (Authorization, Cookie and their
     * kin), CamelHttp*, this component's own, and what describes the payload (Content-Type and its kin).
     */
    public void setPendingHeaders(String pendingHeaders) {
        this.pendingHeaders = pendingHeaders;
    }

    public Long getPendingDeadline() {
        return pendingDeadline;
    }

    /**
     * With pendingStore: how long after it was sent a request without an outcome expires, in milliseconds, at least
     * 1000. When not set: its time in the queue (requestTtlSeconds, or 6 hours), plus its time in the model
     * (invocationTimeoutSeconds, or 15 minutes), plus 5 minutes.
     */
    public void setPendingDeadline(Long pendingDeadline) {
        this.pendingDeadline = pendingDeadline;
    }

    public long getPendingSweepInterval() {
        return pendingSweepInterval;
    }

    /**
     * With pendingStore: how often this consumer looks for expired requests, in milliseconds. 0 means never; then
     * another consumer of the same SageMaker endpoint must.
     */
    public void setPendingSweepInterval(long pendingSweepInterval) {
        this.pendingSweepInterval = pendingSweepInterval;
    }

    public long getPendingLease() {
        return pendingLease;
    }

    /**
     * With pendingStore: how long in milliseconds an expired request belongs to the consumer that claimed it, at least
     * 1000. Renewed while its exchange is under way; after a crash, this long until another node goes on. The
     * nodes' clocks must differ by far less.
     */
    public void setPendingLease(long pendingLease) {
        this.pendingLease = pendingLease;
    }

    public long getPendingRetention() {
        return pendingRetention;
    }

    /**
     * With pendingStore: how long a record is kept after its outcome was delivered, in milliseconds. Meanwhile a result
     * that lands after its request expired is marked late.
     */
    public void setPendingRetention(long pendingRetention) {
        this.pendingRetention = pendingRetention;
    }
}
