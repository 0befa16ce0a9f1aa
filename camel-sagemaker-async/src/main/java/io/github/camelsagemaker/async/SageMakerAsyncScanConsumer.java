package io.github.camelsagemaker.async;

import java.util.Queue;
import org.apache.camel.Processor;
import org.apache.camel.support.ScheduledBatchPollingConsumer;

/** Emits results that it finds by listing S3. */
public class SageMakerAsyncScanConsumer extends ScheduledBatchPollingConsumer {

    SageMakerAsyncScanConsumer(SageMakerAsyncEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
    }

    @Override
    protected int poll() throws Exception {
        return 0;
    }

    @Override
    public int processBatch(Queue<Object> exchanges) throws Exception {
        return 0;
    }
}
