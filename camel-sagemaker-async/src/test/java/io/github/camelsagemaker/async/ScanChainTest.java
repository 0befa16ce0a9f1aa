package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.testinfra.AcceptedRequest;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import java.util.List;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A result goes on to another endpoint, and nothing but its content and content type goes with it. */
class ScanChainTest extends ScanTestSupport {

    @BeforeEach
    void twoEndpoints() {
        aws().endpoint("second")
                .outputPath(at("second-out/"))
                .model(request -> ModelResponse.text("read " + request.body().length))
                .create();
    }

    @ParameterizedTest
    @ValueSource(strings = {"streamBody=false", "streamBody=true"})
    void aResultGoesOnToAnotherEndpoint(String body) throws Exception {
        put("out/a", "result");
        start(chain(body));

        AcceptedRequest request = onlyRequest();

        assertThat(request.endpointName()).isEqualTo("second");
        assertThat(request.inline()).isTrue();
        assertThat(request.bodyLength()).isEqualTo(6);
        assertThat(request.contentType()).isEqualTo("text/plain");
        assertThat(request.inputLocation()).isNull();
        assertThat(request.customAttributes()).isNull();
        eventually(() -> !keys().contains("out/a"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"streamBody=false", "streamBody=true"})
    void aLargeResultGoesOnThroughS3(String body) throws Exception {
        put("out/a", new byte[3_000_000]);
        start(chain(body));

        AcceptedRequest request = onlyRequest();

        assertThat(request.inputLocation()).startsWith(at("in/"));
        eventually(() -> onlyRequest().bodyLength() == 3_000_000);
        eventually(() -> !keys().contains("out/a"));
    }

    private RouteBuilder chain(String options) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(scan(options)).to("sagemaker-async:second?inputLocation=" + at("in/"));
            }
        };
    }

    private static AcceptedRequest onlyRequest() {
        List<AcceptedRequest> accepted = eventually().until(() -> aws().ledger().accepted(), list -> !list.isEmpty());
        assertThat(accepted).hasSize(1);
        return accepted.get(0);
    }
}
