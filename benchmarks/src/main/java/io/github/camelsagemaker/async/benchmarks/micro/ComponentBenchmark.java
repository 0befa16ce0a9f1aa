package io.github.camelsagemaker.async.benchmarks.micro;

import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.benchmarks.server.Notifications;
import io.github.camelsagemaker.async.internal.request.InferenceRequest;
import io.github.camelsagemaker.async.internal.request.KeptPayloads;
import io.github.camelsagemaker.async.internal.request.Payload;
import io.github.camelsagemaker.async.internal.request.PayloadReader;
import io.github.camelsagemaker.async.internal.request.ProducerSettings;
import io.github.camelsagemaker.async.internal.request.RequestReader;
import io.github.camelsagemaker.async.internal.result.NotificationParser;
import io.github.camelsagemaker.async.internal.result.ResultEvent;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What the component itself does for a request and for a notification, on one thread and without a network. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 7, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class ComponentBenchmark {

    private PayloadReader payloads;
    private DefaultCamelContext camel;
    private RequestReader requests;
    private Exchange bytes;
    private Exchange text;
    private String plain;
    private String withResult;
    private String inEnvelope;

    @Setup
    public void prepare() {
        camel = new DefaultCamelContext();
        ProducerSettings settings = ProducerSettings.of("model", new SageMakerAsyncConfiguration());
        requests = new RequestReader(settings);
        payloads = new PayloadReader(settings, new KeptPayloads());
        bytes = new DefaultExchange(camel);
        bytes.getMessage().setBody(new byte[1024]);
        text = new DefaultExchange(camel);
        text.getMessage().setBody("x".repeat(1024));
        plain = Notifications.completed("model", "s3://bucket/out/1.out", "id-1", 0);
        withResult = Notifications.completed("model", "s3://bucket/out/1.out", "id-1", 1024);
        inEnvelope =
                "{\"Type\":\"Notification\",\"TopicArn\":\"arn:aws:sns:us-east-1:123456789012:done\",\"Message\":\""
                        + withResult.replace("\"", "\\\"") + "\"}";
    }

    @TearDown
    public void close() throws Exception {
        camel.close();
    }

    @Benchmark
    public Payload readBytesOfOneKiB() {
        InferenceRequest request = requests.read(bytes.getMessage());
        return payloads.read(bytes, request);
    }

    @Benchmark
    public Payload readTextOfOneKiB() {
        InferenceRequest request = requests.read(text.getMessage());
        return payloads.read(text, request);
    }

    @Benchmark
    public List<ResultEvent.Facts> parseNotification() {
        return parse(plain);
    }

    @Benchmark
    public List<ResultEvent.Facts> parseNotificationWithResultOfOneKiB() {
        return parse(withResult);
    }

    @Benchmark
    public List<ResultEvent.Facts> parseNotificationInEnvelope() {
        return parse(inEnvelope);
    }

    private static List<ResultEvent.Facts> parse(String message) {
        return NotificationParser.parse(message, unreadable -> {});
    }
}
