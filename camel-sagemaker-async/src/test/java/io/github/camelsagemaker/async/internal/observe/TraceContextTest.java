package io.github.camelsagemaker.async.internal.observe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("no-camel")
class TraceContextTest {

    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @Test
    void itStandsBehindTheUsersAttributesAndComesOffAgain() {
        String joined = new TraceContext("tenant=7;traceparent=mine", PARENT).join();

        assertThat(joined).isEqualTo("tenant=7;traceparent=mine;traceparent=" + PARENT);
        assertThat(TraceContext.parse(joined)).isEqualTo(new TraceContext("tenant=7;traceparent=mine", PARENT));
    }

    @Test
    void itStandsAloneWithoutAttributes() {
        String joined = new TraceContext(null, PARENT).join();

        assertThat(joined).isEqualTo("traceparent=" + PARENT);
        assertThat(TraceContext.parse(joined)).isEqualTo(new TraceContext(null, PARENT));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "tenant=7",
                "traceparent=00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01;behind",
                "traceparent=00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "traceparent=00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "traceparent=00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
                "a;xtraceparent=00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "traceparent=00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\nX: y"
            })
    void whatIsNoTraceContextAtTheEndStaysAsItIs(String attributes) {
        assertThat(TraceContext.parse(attributes)).isEqualTo(new TraceContext(attributes, null));
    }
}
