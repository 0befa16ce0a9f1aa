package io.github.camelsagemaker.async.internal.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Credentials of a Kubernetes pod's role: the SDK exchanges the pod's token for them at STS. */
@Tag("any-camel")
class WebIdentityTest {

    private static final String ROLE = "arn:aws:iam::111122223333:role/pod";

    private final Map<String, String> before = new HashMap<>();
    private final List<String> toSts = new CopyOnWriteArrayList<>();
    private final List<Map<String, String>> toSageMaker = new CopyOnWriteArrayList<>();
    private HttpServer server;

    @BeforeEach
    void servers(@TempDir Path folder) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::assumeRole);
        server.createContext("/endpoints/model/", this::accept);
        server.start();
        String url = "http://localhost:" + server.getAddress().getPort();
        set("aws.endpointUrlSts", url);
        set("aws.endpointUrlSageMakerRuntime", url);
        set("aws.region", "eu-west-1");
        set("aws.roleArn", ROLE);
        set(
                "aws.webIdentityTokenFile",
                Files.writeString(folder.resolve("token"), "the-pods-token").toString());
        set("aws.disableEc2Metadata", "true");
    }

    private void set(String property, String value) {
        before.put(property, System.getProperty(property));
        System.setProperty(property, value);
    }

    @AfterEach
    void stop() {
        server.stop(0);
        before.forEach((property, value) -> {
            if (value == null) {
                System.clearProperty(property);
            } else {
                System.setProperty(property, value);
            }
        });
    }

    @Test
    void theRoleOfAPodIsUsed() throws Exception {
        try (CamelContext context = new DefaultCamelContext()) {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:in").to("sagemaker-async:model");
                }
            });
            context.start();

            context.createProducerTemplate().sendBody("direct:in", "a document");
        }

        assertThat(toSts).singleElement().satisfies(request -> assertThat(request)
                .contains("Action=AssumeRoleWithWebIdentity", "WebIdentityToken=the-pods-token", "RoleArn=" + ROLE));
        assertThat(toSageMaker).singleElement().satisfies(request -> {
            assertThat(request.get("Authorization")).contains("Credential=ASIAOFTHEPOD/");
            assertThat(request.get("X-Amz-Security-Token")).isEqualTo("session-of-the-pod");
        });
    }

    private void assumeRole(HttpExchange http) throws IOException {
        String form = new String(http.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        toSts.add(URLDecoder.decode(form, StandardCharsets.UTF_8));
        answer(
                http,
                200,
                "text/xml",
                """
                <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
                  <AssumeRoleWithWebIdentityResult>
                    <AssumedRoleUser><Arn>%s</Arn><AssumedRoleId>AROA:pod</AssumedRoleId></AssumedRoleUser>
                    <Credentials>
                      <AccessKeyId>ASIAOFTHEPOD</AccessKeyId>
                      <SecretAccessKey>secret</SecretAccessKey>
                      <SessionToken>session-of-the-pod</SessionToken>
                      <Expiration>%s</Expiration>
                    </Credentials>
                  </AssumeRoleWithWebIdentityResult>
                </AssumeRoleWithWebIdentityResponse>
                """
                        .formatted(ROLE, Instant.now().plus(Duration.ofHours(1))));
    }

    private void accept(HttpExchange http) throws IOException {
        http.getRequestBody().readAllBytes();
        Map<String, String> headers = new HashMap<>();
        for (String name : List.of("Authorization", "X-Amz-Security-Token")) {
            headers.put(name, http.getRequestHeaders().getFirst(name));
        }
        toSageMaker.add(headers);
        http.getResponseHeaders().set("X-Amzn-SageMaker-OutputLocation", "s3://bucket/out/1.out");
        http.getResponseHeaders().set("X-Amzn-SageMaker-FailureLocation", "s3://bucket/failed/1.out");
        answer(http, 202, "application/json", "{\"InferenceId\":\"1\"}");
    }

    private static void answer(HttpExchange http, int status, String contentType, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        http.getResponseHeaders().set("Content-Type", contentType);
        http.sendResponseHeaders(status, bytes.length);
        http.getResponseBody().write(bytes);
        http.close();
    }
}
