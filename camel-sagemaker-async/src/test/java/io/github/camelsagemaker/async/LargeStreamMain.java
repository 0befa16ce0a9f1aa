package io.github.camelsagemaker.async;

import java.io.File;
import java.io.InputStream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;

/** Sends a stream of so many bytes and of unknown length, in a JVM of its own. Prints the receipt. */
public final class LargeStreamMain {

    private LargeStreamMain() {}

    /** The byte at a position: different in each part, and within a part. */
    static byte byteAt(long position) {
        return (byte) (position ^ (position >>> 8) ^ (position >>> 16) ^ (position >>> 24));
    }

    public static void main(String[] args) throws Exception {
        long length = Long.parseLong(args[0]);
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    errorHandler(noErrorHandler());
                    from("direct:in").noStreamCaching().to(args[1]);
                }
            });
            camel.start();
            Exchange exchange = camel.createProducerTemplate().send("direct:in", e -> e.getMessage()
                    .setBody(args.length > 2 ? new File(args[2]) : new Counting(length)));
            System.out.println(
                    "input=" + exchange.getMessage().getHeader(SageMakerAsyncConstants.INPUT_LOCATION, String.class));
            System.out.println("failure=" + exchange.getException());
        }
    }

    private static final class Counting extends InputStream {

        private final long length;
        private long position;

        Counting(long length) {
            this.length = length;
        }

        @Override
        public int read() {
            return position == length ? -1 : byteAt(position++) & 0xFF;
        }

        @Override
        public int read(byte[] b, int off, int len) {
            if (position == length) {
                return -1;
            }
            int count = (int) Math.min(len, length - position);
            for (int i = 0; i < count; i++) {
                b[off + i] = byteAt(position++);
            }
            return count;
        }
    }
}
