package io.github.camelsagemaker.async.internal.result;

import io.github.camelsagemaker.async.internal.concurrent.Dropped;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ref.Cleaner;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.StreamCache;
import org.apache.camel.spi.UnitOfWork;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.camel.util.function.ThrowingBiFunction;

/**
 * A result's object as a stream that reads from S3 on the thread that reads it.
 *
 * <p>It asks for pieces of at most 1 MiB, one after the other. So a route may take its time between two reads, no
 * connection is held meanwhile, and memory does not grow with the object. A reset reads again from S3. All pieces are of the
 * same version of the object: a read fails once it was overwritten.
 *
 * <p>{@code close} frees the memory; {@code reset} opens it again. Once its owner and the exchanges of all copies are done, or the
 * copies are unreachable, the object may be deleted, and the stream is closed for good. Not thread-safe: other threads take a {@link #copy}.
 */
public final class ResultStream extends InputStream implements StreamCache {

    static final int CHUNK_BYTES = 1024 * 1024;

    /** Reads the bytes from one to another, both included, of one unchanging object. Blocks. */
    private final ThrowingBiFunction<Long, Long, byte[], IOException> chunks;

    private final long length;
    private final int chunkBytes;
    private final Readers readers;
    private ByteArrayInputStream chunk;
    private long chunkEnd;
    private boolean closed;

    ResultStream(ThrowingBiFunction<Long, Long, byte[], IOException> chunks, long length, int chunkBytes) {
        this(chunks, length, chunkBytes, new Readers());
    }

    private ResultStream(
            ThrowingBiFunction<Long, Long, byte[], IOException> chunks, long length, int chunkBytes, Readers readers) {
        this.chunks = chunks;
        this.length = length;
        this.chunkBytes = chunkBytes;
        this.readers = readers;
        seek(0);
    }

    /** Who may still read the object: the exchange that owns it, and those of the copies. */
    private static final class Readers {

        private final AtomicInteger open = new AtomicInteger(1);
        private final AtomicBoolean owned = new AtomicBoolean(true);
        private final CompletableFuture<Void> gone = new CompletableFuture<>();
        private volatile boolean closedForGood;

        void leave() {
            if (open.decrementAndGet() == 0) {
                gone.complete(null);
            }
        }
    }

    /** Ends when the exchanges of all copies are done as well, so that the object may go. */
    public CompletableFuture<Void> ownerDone() {
        if (readers.owned.compareAndSet(true, false)) {
            readers.leave();
        }
        return readers.gone;
    }

    public void closeForGood() {
        readers.closedForGood = true;
    }

    @Override
    public int read() throws IOException {
        return fill() ? chunk.read() : -1;
    }

    @Override
    public int read(byte[] target, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, target.length);
        return count == 0 ? 0 : fill() ? chunk.read(target, offset, count) : -1;
    }

    @Override
    public long skip(long count) throws IOException {
        checkOpen();
        long skipped = Math.min(Math.max(count, 0), length - position());
        if (skipped > chunk.available()) {
            seek(position() + skipped);
        } else {
            chunk.skip(skipped);
        }
        return skipped;
    }

    @Override
    public int available() throws IOException {
        checkOpen();
        return chunk.available();
    }

    @Override
    public void writeTo(OutputStream os) throws IOException {
        while (fill()) {
            chunk.transferTo(os);
        }
    }

    @Override
    public void reset() {
        closed = false;
        seek(0);
    }

    @Override
    public void close() {
        closed = true;
        seek(position());
    }

    @Override
    public StreamCache copy(Exchange exchange) {
        ResultStream copy = new ResultStream(chunks, length, chunkBytes, readers);
        if (exchange != null) {
            readers.open.incrementAndGet();
            // An exchange that is dropped, by a full or purged queue, is never done; but then nobody has its body.
            releaseWith(exchange, Dropped.CLEANER.register(copy, readers::leave));
        }
        return copy;
    }

    /** As Camel's own stream caches do: what is copied for a branch is read by whoever aggregates the branches. */
    private static void releaseWith(Exchange exchange, Cleaner.Cleanable leave) {
        SynchronizationAdapter release = new SynchronizationAdapter() {
            @Override
            public void onDone(Exchange exchange) {
                leave.clean();
            }
        };
        UnitOfWork parent = exchange.getProperty(ExchangePropertyKey.STREAM_CACHE_UNIT_OF_WORK, UnitOfWork.class);
        if (parent != null && parent.getRoute() != null) {
            parent.addSynchronization(release);
        } else {
            exchange.getExchangeExtension().addOnCompletion(release);
        }
    }

    @Override
    public boolean inMemory() {
        return false;
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public long position() {
        return chunkEnd - chunk.available();
    }

    private boolean fill() throws IOException {
        checkOpen();
        if (chunk.available() > 0) {
            return true;
        }
        long start = position();
        if (start >= length) {
            return false;
        }
        byte[] next = chunks.apply(start, Math.min(start + chunkBytes, length) - 1);
        if (next.length == 0) {
            throw new IOException("The result ended at byte " + start + " instead of " + length);
        }
        chunk = new ByteArrayInputStream(next);
        chunkEnd = start + next.length;
        return true;
    }

    private void seek(long position) {
        chunk = new ByteArrayInputStream(new byte[0]);
        chunkEnd = position;
    }

    private void checkOpen() throws IOException {
        if (readers.closedForGood) {
            throw new IOException(
                    "The result's exchange is done, and its object may be gone. Read the body in the route,"
                            + " or set streamBody=false");
        }
        if (closed) {
            throw new IOException("The stream is closed; reset opens it again");
        }
    }
}
