package io.github.camelsagemaker.async.benchmarks.scenario;

import io.github.camelsagemaker.async.benchmarks.Clients;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.net.URI;
import java.util.Arrays;
import java.util.Locale;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** Sends one payload and prints the peak of the heap. */
public final class LargePayloadMain {

    static final String STREAM = "stream of unknown length";
    static final String FILE = "file";
    static final String RESULT = "result: ";

    private LargePayloadMain() {}

    public static void main(String[] args) throws Exception {
        long bytes = Long.parseLong(args[3]);
        File file = File.createTempFile("payload", null);
        try (Clients clients = new Clients(URI.create(args[0]));
                DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.setStreamCaching(false);
            camel.addRoutes(new UploadFirstRoute(clients));
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:component")
                            .to("sagemaker-async:model?inputLocation=s3://payloads/in/&" + clients.componentOptions());
                }
            });
            camel.start();
            Object body = args[2].equals(STREAM) ? new Zeros(bytes) : sparse(file, bytes);
            long started = System.nanoTime();
            Exchange exchange = camel.createProducerTemplate()
                    .send(
                            args[1].equals(Names.COMPONENT) ? "direct:component" : UploadFirstRoute.FROM,
                            e -> e.getMessage().setBody(body));
            report(
                    started,
                    exchange.getException() == null
                            ? "sent"
                            : exchange.getException().getClass().getSimpleName());
        } finally {
            file.delete();
        }
    }

    static void report(long started, String result) {
        double seconds = (System.nanoTime() - started) / 1e9;
        System.out.printf(Locale.ROOT, "%s%.1f %.1f %s%n", RESULT, peakHeap() / 1048576.0, seconds, result);
    }

    private static File sparse(File file, long bytes) throws IOException {
        try (RandomAccessFile content = new RandomAccessFile(file, "rw")) {
            content.setLength(bytes);
        }
        return file;
    }

    /** The pools have their peaks at different times, so the sum may be a little more than there ever was. */
    private static long peakHeap() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getPeakUsage)
                .mapToLong(usage -> usage.getUsed())
                .sum();
    }

    private static final class Zeros extends InputStream {

        private long left;

        Zeros(long length) {
            this.left = length;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            if (left <= 0) {
                return -1;
            }
            int count = (int) Math.min(length, left);
            Arrays.fill(buffer, offset, offset + count, (byte) 0);
            left -= count;
            return count;
        }
    }
}
