package io.github.camelsagemaker.async.invoke;

import java.io.InputStream;
import org.apache.camel.Exchange;
import org.apache.camel.StreamCache;

/** A stream that Camel, or our own consumer, made readable again and again. It is reset before and after, never closed. */
final class CachedSource implements BodySource {

    private final StreamCache cache;
    private final ConvertedSource converted;

    CachedSource(StreamCache cache, Exchange exchange) {
        this.cache = cache;
        this.converted = cache instanceof InputStream ? null : new ConvertedSource(exchange, cache, true);
    }

    @Override
    public long length() {
        // 0 may mean "not known".
        return cache instanceof InputStream && cache.length() > 0 ? cache.length() : UNKNOWN;
    }

    @Override
    public InputStream open() {
        cache.reset();
        return cache instanceof InputStream stream ? stream : converted.open();
    }

    @Override
    public void release() {
        Streams.resetQuietly(cache);
    }
}
