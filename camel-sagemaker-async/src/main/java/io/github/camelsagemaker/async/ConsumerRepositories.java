package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.settle.HandledResults;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.apache.camel.support.service.ServiceHelper;

/**
 * The repositories of one consumer: the user's, started with the CamelContext, or ones in memory, which live as long as the
 * consumer runs.
 */
final class ConsumerRepositories implements AutoCloseable {

    /** Camel's default of 1,000 keys is less than one busy minute. */
    private static final int HANDLED_IN_MEMORY = 10_000;

    private final IdempotentRepository ownHandled;
    private final IdempotentRepository ownInProgress;
    private final HandledResults handledResults;

    ConsumerRepositories(CamelContext context, SageMakerAsyncConfiguration options) throws Exception {
        IdempotentRepository handled = options.getIdempotentRepository();
        IdempotentRepository inProgress = options.getInProgressRepository();
        start(context, handled);
        start(context, inProgress);
        ownHandled = handled == null ? MemoryIdempotentRepository.memoryIdempotentRepository(HANDLED_IN_MEMORY) : null;
        // Bounded by what is in flight. One that evicts would lose claims.
        ownInProgress = inProgress == null
                ? MemoryIdempotentRepository.memoryIdempotentRepository(new ConcurrentHashMap<>())
                : null;
        handledResults = new HandledResults(
                handled == null ? ownHandled : handled,
                inProgress == null ? ownInProgress : inProgress,
                options.isIdempotentEager());
    }

    private static void start(CamelContext context, IdempotentRepository repository) throws Exception {
        if (repository != null && !context.hasService(repository)) {
            context.addService(repository, true, true);
        }
    }

    HandledResults handledResults() {
        return handledResults;
    }

    /** Whether handled results are remembered in a repository of our own, which ends with the consumer. */
    boolean hasOwnHandled() {
        return ownHandled != null;
    }

    /** Stops the repositories in memory. The user's are stopped with the CamelContext. */
    @Override
    public void close() {
        ServiceHelper.stopService(ownHandled, ownInProgress);
    }
}
