package io.github.camelsagemaker.async.it.operations;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.testinfra.AcceptedRequest;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Test;

/** What a client of an HTTP route in front can, and cannot, decide. */
class HttpRequestHeadersTest extends OperationsTestSupport {

    private int port;

    private void serve() throws Exception {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("jetty:http://127.0.0.1:" + port + "/in")
                        .to(producer(""))
                        .setBody(header("CamelAwsSageMakerAsyncInferenceId"));
            }
        });
        context.start();
    }

    private String post(String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/in"))
                .POST(HttpRequest.BodyPublishers.ofString("hello"));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        HttpResponse<String> response =
                HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    @Test
    void itsRequestHeadersAreNotHonoured() throws Exception {
        serve();

        String id = post(
                "CamelAwsSageMakerAsyncRequestEndpointName", "other",
                "CamelAwsSageMakerAsyncRequestInputLocation", "s3://somebody/else",
                "camelawssagemakerasyncrequestinferenceid", "chosen-by-the-client",
                "CAMELAWSSAGEMAKERASYNCREQUESTCUSTOMATTRIBUTES", "injected",
                "CamelAwsSageMakerAsyncRequestOutputPathExtension", "elsewhere");

        AcceptedRequest accepted = aws().ledger().accepted(id);
        assertThat(id).isNotEqualTo("chosen-by-the-client");
        assertThat(accepted.endpointName()).isEqualTo("model");
        assertThat(accepted.customAttributes()).isNull();
        assertThat(accepted.inputLocation()).isNull();
        assertThat(accepted.outputLocation())
                .startsWith("s3://" + bucket + "/out/")
                .doesNotContain("elsewhere");
    }

    @Test
    void itsContentTypeIs() throws Exception {
        serve();

        String id = post("Content-Type", "text/csv");

        assertThat(aws().ledger().accepted(id).contentType()).isEqualTo("text/csv");
    }
}
