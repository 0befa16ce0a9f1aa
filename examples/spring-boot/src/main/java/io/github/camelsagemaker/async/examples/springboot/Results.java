package io.github.camelsagemaker.async.examples.springboot;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationContext;
import org.springframework.stereotype.Service;

/**
 * Brings documents and results together by the inference id, which a notification tells. Ends the application after
 * {@code example.stop-after} results.
 */
@Service
class Results {

    private static final Logger LOG = LoggerFactory.getLogger(Results.class);

    private final Map<String, String> documents = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final ApplicationContext application;
    private final int stopAfter;

    Results(ApplicationContext application, @Value("${example.stop-after}") int stopAfter) {
        this.application = application;
        this.stopAfter = stopAfter;
    }

    void sent(
            @Header(Exchange.FILE_NAME) String document,
            @Header(SageMakerAsyncConstants.INFERENCE_ID) String id,
            @Header(SageMakerAsyncConstants.PAYLOAD_MODE) String way) {
        documents.put(id, document);
        LOG.info("sent {} ({})", document, way);
    }

    void received(
            @Body String body,
            @Header(SageMakerAsyncConstants.INFERENCE_ID) String id,
            @Header(SageMakerAsyncConstants.INVOCATION_STATUS) InferenceStatus status,
            @Header(SageMakerAsyncConstants.FAILURE_REASON) String reason) {
        LOG.info("{} {}: {}", status, documents.getOrDefault(id, id), reason == null ? body : reason);
        if (count.incrementAndGet() == stopAfter) {
            // Not on this thread: the route is stopped meanwhile, and waits for it.
            new Thread(() -> SpringApplication.exit(application), "stop").start();
        }
    }
}
