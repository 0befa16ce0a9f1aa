package io.github.camelsagemaker.async;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.support.service.ServiceSupport;

/** Tells whether an exchange was let through although its key had been remembered before anyone asked for it. */
final class WatchedRepository extends ServiceSupport implements IdempotentRepository {

    private static final String KEY = "watchedKey";
    private static final String ASKED_AT = "watchedAskedAt";

    private final IdempotentRepository repository;
    private final Map<String, Long> remembered;

    /** @param remembered when each key had been remembered; shared by the nodes that share the repository's keys */
    WatchedRepository(IdempotentRepository repository, Map<String, Long> remembered) {
        this.repository = repository;
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
        return repository.contains(exchange, key);
    }

    @Override
    public boolean contains(String key) {
        return repository.contains(key);
    }

    @Override
    public boolean add(String key) {
        boolean added = repository.add(key);
        remembered.putIfAbsent(key, System.nanoTime());
        return added;
    }

    @Override
    public boolean remove(String key) {
        return repository.remove(key);
    }

    @Override
    public boolean confirm(String key) {
        return repository.confirm(key);
    }

    @Override
    public void clear() {
        repository.clear();
    }

    @Override
    protected void doStart() {
        ServiceHelper.startService(repository);
    }

    @Override
    protected void doStop() {
        ServiceHelper.stopService(repository);
    }
}
