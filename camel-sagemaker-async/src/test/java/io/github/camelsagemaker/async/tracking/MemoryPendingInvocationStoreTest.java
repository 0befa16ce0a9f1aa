package io.github.camelsagemaker.async.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class MemoryPendingInvocationStoreTest extends PendingInvocationStoreContract {

    @Override
    protected PendingInvocationStore createStore() {
        return new MemoryPendingInvocationStore();
    }

    @Test
    void refusesAnotherPendingRecordWhenItIsFull() {
        MemoryPendingInvocationStore small = new MemoryPendingInvocationStore(2);
        small.add(invocation("id-1"));
        small.add(invocation("id-2"));

        assertThatExceptionOfType(PendingStoreException.class)
                .isThrownBy(() -> small.add(invocation("id-3")))
                .withMessageContaining("2")
                .withMessageContaining("maxRecords");
        assertThat(small.find(key("id-3"))).isEmpty();
    }

    @Test
    void makesRoomByDroppingWhatEndedFirst() {
        MemoryPendingInvocationStore small = new MemoryPendingInvocationStore(3);
        small.add(invocation("id-1"));
        small.add(invocation("id-2"));
        small.add(invocation("id-3"));
        small.end(key("id-2"), PendingState.COMPLETED, CREATED);
        small.end(key("id-1"), PendingState.COMPLETED, CREATED);

        small.add(invocation("id-4"));

        assertThat(small.find(key("id-2"))).isEmpty();
        assertThat(small.find(key("id-1"))).isPresent();
        assertThat(small.find(key("id-3"))).isPresent();
    }

    @Test
    void needsRoomForOneRecord() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MemoryPendingInvocationStore(0))
                .withMessageContaining("maxRecords is 0");
    }

    @Test
    void forgetsTheHeadersWithTheOutcomeAndNotWithTheExpiry() {
        store.add(PendingInvocation.pending("id-1", ENDPOINT, CREATED, DEADLINE, "{\"order\":\"7\"}"));
        PendingClaim claim = new PendingClaim("claim", DEADLINE.plusSeconds(1), DEADLINE.plusSeconds(60));
        store.claimExpired(ENDPOINT, claim, 1);
        store.confirmExpired(key("id-1"), claim, DEADLINE.plusSeconds(2));
        assertThat(store.find(key("id-1"))).map(PendingInvocation::headers).contains("{\"order\":\"7\"}");

        store.end(key("id-1"), PendingState.COMPLETED, DEADLINE.plusSeconds(3));

        assertThat(store.find(key("id-1"))).map(PendingInvocation::headers).contains("{}");
    }
}
