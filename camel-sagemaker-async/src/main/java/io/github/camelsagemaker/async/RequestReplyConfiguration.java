package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.await.ForeignReplies;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/**
 * The options about awaiting results.
 */
@UriParams
public abstract class RequestReplyConfiguration extends OperationsConfiguration {

    @UriParam(label = "producer", defaultValue = "false")
    private boolean awaitResult;

    @UriParam(label = "producer", javaType = "java.time.Duration")
    private Long resultTimeout;

    @UriParam(label = "producer", defaultValue = "true")
    private boolean deleteResultAfterAwait = true;

    @UriParam(label = "producer", defaultValue = "false")
    private boolean deleteInputAfterAwait;

    @UriParam(label = "producer,advanced", defaultValue = "250", javaType = "java.time.Duration")
    private long resultPollDelay = 250;

    @UriParam(label = "producer,advanced", defaultValue = "5000", javaType = "java.time.Duration")
    private long resultPollMaxDelay = 5000;

    @UriParam(label = "producer", defaultValue = "LEAVE")
    private ForeignReplies foreignReplies = ForeignReplies.LEAVE;

    @UriParam(label = "producer,advanced", defaultValue = "60000", javaType = "java.time.Duration")
    private long resultReconcileInterval = 60_000;

    public boolean isAwaitResult() {
        return awaitResult;
    }

    /**
     * Whether the exchange waits for its result, without holding a thread, and goes on with it as body. Otherwise
     * it goes on at once, with the receipt in its headers. A failed inference becomes an
     * InferenceFailedException.
     */
    public void setAwaitResult(boolean awaitResult) {
        this.awaitResult = awaitResult;
    }

    public Long getResultTimeout() {
        return resultTimeout;
    }

    /**
     * With awaitResult: how long an exchange waits after SageMaker accepted its request, in milliseconds. Then it
     * fails with an ExchangeTimedOutException. When not set: the request's time in the queue (requestTtlSeconds,
     * or 6 hours), plus its time in the model (invocationTimeoutSeconds, or 15 minutes), plus one minute.
     */
    public void setResultTimeout(Long resultTimeout) {
        this.resultTimeout = resultTimeout;
    }

    public boolean isDeleteResultAfterAwait() {
        return deleteResultAfterAwait;
    }

    /**
     * With awaitResult: whether the output object is deleted, within about a second, after the exchange that got
     * it succeeded. Failure objects stay.
     */
    public void setDeleteResultAfterAwait(boolean deleteResultAfterAwait) {
        this.deleteResultAfterAwait = deleteResultAfterAwait;
    }

    public boolean isDeleteInputAfterAwait() {
        return deleteInputAfterAwait;
    }

    /**
     * With awaitResult: whether the payload that was uploaded to inputLocation is deleted after the exchange that
     * got the result succeeded. A payload that the exchange named itself is never deleted.
     */
    public void setDeleteInputAfterAwait(boolean deleteInputAfterAwait) {
        this.deleteInputAfterAwait = deleteInputAfterAwait;
    }

    public ForeignReplies getForeignReplies() {
        return foreignReplies;
    }

    /**
     * With awaitResult and a notificationQueue that was there already: what is done with notifications about
     * results that this producer does not await. LEAVE: make them visible to other receivers, after a second, and
     * every 30 seconds once they were received ten times; each receive counts for a redrive policy. ACKNOWLEDGE:
     * delete them, for a queue that nobody else receives from.
     */
    public void setForeignReplies(ForeignReplies foreignReplies) {
        this.foreignReplies = foreignReplies;
    }

    public long getResultReconcileInterval() {
        return resultReconcileInterval;
    }

    /**
     * With awaitResult and notificationQueue: the interval in milliseconds at which S3 is asked for results whose
     * notification was lost, at least 1000. Each request is looked for once more before it times out.
     */
    public void setResultReconcileInterval(long resultReconcileInterval) {
        this.resultReconcileInterval = resultReconcileInterval;
    }

    public long getResultPollDelay() {
        return resultPollDelay;
    }

    /**
     * With awaitResult and without notificationQueue: the first interval in milliseconds at which S3 is asked for results, at least 1. It grows
     * to half of the time that has been waited already.
     */
    public void setResultPollDelay(long resultPollDelay) {
        this.resultPollDelay = resultPollDelay;
    }

    public long getResultPollMaxDelay() {
        return resultPollMaxDelay;
    }

    /**
     * With awaitResult and without notificationQueue: the longest interval in milliseconds at which S3 is asked for
     * results.
     */
    public void setResultPollMaxDelay(long resultPollMaxDelay) {
        this.resultPollMaxDelay = resultPollMaxDelay;
    }
}
