package io.github.camelsagemaker.async.settle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.camelsagemaker.async.settle.HandledResults.Claim;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.Test;

class HandledResultsTest {

    private static final String KEY = "s3://bucket/out/a.out";

    private final Map<String, Object> handledKeys = new ConcurrentHashMap<>();
    private final Map<String, Object> inProgressKeys = new ConcurrentHashMap<>();
    private final Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    private final HandledResults results = results(new MemoryIdempotentRepository(handledKeys), false);
    private final HandledResults eager = results(new MemoryIdempotentRepository(handledKeys), true);

    @Test
    void aNewResultIsTakenOnce() {
        assertThat(results.claim(exchange, KEY)).isEqualTo(Claim.TAKEN);
        assertThat(results.claim(exchange, KEY)).isEqualTo(Claim.IN_PROGRESS);
    }

    @Test
    void aReleasedResultCanBeTakenAgain() {
        results.claim(exchange, KEY);
        results.failed(exchange, KEY);
        results.release(exchange, KEY);

        assertThat(results.claim(exchange, KEY)).isEqualTo(Claim.TAKEN);
    }

    @Test
    void aRememberedResultIsADuplicate() {
        results.claim(exchange, KEY);
        results.remember(exchange, KEY);
        results.release(exchange, KEY);

        assertThat(results.claim(exchange, KEY)).isEqualTo(Claim.DUPLICATE);
    }

    @Test
    void nothingIsRememberedBeforeTheExchangeSucceeded() {
        results.claim(exchange, KEY);

        assertThat(handledKeys).isEmpty();
    }

    @Test
    void eagerRemembersBeforeTheExchangeStarts() {
        eager.claim(exchange, KEY);

        assertThat(handledKeys).containsOnlyKeys(KEY);
    }

    @Test
    void eagerForgetsAFailedExchange() {
        eager.claim(exchange, KEY);
        eager.failed(exchange, KEY);

        assertThat(handledKeys).isEmpty();
    }

    @Test
    void aForgottenResultIsNoDuplicate() {
        results.claim(exchange, KEY);
        results.remember(exchange, KEY);
        results.forget(exchange, KEY);
        results.release(exchange, KEY);

        assertThat(results.claim(exchange, KEY)).isEqualTo(Claim.TAKEN);
    }

    @Test
    void aRepositoryThatThrowsAtAClaimLeavesNothingInProgress() {
        HandledResults broken = results(new Failing(false), false);

        assertThatThrownBy(() -> broken.claim(exchange, KEY)).hasMessage("no connection");

        assertThat(inProgressKeys).isEmpty();
    }

    @Test
    void theLoserOfARaceBetweenNodesIsContentWhenTheKeyIsThere() {
        HandledResults raced = results(new Failing(true), false);

        raced.remember(exchange, KEY);
    }

    @Test
    void aKeyThatCouldNotBeStoredIsAnError() {
        HandledResults broken = results(new Failing(false), false);

        assertThatThrownBy(() -> broken.remember(exchange, KEY)).hasMessage("no connection");
    }

    @Test
    void aKeyOf100CharactersIsStoredAsItIs() {
        String key = "k".repeat(100);

        results.remember(exchange, key);

        assertThat(handledKeys).containsOnlyKeys(key);
    }

    @Test
    void aLongerKeyIsStoredAsAHashThatFits() {
        String key = "k".repeat(101);

        results.remember(exchange, key);

        assertThat(handledKeys.keySet())
                .singleElement()
                .satisfies(stored -> assertThat(stored).startsWith("sha256:").hasSizeLessThanOrEqualTo(100));
        assertThat(results.isHandled(key)).isTrue();
        assertThat(results.isHandled("k".repeat(102))).isFalse();
    }

    @Test
    void onlyCamelsOwnRepositoriesInMemoryAreKnownNotToBlock() {
        assertThat(results(new MemoryIdempotentRepository(handledKeys), false).isInMemory())
                .isTrue();
        assertThat(results(new Failing(false), false).isInMemory()).isFalse();
    }

    private HandledResults results(IdempotentRepository handled, boolean isEager) {
        return new HandledResults(handled, new MemoryIdempotentRepository(inProgressKeys), isEager);
    }

    /** As the JDBC repository of a node that lost the race, or the connection. */
    private static final class Failing extends MemoryIdempotentRepository {

        private final boolean contains;

        Failing(boolean contains) {
            super(new ConcurrentHashMap<>());
            this.contains = contains;
        }

        @Override
        public boolean add(String key) {
            throw new IllegalStateException("no connection");
        }

        @Override
        public boolean contains(String key) {
            if (contains) {
                return true;
            }
            throw new IllegalStateException("no connection");
        }
    }
}
