package io.github.camelsagemaker.async.benchmarks.micro;

import io.github.camelsagemaker.async.SageMakerAsyncComponent;
import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncProducer;
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

/** What the component and Camel do for a request, with a client that answers at once. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 10, time = 1)
@Measurement(iterations = 7, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class ComponentBenchmark {

    private DefaultCamelContext camel;
    private AsyncProducer producer;

    @Setup
    public void start() throws Exception {
        SageMakerAsyncConfiguration options = new SageMakerAsyncConfiguration();
        options.setSageMakerRuntimeAsyncClient(new ImmediateEndpoint());
        SageMakerAsyncComponent component = new SageMakerAsyncComponent();
        component.setConfiguration(options);
        camel = new DefaultCamelContext();
        camel.addComponent("sagemaker-async", component);
        camel.start();
        producer = camel.getEndpoint("sagemaker-async:model?payloadMode=INLINE").createAsyncProducer();
        camel.addService(producer);
    }

    @TearDown
    public void close() throws Exception {
        camel.close();
    }

    @Benchmark
    public Exchange requestOfBytes() throws InterruptedException {
        return send(new byte[1024]);
    }

    @Benchmark
    public Exchange requestOfText() throws InterruptedException {
        return send("x".repeat(1024));
    }

    private Exchange send(Object body) throws InterruptedException {
        Exchange exchange = new DefaultExchange(camel);
        exchange.getMessage().setBody(body);
        CountDownLatch done = new CountDownLatch(1);
        producer.process(exchange, sync -> done.countDown());
        done.await();
        if (exchange.isFailed()) {
            throw new IllegalStateException("The request failed", exchange.getException());
        }
        return exchange;
    }
}
