package io.github.camelsagemaker.async;

import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.LocalAwsExtension;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.s3.model.EncodingType;
import software.amazon.awssdk.services.s3.model.S3Object;

/** A bucket and a CamelContext of its own for each test, over real sockets. */
@Timeout(120)
abstract class ScanTestSupport {

    @RegisterExtension
    static final LocalAwsExtension SERVERS = new LocalAwsExtension();

    protected final String bucket = "b-" + UUID.randomUUID();
    protected final CamelContext context = new DefaultCamelContext();

    @BeforeEach
    void bucketAndClients() {
        aws().createBucket(bucket);
        aws().ledger().reset();
        context.getRegistry().bind("s3", aws().s3Client());
        context.getRegistry().bind("sageMaker", aws().sageMakerClient());
        context.getShutdownStrategy().setTimeout(20);
    }

    @AfterEach
    void stopAndForgetFaults() {
        context.stop();
        aws().faults().clear();
    }

    protected static LocalAws aws() {
        return SERVERS.aws();
    }

    /** A consumer of the endpoint "e" on out/ that polls often. */
    protected String scan(String... options) {
        return scanOf("e", options);
    }

    protected String scanOf(String endpoint, String... options) {
        return "sagemaker-async:" + endpoint + "?outputLocation=" + at("out/") + "&initialDelay=0&delay=50"
                + (options.length == 0 ? "" : "&" + String.join("&", options));
    }

    protected String at(String prefix) {
        return "s3://" + bucket + "/" + prefix;
    }

    protected void put(String key, String content) {
        put(key, content.getBytes(StandardCharsets.UTF_8));
    }

    protected void put(String key, byte[] content) {
        aws().putObject(bucket, key, content, "text/plain");
    }

    protected void start(RouteBuilder routes) throws Exception {
        context.addRoutes(routes);
        context.start();
    }

    /** The keys of all objects, asked for with a listing that counts as a call. */
    protected List<String> keys() {
        return aws()
                .s3Client()
                .listObjectsV2(list -> list.bucket(bucket).encodingType(EncodingType.URL))
                .join()
                .contents()
                .stream()
                .map(S3Object::key)
                .toList();
    }

    protected static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50));
    }

    protected static void eventually(Callable<Boolean> condition) {
        eventually().until(condition);
    }
}
