package io.github.camelsagemaker.async.invoke;

import java.io.InputStream;
import org.apache.camel.Exchange;
import org.apache.camel.StreamCache;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A stream that Camel, or our own consumer, made readable again and again. It is reset before and after, never closed. */
final class CachedSource implements BodySource {

    private static final Logger LOG = LoggerFactory.getLogger(CachedSource.class);

    private final StreamCache cache;
    private final Exchange exchange;

    CachedSource(StreamCache cache, Exchange exchange) {
        this.cache = cache;
        this.exchange = exchange;
    }

    @Override
    public long length() {
        // A cache of characters counts characters, and 0 may mean "not known".
        return cache instanceof InputStream && cache.length() > 0 ? cache.length() : UNKNOWN;
    }

    @Override
    public InputStream open() {
        cache.reset();
        return cache instanceof InputStream stream ? stream : ConvertedSource.convert(exchange, cache);
    }

    @Override
    public void release() {
        try {
            cache.reset();
        } catch (RuntimeException e) {
            LOG.warn("The message body was read but cannot be read again", e);
        }
    }
}
