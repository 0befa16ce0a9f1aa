package io.github.camelsagemaker.async;

import org.apache.camel.Exchange;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceHelper;
import org.apache.camel.support.service.ServiceSupport;

/** Does what another repository does, for those who watch or disturb some of it. */
public abstract class ForwardingRepository extends ServiceSupport implements IdempotentRepository {

    private final IdempotentRepository repository;

    public ForwardingRepository(IdempotentRepository repository) {
        this.repository = repository;
    }

    @Override
    public boolean add(String key) {
        return repository.add(key);
    }

    @Override
    public boolean contains(Exchange exchange, String key) {
        return repository.contains(exchange, key);
    }

    @Override
    public boolean contains(String key) {
        return repository.contains(key);
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
