package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.observe.ResultObserver;
import io.github.camelsagemaker.async.settle.HandledResults;
import io.github.camelsagemaker.async.settle.ResultClaims;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.processor.idempotent.FileIdempotentRepository;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;

/**
 * The repositories of one consumer: the user's, started with the CamelContext, or one in memory, which lives as long as the
 * consumer runs. What is in progress on this node is known by the component.
 */
final class ConsumerRepositories {

    /** Camel's default of 1,000 keys is less than one busy minute. */
    private static final int HANDLED_IN_MEMORY = 10_000;

    private final HandledResults handledResults;

    /**
     * @param inMemory remembers what was handled, without a repository of the user's; it lives as long as the consumer, because
     *     exchanges may outlive a stop that was forced
     * @param scope what consumers of one context share that must not handle a result at once
     * @throws IllegalArgumentException if eager mode could take what another node has in hand for handled
     */
    ConsumerRepositories(
            SageMakerAsyncEndpoint endpoint,
            IdempotentRepository inMemory,
            String scope,
            ConsumerRoute route,
            ResultObserver observer)
            throws Exception {
        SageMakerAsyncConfiguration options = endpoint.getConfiguration();
        IdempotentRepository handled = options.getIdempotentRepository();
        IdempotentRepository inProgress = options.getInProgressRepository();
        if (options.isIdempotentEager() && isShared(handled) && !isShared(inProgress)) {
            throw new IllegalArgumentException("Option idempotentEager=true with an idempotentRepository that nodes may"
                    + " share (" + handled.getClass().getName()
                    + ") needs the option inProgressRepository with one that"
                    + " they share too: without it, what another node has in hand would count as handled, and be lost"
                    + " if it failed there");
        }
        start(endpoint.getCamelContext(), handled);
        start(endpoint.getCamelContext(), inProgress);
        handledResults = new HandledResults(
                handled == null ? inMemory : handled,
                inProgress,
                endpoint.getComponent().resultClaims(),
                scope,
                watcher(route, observer),
                options.isIdempotentEager());
    }

    /** A repository in memory for one consumer. */
    static IdempotentRepository inMemory() {
        return MemoryIdempotentRepository.memoryIdempotentRepository(HANDLED_IN_MEMORY);
    }

    /** Camel's own in memory and in a file are of one node. */
    private static boolean isShared(IdempotentRepository repository) {
        return repository != null
                && !(repository instanceof MemoryIdempotentRepository)
                && !(repository instanceof FileIdempotentRepository);
    }

    private static void start(CamelContext context, IdempotentRepository repository) throws Exception {
        if (repository != null && !context.hasService(repository)) {
            context.addService(repository, true, true);
        }
    }

    private static ResultClaims.Watcher watcher(ConsumerRoute route, ResultObserver observer) {
        return new ResultClaims.Watcher() {

            private static final String TARGET = "inProgressRepository";

            @Override
            public void notGivenBack(String key, Throwable failure) {
                observer.callFailed(TARGET, failure);
                route.report(
                        "The claim on '" + key + "' could not be removed from the " + TARGET
                                + "; it is tried again, and other nodes pass the result over until then",
                        failure);
            }

            @Override
            public void allGivenBack() {
                observer.called(TARGET);
            }
        };
    }

    HandledResults handledResults() {
        return handledResults;
    }
}
