package io.github.camelsagemaker.async;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.spi.IdempotentRepository;

/** Tells whether an exchange was let through although its key had been remembered before anyone asked for it. */
final class WatchedRepository extends ForwardingRepository {

    private static final String KEY = "watchedKey";
    private static final String ASKED_AT = "watchedAskedAt";

    private final Map<String, Long> remembered;

    /** @param remembered when each key had been remembered; shared by the nodes that share the repository's keys */
    WatchedRepository(IdempotentRepository repository, Map<String, Long> remembered) {
        super(repository);
        this.remembered = remembered;
    }

    static Map<String, Long> sharedMemory() {
        return new ConcurrentHashMap<>();
    }

    boolean wasLetThroughTooLate(Exchange exchange) {
        Long since = remembered.get(exchange.getProperty(KEY, String.class));
        return since != null && since < exchange.getProperty(ASKED_AT, Long.class);
    }

    @Override
    public boolean contains(Exchange exchange, String key) {
        exchange.setProperty(KEY, key);
        exchange.setProperty(ASKED_AT, System.nanoTime());
        return super.contains(exchange, key);
    }

    @Override
    public boolean add(String key) {
        boolean added = super.add(key);
        remembered.putIfAbsent(key, System.nanoTime());
        return added;
    }
}
