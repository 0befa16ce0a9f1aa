package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.camelsagemaker.async.testinfra.Fault;
import io.github.camelsagemaker.async.testinfra.LocalAwsExtension;
import java.time.Duration;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;

/** Routes whose buckets do not exist are refused when they start. */
@Timeout(120)
@Tag("any-camel")
class RequiredBucketsTest {

    @RegisterExtension
    static final LocalAwsExtension AWS = new LocalAwsExtension();

    private final String bucket = "b-" + UUID.randomUUID();
    private final String missing = "no-such-" + UUID.randomUUID();
    private final DefaultCamelContext context = new DefaultCamelContext();

    @BeforeEach
    void bucketAndClients() {
        AWS.aws().createBucket(bucket);
        AWS.aws().ledger().reset();
        bindClients(context);
    }

    private static void bindClients(DefaultCamelContext camel) {
        camel.getRegistry().bind("s3", AWS.aws().s3Client());
        camel.getRegistry().bind("sageMaker", AWS.aws().sageMakerClient());
        camel.getRegistry().bind("sqs", AWS.aws().sqsClient());
    }

    @AfterEach
    void stop() {
        context.stop();
        AWS.aws().faults().clear();
    }

    @Test
    void aProducerNamesOptionBucketAndRemedy() {
        assertRefused("direct:in", producer("inputLocation=s3://" + missing + "/in/"), "inputLocation");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "outputLocation=s3://%1$s/out/",
                "failureLocation=s3://%1$s/failed/&outputLocation=s3://%2$s/out/",
                "moveLocation=s3://%1$s/done/&moveAfterRead=true&outputLocation=s3://%2$s/out/",
                "moveFailedLocation=s3://%1$s/bad/&maxAttempts=3&outputLocation=s3://%2$s/out/",
                "inputLocation=s3://%1$s/in/&deleteInputAfterRead=true&outputLocation=s3://%2$s/out/"
            })
    void aConsumerNamesOptionBucketAndRemedy(String options) {
        String option = options.substring(0, options.indexOf('='));

        assertRefused("sagemaker-async:e?" + options.formatted(missing, bucket), "log:result", option);
    }

    @Test
    void aQueueConsumerCreatesNoQueueBefore() {
        String queue = "q-" + UUID.randomUUID();

        assertRefused(
                "sagemaker-async:e?outputLocation=s3://" + missing + "/out/&autoCreateQueue=true&notificationQueue="
                        + queue,
                "log:result",
                "outputLocation");

        assertThat(AWS.aws().ledger().calls("CreateQueue")).isZero();
    }

    @Test
    void oneBucketIsAskedForOnceByAllRoutes() throws Exception {
        route("direct:a", producer("inputLocation=s3://" + bucket + "/a/"));
        route("direct:b", producer("inputLocation=s3://" + bucket + "/b/"));
        route(
                "sagemaker-async:e?outputLocation=s3://" + bucket + "/out/&failureLocation=s3://" + bucket + "/failed/",
                "log:result");

        context.start();

        assertThat(AWS.aws().ledger().calls("HeadBucket")).isEqualTo(1);
    }

    @Test
    void producersThatStartTogetherAskForTheirBucketsSideBySide() throws Exception {
        AWS.aws().faults().forS3("HeadBucket", Integer.MAX_VALUE, Fault.slow(Duration.ofSeconds(1)));
        long one;
        try (DefaultCamelContext alone = new DefaultCamelContext()) {
            bindClients(alone);
            route(alone, "direct:in", producer("inputLocation=s3://" + bucket + "/in/"));
            one = nanosOf(alone::start);
        }
        for (int i = 0; i < 8; i++) {
            AWS.aws().createBucket(bucket + i);
            route("direct:" + i, producer("inputLocation=s3://" + bucket + i + "/in/"));
        }

        assertThat(nanosOf(context::start)).isLessThan(3 * one);

        assertThat(AWS.aws().ledger().calls("HeadBucket")).isEqualTo(9);
    }

    private static long nanosOf(Runnable step) {
        long begun = System.nanoTime();
        step.run();
        return System.nanoTime() - begun;
    }

    @Test
    void aBucketThatWasMissingIsAskedForAgain() throws Exception {
        context.start();
        String consumer = "sagemaker-async:e?outputLocation=s3://" + missing + "/out/&failureLocation=s3://" + bucket
                + "/failed/";
        assertThatThrownBy(() -> route(consumer, "log:result")).isNotNull();
        AWS.aws().createBucket(missing);

        assertThatCode(() -> route(consumer, "log:result")).doesNotThrowAnyException();
    }

    @Test
    void aProducerThatStartsOnACallersThreadAsksNobody() throws Exception {
        route("direct:in", "direct:unused");
        context.start();
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:dynamic")
                        .toD("sagemaker-async:${header.name}?"
                                + producer("inputLocation=s3://" + missing + "/in/")
                                        .split("[?]")[1]);
            }
        });

        Exchange exchange = context.createProducerTemplate()
                .send("direct:dynamic", e -> e.getMessage().setHeader("name", "e"));

        assertThat(AWS.aws().ledger().calls("HeadBucket")).isZero();
        assertThat(exchange.isFailed()).isTrue();
    }

    @Test
    void withoutPermissionTheRouteStarts() throws Exception {
        AWS.aws().faults().forS3("HeadBucket", 1, Fault.accessDenied403());
        route("direct:in", producer("inputLocation=s3://" + missing + "/in/"));

        assertThatCode(context::start).doesNotThrowAnyException();
    }

    @Test
    void whileS3IsOutOfOrderTheRouteStarts() throws Exception {
        AWS.aws().faults().forS3("HeadBucket", Integer.MAX_VALUE, Fault.unavailable503());
        route("direct:in", producer("inputLocation=s3://" + missing + "/in/"));

        assertThatCode(context::start).doesNotThrowAnyException();
    }

    @Test
    void withTheCheckOffNothingIsAsked() throws Exception {
        route("direct:in", producer("inputLocation=s3://" + missing + "/in/&checkBucketsAtStart=false"));

        context.start();

        assertThat(AWS.aws().ledger().calls("HeadBucket")).isZero();
    }

    private void assertRefused(String from, String to, String option) {
        Throwable refusal = catchThrowable(() -> {
            route(from, to);
            context.start();
        });

        assertThat(refusal)
                .hasStackTraceContaining("Option " + option + " is 's3://" + missing + "/")
                .hasStackTraceContaining("there is no bucket '" + missing + "'. Create it, or correct the option")
                .rootCause()
                .isInstanceOf(NoSuchBucketException.class);
        assertThat(context.isStarted()).isFalse();
    }

    private String producer(String options) {
        return "sagemaker-async:e?" + options;
    }

    private void route(String from, String to) throws Exception {
        route(context, from, to);
    }

    private static void route(DefaultCamelContext camel, String from, String to) throws Exception {
        camel.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from(from).to(to);
            }
        });
    }
}
