package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;

/** Places that lie in each other are refused whoever names them, and both are told; what did not start holds none. */
class PlacesOfRoutesTest extends ScanTestSupport {

    private final List<String> received = new CopyOnWriteArrayList<>();

    @Test
    void twoComponentsOfOneContextShareNoPlace() throws Exception {
        context.addComponent("other", new SageMakerAsyncComponent());
        start(route("first", scanOf("a")));

        assertThatThrownBy(() -> context.addRoutes(route(
                        "second",
                        scanOf("b").replace("sagemaker-async:", "other:").replace("/out/", "/out/b/"))))
                .hasStackTraceContaining("route 'first'")
                .hasStackTraceContaining("route 'second'")
                .hasStackTraceContaining(at("out/"))
                .hasStackTraceContaining(at("out/b/"));
    }

    @Test
    void aRouteThatDidNotStartHoldsNoPlace() throws Exception {
        context.start();
        assertThatThrownBy(() -> context.addRoutes(route("first", scan("idempotentKey=RAW(${header.none})"))))
                .hasStackTraceContaining("idempotentKey");
        put("out/a", "result");

        context.addRoutes(route("second", scan()));

        eventually(() -> received.contains("second"));
    }

    @Test
    void anInputLocationOfAProducerByNameIsRefusedInsideAPlaceThatIsScanned() throws Exception {
        start(new RouteBuilder() {
            @Override
            public void configure() {
                from(scan()).routeId("results").process(exchange -> received.add("results"));
                from("direct:in").toD("sagemaker-async:e?payloadMode=S3&inputLocation=" + at("out/${header.folder}/"));
            }
        });

        Exchange exchange = context.createFluentProducerTemplate()
                .to("direct:in")
                .withHeader("folder", "in")
                .withBody("payload")
                .send();

        assertThat(exchange.getException())
                .hasStackTraceContaining("inputLocation")
                .hasStackTraceContaining(at("out/in/"))
                .hasStackTraceContaining("route 'results'");
        assertThat(keys()).isEmpty();
        assertThat(received).isEmpty();
    }

    private RouteBuilder route(String id, String from) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(from).routeId(id).process(exchange -> received.add(id));
            }
        };
    }
}
