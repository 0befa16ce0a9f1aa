package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.client.AwsClientConfiguration;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriParams;

/**
 * The options about what operators watch and guard.
 */
@UriParams
public abstract class OperationsConfiguration extends AwsClientConfiguration {

    @UriParam(label = "advanced", defaultValue = "false")
    private boolean propagateTraceContext;

    @UriParam(label = "security")
    private String expectedResultBucketOwner;

    public boolean isPropagateTraceContext() {
        return propagateTraceContext;
    }

    /**
     * Whether the trace of a request goes on with its result. The producer adds the header traceparent (W3C
     * Trace Context) to the custom attributes, as far as both fit into 1024 characters; a consumer with a
     * notificationQueue takes it off again and sets the header. Results found by scanning carry no attributes.
     */
    public void setPropagateTraceContext(boolean propagateTraceContext) {
        this.propagateTraceContext = propagateTraceContext;
    }

    public String getExpectedResultBucketOwner() {
        return expectedResultBucketOwner;
    }

    /**
     * The AWS account that must own the buckets of results: S3 refuses to list, read, delete or move objects
     * in a bucket of another. An account id of 12 digits. Uploads have expectedBucketOwner.
     */
    public void setExpectedResultBucketOwner(String expectedResultBucketOwner) {
        this.expectedResultBucketOwner = expectedResultBucketOwner;
    }
}
