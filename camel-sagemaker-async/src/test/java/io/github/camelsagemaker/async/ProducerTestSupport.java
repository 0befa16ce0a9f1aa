package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.testinfra.AcceptedRequest;
import io.github.camelsagemaker.async.testinfra.LocalAws;
import java.net.URI;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;

/** SageMaker and S3 on real sockets, one for each class; a Camel context with the component for each test. */
abstract class ProducerTestSupport {

    static final String INPUTS = "s3://inputs/in/";

    static LocalAws aws;

    final DefaultCamelContext camel = new DefaultCamelContext();
    ProducerTemplate template;

    @BeforeAll
    static void startAws() {
        aws = LocalAws.start();
        aws.createBucket("inputs");
        aws.createBucket("results");
        endpoint("echo");
        endpoint("other");
    }

    @AfterAll
    static void stopAws() {
        aws.close();
    }

    static void endpoint(String name) {
        aws.endpoint(name)
                .outputPath("s3://results/" + name + "/out")
                .failurePath("s3://results/" + name + "/failed")
                .create();
    }

    @BeforeEach
    void startCamel() {
        aws.faults().clear();
        aws.ledger().reset();
        SageMakerAsyncComponent component = new SageMakerAsyncComponent();
        configure(component);
        camel.addComponent("sagemaker-async", component);
        camel.start();
        template = camel.createProducerTemplate();
    }

    void configure(SageMakerAsyncComponent component) {
        component.getConfiguration().setS3AsyncClient(aws.s3Client());
        component.getConfiguration().setSageMakerRuntimeAsyncClient(aws.sageMakerClient());
    }

    @AfterEach
    void stopCamel() {
        camel.stop();
        for (S3Object left : inputs()) {
            aws.s3Client().deleteObject(d -> d.bucket("inputs").key(left.key())).join();
        }
    }

    /** Nobody listens where it calls; a port that was free a moment ago may be another test's. */
    static SageMakerRuntimeAsyncClient unreachableClient() {
        return SageMakerRuntimeAsyncClient.builder()
                .region(Region.of(aws.region()))
                .endpointOverride(URI.create("http://127.0.0.1:1"))
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .overrideConfiguration(o -> o.retryStrategy(r -> r.backoffStrategy(attempt -> Duration.ZERO)))
                .build();
    }

    /** Runs direct:in to the endpoint, without error handler and without stream caching. */
    void route(String uri) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:in").noStreamCaching().to(uri);
            }
        });
    }

    Exchange send(Object body) {
        return send(body, Map.of());
    }

    Exchange send(Object body, Map<String, Object> headers) {
        return template.send("direct:in", exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().getHeaders().putAll(headers);
        });
    }

    Exchange sent(Object body, Map<String, Object> headers) {
        Exchange exchange = send(body, headers);
        assertThat(exchange.getException()).isNull();
        return exchange;
    }

    /** The request that the exchange's receipt is for, once the model has read it. */
    static AcceptedRequest processed(Exchange exchange) {
        String id = header(exchange, SageMakerAsyncConstants.INFERENCE_ID);
        return Awaitility.await()
                .until(
                        () -> aws.ledger().accepted(id),
                        r -> r != null && r.outcome().isFinal());
    }

    static String header(Exchange exchange, String name) {
        return exchange.getMessage().getHeader(name, String.class);
    }

    /** What is in the bucket of uploads. */
    static List<S3Object> inputs() {
        return s3().listObjectsV2(l -> l.bucket("inputs")).join().contents();
    }

    static void assertNothingLeftInS3() {
        assertThat(inputs()).isEmpty();
        assertThat(s3().listMultipartUploads(l -> l.bucket("inputs")).join().uploads())
                .isEmpty();
    }

    static S3AsyncClient s3() {
        return aws.s3Client();
    }

    static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
