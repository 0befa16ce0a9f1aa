package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.error.CallNotSentException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** With a proxy between the component and AWS: the clients ask it, by CONNECT, for a connection. */
@Tag("any-camel")
class ProxyTest extends ProducerTestSupport {

    private static final List<String> ENDPOINTS = List.of("aws.endpointUrlS3", "aws.endpointUrlSageMakerRuntime");

    private final List<String> asked = new CopyOnWriteArrayList<>();
    private ServerSocket proxy;
    private volatile String answer = "200 Connection established";
    private String uri;

    @Override
    void configure(SageMakerAsyncComponent component) {
        // No clients are given.
    }

    @BeforeEach
    void startProxy() throws IOException {
        ENDPOINTS.forEach(
                name -> System.setProperty(name, aws.sdkSystemProperties().get(name)));
        proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        inBackground(() -> {
            while (true) {
                Socket client = proxy.accept();
                inBackground(() -> connect(client));
            }
        });
        uri = "sagemaker-async:echo?region=" + aws.region() + "&forcePathStyle=true&maxRetries=0&inputLocation="
                + INPUTS
                + "&accessKey=" + aws.accessKeyId() + "&secretKey=" + aws.secretAccessKey()
                + "&checkBucketsAtStart=false&proxyHost=127.0.0.1&proxyPort=" + proxy.getLocalPort();
    }

    @AfterEach
    void stopProxy() throws IOException {
        ENDPOINTS.forEach(System::clearProperty);
        System.clearProperty("http.nonProxyHosts");
        proxy.close();
    }

    private interface Task {
        void run() throws IOException;
    }

    private static void inBackground(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException e) {
                // A socket was closed: nothing more to do.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void connect(Socket client) throws IOException {
        BufferedReader request =
                new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
        String first = request.readLine();
        asked.add(first);
        for (String line = request.readLine(); line != null && !line.isEmpty(); line = request.readLine()) {
            // Headers.
        }
        client.getOutputStream()
                .write(("HTTP/1.1 " + answer + "\r\nContent-Length: 0\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
        if (!answer.startsWith("200")) {
            client.close();
            return;
        }
        URI target = URI.create("http://" + first.split(" ")[1]);
        Socket server = new Socket(target.getHost(), target.getPort());
        inBackground(() -> server.getInputStream().transferTo(client.getOutputStream()));
        client.getInputStream().transferTo(server.getOutputStream());
    }

    @Test
    void requestsAndUploadsGoThroughIt() throws Exception {
        route(uri);

        processed(sent(random(10), Map.of()));
        processed(sent(random(200_000), Map.of()));

        assertThat(asked).isNotEmpty().allMatch(line -> line.startsWith("CONNECT 127.0.0.1:"));
    }

    @Test
    void oneThatAsksForCredentialsLetsNothingThroughAndIsNamed() throws Exception {
        answer = "407 Proxy Authentication Required";
        route(uri);

        Exchange exchange = send(random(10));

        assertThat(exchange.getException())
                .isInstanceOf(CallNotSentException.class)
                .hasMessageContaining("was not sent")
                .hasMessageContaining("proxy");
        assertThat(asked).isNotEmpty();
        assertThat(aws.ledger().calls("InvokeEndpointAsync")).isZero();
    }

    @Test
    void hostsThatGoPastItAreAskedDirectly() throws Exception {
        System.setProperty("http.nonProxyHosts", "127.0.0.1|localhost");
        route(uri);

        processed(sent(random(10), Map.of()));

        assertThat(asked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "aws.useFipsEndpoint, runtime-fips.sagemaker.us-east-1.amazonaws.com:443, s3-fips.us-east-1.amazonaws.com:443",
        "aws.useDualstackEndpoint, runtime.sagemaker.us-east-1.api.aws:443, s3.dualstack.us-east-1.amazonaws.com:443"
    })
    void addressesFollowTheSettingsOfTheSdk(String setting, String sageMaker, String s3) throws Exception {
        ENDPOINTS.forEach(System::clearProperty);
        System.setProperty(setting, "true");
        answer = "403 Forbidden"; // nothing goes on to AWS
        try {
            route(uri);

            send(random(10));
            send(random(200_000));
        } finally {
            System.clearProperty(setting);
        }

        assertThat(asked).map(line -> line.split(" ")[1]).containsOnly(sageMaker, s3);
    }
}
