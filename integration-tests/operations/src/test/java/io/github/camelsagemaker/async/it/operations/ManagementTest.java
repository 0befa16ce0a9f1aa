package io.github.camelsagemaker.async.it.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.github.camelsagemaker.async.testinfra.Fault;
import java.util.Map;
import java.util.Set;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/** What JMX shows, through camel-management. */
class ManagementTest extends OperationsTestSupport {

    private MBeanServer server() {
        return context.getManagementStrategy().getManagementAgent().getMBeanServer();
    }

    private ObjectName bean(String type) throws Exception {
        Set<ObjectName> names = server().queryNames(
                        new ObjectName("org.apache.camel:context=" + context.getManagementName() + ",type=" + type
                                + ",name=*"),
                        null);
        return names.stream()
                .filter(name -> name.getKeyProperty("name").contains("SageMakerAsync"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("No MBean of ours in " + names));
    }

    private Object attribute(String type, String name) throws Exception {
        return server().getAttribute(bean(type), name);
    }

    @Test
    void aProducerShowsItsCountersAndWhatFails() throws Exception {
        routes("");
        send("hello", Map.of());
        send(new byte[128_001], Map.of());
        send("x", Map.of(SageMakerAsyncConstants.REQUEST_TTL_SECONDS, 1));

        assertThat(attribute("producers", "AcceptedInline")).isEqualTo(1L);
        assertThat(attribute("producers", "AcceptedByS3")).isEqualTo(1L);
        assertThat(attribute("producers", "Failed")).isEqualTo(1L);
        assertThat(attribute("producers", "PayloadBytes")).isEqualTo(128_006L);
        assertThat(attribute("producers", "InFlight")).isEqualTo(0L);
        assertThat(attribute("producers", "Failing")).isEqualTo("");

        aws().faults().next(1, Fault.accessDenied403());
        send("hello", Map.of());
        assertThat((String) attribute("producers", "Failing")).contains("RequestRefusedException", "403", "since");

        server().invoke(bean("producers"), "resetCounters", null, null);
        assertThat(attribute("producers", "Failed")).isEqualTo(0L);
    }

    @Test
    void aConsumerShowsItsCounters() throws Exception {
        routes("");
        send("hello", Map.of());

        await().atMost(SOON).until(() -> Long.valueOf(1).equals(attribute("consumers", "Settled")));
        assertThat(attribute("consumers", "Failing")).isEqualTo("");

        server().invoke(bean("consumers"), "resetCounters", null, null);
        assertThat(attribute("consumers", "Settled")).isEqualTo(0L);
    }
}
