package io.github.camelsagemaker.async;

import org.apache.camel.RuntimeCamelException;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/**
 * All options of the component and its endpoints. Not thread-safe; each endpoint holds its own copy.
 */
@UriParams
public class SageMakerAsyncConfiguration extends TrackingConfiguration implements Cloneable {

    @UriParam(label = "consumer")
    private String outputLocation;

    @UriParam(label = "consumer")
    private String failureLocation;

    @UriParam(label = "consumer", defaultValue = "EXCHANGE")
    private OnFailedInference onFailedInference = OnFailedInference.EXCHANGE;

    @UriParam(label = "consumer", defaultValue = "true")
    private boolean includeBody = true;

    @UriParam(label = "consumer", defaultValue = "false")
    private boolean streamBody;

    // Where nothing is said, the generator would claim the default false, and scanning deletes.
    @UriParam(
            label = "consumer",
            defaultValue = "true",
            defaultValueNote = "true when scanning, unless moveAfterRead; false with a notificationQueue")
    private Boolean deleteAfterRead;

    @UriParam(label = "consumer", defaultValue = "false")
    private boolean moveAfterRead;

    @UriParam(label = "consumer")
    private String moveLocation;

    @UriParam(label = "consumer", defaultValue = "0")
    private int maxAttempts;

    @UriParam(label = "consumer")
    private String moveFailedLocation;

    @UriParam(label = "consumer", defaultValue = "false")
    private boolean deleteInputAfterRead;

    @UriParam(label = "consumer,advanced")
    private IdempotentRepository idempotentRepository;

    @UriParam(label = "consumer,advanced")
    private String idempotentKey;

    @UriParam(label = "consumer,advanced", defaultValue = "false")
    private boolean idempotentEager;

    @UriParam(label = "consumer,advanced")
    private IdempotentRepository inProgressRepository;

    @UriParam(label = "advanced", defaultValue = "64")
    private int maxInFlight = 64;

    @UriParam(label = "consumer", defaultValue = "1000")
    private int maxMessagesPerPoll = 1000;

    @UriParam(label = "common,advanced")
    private HeaderFilterStrategy headerFilterStrategy;

    public String getOutputLocation() {
        return outputLocation;
    }

    /**
     * Where the endpoint writes results, of the form s3://bucket/prefix/. Mandatory for a consumer. A prefix
     * belongs to one SageMaker endpoint.
     */
    public void setOutputLocation(String outputLocation) {
        this.outputLocation = outputLocation;
    }

    public String getFailureLocation() {
        return failureLocation;
    }

    /**
     * Where the endpoint writes failures, of the form s3://bucket/prefix/. May lie inside outputLocation: the
     * most specific prefix wins.
     */
    public void setFailureLocation(String failureLocation) {
        this.failureLocation = failureLocation;
    }

    public OnFailedInference getOnFailedInference() {
        return onFailedInference;
    }

    /**
     * What is done with a failed inference. EXCHANGE: emit an exchange with status FAILED and the failure as
     * body. EXCEPTION: hand an InferenceFailedException to the route's error handler. IGNORE: settle, count and
     * log it.
     */
    public void setOnFailedInference(OnFailedInference onFailedInference) {
        this.onFailedInference = onFailedInference;
    }

    public boolean isIncludeBody() {
        return includeBody;
    }

    /** Whether the result is read into the message body. Otherwise the exchange has headers only. */
    public void setIncludeBody(boolean includeBody) {
        this.includeBody = includeBody;
    }

    public boolean isStreamBody() {
        return streamBody;
    }

    /**
     * Whether the body is a stream that reads from S3 as the route reads it, instead of bytes in memory. It can
     * be read again (it is a StreamCache) and is closed when the exchange is done.
     */
    public void setStreamBody(boolean streamBody) {
        this.streamBody = streamBody;
    }

    /** Null when not set: true when scanning, unless moveAfterRead; false with a notificationQueue. */
    public Boolean getDeleteAfterRead() {
        return deleteAfterRead;
    }

    /** Whether the object in S3 is deleted after the exchange succeeded. */
    public void setDeleteAfterRead(Boolean deleteAfterRead) {
        this.deleteAfterRead = deleteAfterRead;
    }

    public boolean isMoveAfterRead() {
        return moveAfterRead;
    }

    /**
     * Whether the object in S3 is moved to moveLocation, instead of deleted, after the exchange succeeded.
     * Objects over 5 GB cannot be moved.
     */
    public void setMoveAfterRead(boolean moveAfterRead) {
        this.moveAfterRead = moveAfterRead;
    }

    public String getMoveLocation() {
        return moveLocation;
    }

    /**
     * Where moveAfterRead moves objects to, of the form s3://bucket/prefix/. Must not lie inside outputLocation
     * or failureLocation.
     */
    public void setMoveLocation(String moveLocation) {
        this.moveLocation = moveLocation;
    }

    public int getMaxAttempts() {
        return maxAttempts;
    }

    /**
     * When scanning: after how many failed exchanges an object is moved to moveFailedLocation. 0 means it is
     * tried for ever. Counted in memory, per object.
     */
    public void setMaxAttempts(int maxAttempts) {
        this.maxAttempts = maxAttempts;
    }

    public String getMoveFailedLocation() {
        return moveFailedLocation;
    }

    /**
     * Where objects go after maxAttempts failed exchanges, of the form s3://bucket/prefix/. Must not lie inside
     * outputLocation or failureLocation.
     */
    public void setMoveFailedLocation(String moveFailedLocation) {
        this.moveFailedLocation = moveFailedLocation;
    }

    public boolean isDeleteInputAfterRead() {
        return deleteInputAfterRead;
    }

    /**
     * Whether the request's payload in S3 is deleted after the exchange succeeded. Only where the input is
     * known, and only below inputLocation. When scanning, inputs are known that a producer of the same
     * component staged recently, or that are in the pendingStore.
     */
    public void setDeleteInputAfterRead(boolean deleteInputAfterRead) {
        this.deleteInputAfterRead = deleteInputAfterRead;
    }

    public IdempotentRepository getIdempotentRepository() {
        return idempotentRepository;
    }

    /**
     * Remembers which results were handled, so that duplicates are dropped. When not set: in memory. Mandatory
     * when results stay where they are (deleteAfterRead=false without moveAfterRead).
     */
    public void setIdempotentRepository(IdempotentRepository idempotentRepository) {
        this.idempotentRepository = idempotentRepository;
    }

    public String getIdempotentKey() {
        return idempotentKey;
    }

    /**
     * A Simple expression for the key remembered, evaluated with the headers that the result's source tells. When not
     * set, the result's place and version: a name that is used again is a new result.
     */
    public void setIdempotentKey(String idempotentKey) {
        this.idempotentKey = idempotentKey;
    }

    public boolean isIdempotentEager() {
        return idempotentEager;
    }

    /**
     * Whether the key is remembered before the exchange is processed, not after it succeeded. Then a crash
     * loses the result instead of repeating it. With an idempotentRepository that nodes share it needs an
     * inProgressRepository that they share too.
     */
    public void setIdempotentEager(boolean idempotentEager) {
        this.idempotentEager = idempotentEager;
    }

    public IdempotentRepository getInProgressRepository() {
        return inProgressRepository;
    }

    /**
     * Holds what is being processed, besides what the node knows itself, so that several nodes that share it do not
     * process the same result at once.
     */
    public void setInProgressRepository(IdempotentRepository inProgressRepository) {
        this.inProgressRepository = inProgressRepository;
    }

    public int getMaxInFlight() {
        return maxInFlight;
    }

    /**
     * How many results are in the route at once, 1 to 10000. For a producer, how many streams and files it reads
     * at once; what is in memory waits for none of them.
     */
    public void setMaxInFlight(int maxInFlight) {
        this.maxInFlight = maxInFlight;
    }

    public int getMaxMessagesPerPoll() {
        return maxMessagesPerPoll;
    }

    /**
     * When scanning: how many results one poll emits at most. The next poll goes on behind them. 0 means no
     * limit.
     */
    public void setMaxMessagesPerPoll(int maxMessagesPerPoll) {
        this.maxMessagesPerPoll = maxMessagesPerPoll;
    }

    public HeaderFilterStrategy getHeaderFilterStrategy() {
        return headerFilterStrategy;
    }

    /**
     * Filters what becomes a header of the exchange from notifications or object metadata. When not set, names
     * that begin with Camel, whatever their case, are dropped.
     */
    public void setHeaderFilterStrategy(HeaderFilterStrategy headerFilterStrategy) {
        this.headerFilterStrategy = headerFilterStrategy;
    }

    /** A copy that can be changed without changing this one. Clients and repositories are shared. */
    public SageMakerAsyncConfiguration copy() {
        try {
            return (SageMakerAsyncConfiguration) super.clone();
        } catch (CloneNotSupportedException e) {
            throw new RuntimeCamelException(e);
        }
    }
}
