package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/**
 * Sends streams and handles results, all slowly, in a JVM whose Camel has virtual threads. Prints for each of the ways how many
 * were done and how many at once at most.
 */
public final class VirtualThreadsMain {

    static final int COUNT = 40;
    static final int LIMIT = 4;

    private static final Map<String, Busy> WAYS = new ConcurrentHashMap<>();

    private VirtualThreadsMain() {}

    public static void main(String[] args) throws Exception {
        try (LocalAws aws = LocalAws.start();
                DefaultCamelContext camel = new DefaultCamelContext()) {
            aws.sdkSystemProperties().forEach(System::setProperty);
            aws.createBucket("bucket");
            aws.endpoint("quick")
                    .outputPath("s3://bucket/out/")
                    .model(request -> ModelResponse.text("answer"))
                    .create();
            aws.endpoint("awaited")
                    .outputPath("s3://bucket/awaited/")
                    .model(request -> ModelResponse.text("answer"))
                    .create();
            camel.addRoutes(new Routes());
            camel.start();
            ProducerTemplate template = camel.createProducerTemplate();
            for (int i = 0; i < COUNT; i++) {
                template.asyncSend("direct:streams", e -> e.getMessage().setBody(new Slow()));
                template.asyncSend("direct:ask", e -> e.getMessage().setBody("question"));
            }
            for (String way : new String[] {"uploads", "results", "replies"}) {
                Busy busy = busy(way);
                boolean ended = busy.left.await(2, TimeUnit.MINUTES);
                System.out.println(way + "=" + (ended ? COUNT : COUNT - busy.left.getCount()));
                System.out.println(way + "AtOnce=" + busy.most.get());
                System.out.println(way + "Thread=" + busy.thread);
            }
        }
    }

    private static Busy busy(String way) {
        return WAYS.computeIfAbsent(way, any -> new Busy());
    }

    private static final class Busy {

        private final CountDownLatch left = new CountDownLatch(COUNT);
        private final AtomicInteger now = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();
        private volatile String thread;

        void begin() {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            thread = Thread.currentThread().toString().replaceAll("\\[.*", "");
        }

        void end() {
            now.decrementAndGet();
            left.countDown();
        }
    }

    private static final class Routes extends RouteBuilder {

        @Override
        public void configure() {
            String all = "forcePathStyle=true&maxInFlight=" + LIMIT;
            from("direct:streams")
                    .noStreamCaching()
                    .to("sagemaker-async:quick?inputLocation=s3://bucket/in/&payloadMode=S3&maxUploads=" + LIMIT + "&"
                            + all);
            from("sagemaker-async:quick?outputLocation=s3://bucket/out/&initialDelay=0&delay=50&" + all)
                    .process(e -> busy("results").begin())
                    .delay(50)
                    .syncDelayed()
                    .process(e -> busy("results").end());
            from("direct:ask")
                    .to("sagemaker-async:awaited?awaitResult=true&resultPollDelay=50&" + all)
                    .process(e -> busy("replies").begin())
                    .delay(50)
                    .syncDelayed()
                    .process(e -> busy("replies").end());
        }
    }

    /** A stream of unknown length, some of which is there later. */
    private static final class Slow extends FilterInputStream {

        private boolean begun;
        private boolean ended;

        Slow() {
            super(new ByteArrayInputStream("content".getBytes()));
        }

        @Override
        public int read(byte[] b, int off, int len) throws IOException {
            if (!begun) {
                begun = true;
                busy("uploads").begin();
                try {
                    TimeUnit.MILLISECONDS.sleep(50);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            int read = super.read(b, off, len);
            if (read < 0 && !ended) {
                ended = true;
                busy("uploads").end();
            }
            return read;
        }
    }
}
