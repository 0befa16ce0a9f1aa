package io.github.camelsagemaker.async.internal.result;

import io.github.camelsagemaker.async.internal.concurrent.Dropped;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.concurrent.MemoryBudget;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.lang.ref.Cleaner;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.StreamCache;
import org.apache.camel.spi.UnitOfWork;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * A result's object as a stream that reads from S3 while a thread reads it.
 *
 * <p>It asks for pieces: the first has 1 MiB, each of the others twice as much as the one before, up to 8 MiB, and is asked for while
 * the one before is read. So a route may take its time between two reads, no connection is held meanwhile, and memory does not grow
 * with the object. Where the memory for more does not suffice, pieces of 1 MiB are asked for one after the other. A reset reads again
 * from S3. All pieces are of the same version of the object: a read fails once it was overwritten.
 *
 * <p>{@code close} frees the memory; {@code reset} opens it again. Once its owner and the exchanges of all copies are done, or the
 * copies are unreachable, the object may be deleted, and the stream is closed for good. Not thread-safe: other threads take a {@link #copy}.
 */
public final class ResultStream extends InputStream implements StreamCache {

    static final int FIRST_PIECE = 1024 * 1024;

    private static final int MOST_OF_FIRST = 8;
    private static final ByteArrayInputStream EMPTY = new ByteArrayInputStream(new byte[0]);

    private final Source source;
    private final int firstPiece;
    private final Readers readers;
    private volatile Piece piece;
    private volatile Piece ahead;
    private ByteArrayInputStream chunk;
    private long chunkEnd;
    private boolean closed;

    ResultStream(Source source, int firstPiece) {
        this(source, firstPiece, new Readers());
    }

    private ResultStream(Source source, int firstPiece, Readers readers) {
        this.source = source;
        this.firstPiece = firstPiece;
        this.readers = readers;
        seek(0);
    }

    /**
     * One version of an object.
     *
     * @param ranges reads the bytes from one to another, both included, without blocking; fails with an IOException
     * @param memory what may be read ahead
     */
    record Source(BiFunction<Long, Long, CompletableFuture<byte[]>> ranges, long length, MemoryBudget memory) {}

    /** A part of the object, there or on its way. Its end, or that nobody has it any more, cancels the call and gives back the memory. */
    private static final class Piece {

        private final int size;
        private final CompletableFuture<byte[]> bytes;
        private final Cleaner.Cleanable end;

        Piece(Source source, long start, int size, boolean counts) {
            this.size = size;
            CompletableFuture<byte[]> call = Futures.call(() -> source.ranges.apply(start, start + size - 1));
            this.bytes = call;
            this.end = Dropped.CLEANER.register(this, () -> {
                call.cancel(true);
                source.memory.giveBack(counts ? size : 0);
            });
        }

        static void end(Piece piece) {
            if (piece != null) {
                piece.end.clean();
            }
        }
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
        Piece.end(piece);
        Piece.end(ahead);
    }

    /** Runs the task when nobody can read the object any more: neither this stream nor a copy is reachable. It must not block. */
    public void whenUnreachable(Runnable task) {
        Dropped.CLEANER.register(readers, task);
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

    /** In an array of its length. */
    @Override
    public byte[] readAllBytes() throws IOException {
        checkOpen();
        byte[] all = new byte[Math.toIntExact(source.length - position())];
        readNBytes(all, 0, all.length);
        seek(position());
        return all;
    }

    @Override
    public long skip(long count) throws IOException {
        checkOpen();
        long skipped = Math.min(Math.max(count, 0), source.length - position());
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
        ResultStream copy = new ResultStream(source, firstPiece, readers);
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
        return source.length;
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
        if (start >= source.length) {
            seek(start);
            return false;
        }
        Piece.end(piece);
        chunk = EMPTY;
        piece = ahead != null ? ahead : new Piece(source, start, size(start, firstPiece), false);
        ahead = null;
        byte[] next = await(piece, start);
        chunk = new ByteArrayInputStream(next);
        chunkEnd = start + next.length;
        int size = size(chunkEnd, Math.min(2 * piece.size, MOST_OF_FIRST * firstPiece));
        if (size > 0 && source.memory.take(size)) {
            ahead = new Piece(source, chunkEnd, size, true);
        }
        return true;
    }

    private int size(long start, int wanted) {
        return (int) Math.min(wanted, source.length - start);
    }

    private byte[] await(Piece next, long start) throws IOException {
        try {
            byte[] bytes = next.bytes.get();
            if (bytes.length == next.size) {
                return bytes;
            }
            throw new IOException("The answer for the result's bytes from " + start + " has " + bytes.length
                    + " instead of " + next.size);
        } catch (InterruptedException e) {
            seek(start);
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("Interrupted while reading the result");
            interrupted.initCause(e);
            throw interrupted;
        } catch (ExecutionException | CancellationException e) {
            seek(start);
            checkOpen();
            Throwable cause = Futures.unwrap(e);
            throw new IOException(cause.getMessage(), cause);
        }
    }

    private void seek(long position) {
        Piece.end(piece);
        Piece.end(ahead);
        piece = null;
        ahead = null;
        chunk = EMPTY;
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
