package io.github.camelsagemaker.async.faults;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.http.HttpMetric;
import software.amazon.awssdk.metrics.MetricCollection;
import software.amazon.awssdk.metrics.MetricPublisher;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/**
 * Tells which connections of a client are in use: the SDK says so with each call, so one more call is made. A connection whose
 * answer nobody reads to its end stays in use.
 */
final class Leases {

    private final Map<String, Consumer<MetricPublisher>> probes = new LinkedHashMap<>();
    private final Map<String, Integer> idle;

    /** The clients are not in use yet. */
    Leases(String bucket, SageMakerRuntimeAsyncClient sageMaker, S3AsyncClient s3, SqsAsyncClient sqs) {
        probes.put(
                "SageMaker",
                publisher -> sageMaker.invokeEndpointAsync(call -> call.endpointName("nobody")
                        .inputLocation("s3://nowhere/at-all")
                        .overrideConfiguration(telling(publisher))));
        probes.put(
                "S3",
                publisher -> s3.headBucket(call -> call.bucket(bucket).overrideConfiguration(telling(publisher))));
        probes.put("SQS", publisher -> sqs.listQueues(call -> call.overrideConfiguration(telling(publisher))));
        idle = leased();
    }

    private static Consumer<AwsRequestOverrideConfiguration.Builder> telling(MetricPublisher publisher) {
        return override -> override.addMetricPublisher(publisher);
    }

    /** How many more connections each client has in use than at the beginning. */
    Map<String, Integer> more() {
        Map<String, Integer> more = new LinkedHashMap<>();
        leased().forEach((client, leased) -> {
            if (leased > idle.get(client)) {
                more.put(client, leased - idle.get(client));
            }
        });
        return more;
    }

    private Map<String, Integer> leased() {
        Map<String, Integer> leased = new LinkedHashMap<>();
        probes.forEach((client, probe) -> leased.put(client, leased(probe)));
        return leased;
    }

    private static int leased(Consumer<MetricPublisher> probe) {
        CompletableFuture<Integer> told = new CompletableFuture<>();
        probe.accept(new MetricPublisher() {
            @Override
            public void publish(MetricCollection call) {
                told.complete(leased(call).max().orElse(Integer.MAX_VALUE));
            }

            @Override
            public void close() {
                // nothing is open
            }
        });
        return told.orTimeout(20, TimeUnit.SECONDS).join();
    }

    private static IntStream leased(MetricCollection call) {
        return IntStream.concat(
                call.metricValues(HttpMetric.LEASED_CONCURRENCY).stream().mapToInt(Integer::intValue),
                call.children().stream().flatMapToInt(Leases::leased));
    }
}
