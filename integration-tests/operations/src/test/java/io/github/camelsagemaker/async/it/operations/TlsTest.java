package io.github.camelsagemaker.async.it.operations;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.github.camelsagemaker.async.error.RequestRefusedException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Against a server whose certificate nobody vouches for. */
class TlsTest {

    private static final String PASSWORD = "changeit";

    private final AtomicInteger requests = new AtomicInteger();
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final DefaultCamelContext context = new DefaultCamelContext();
    private HttpsServer server;

    @BeforeEach
    void start(@TempDir Path folder) throws Exception {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(selfSigned(folder.resolve("keys"))));
        server.createContext("/", call -> {
            requests.incrementAndGet();
            call.getRequestBody().readAllBytes();
            call.sendResponseHeaders(400, -1);
            call.close();
        });
        server.start();
        AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                warnings.add(event.getFormattedMessage());
            }
        };
        appender.start();
        ((Logger) LoggerFactory.getLogger("io.github.camelsagemaker")).addAppender(appender);
        context.start();
    }

    @AfterEach
    void stop() {
        context.stop();
        server.stop(0);
    }

    private static SSLContext selfSigned(Path keys) throws Exception {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "RSA",
                        "-alias",
                        "server",
                        "-dname",
                        "CN=127.0.0.1",
                        "-ext",
                        "san=ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        keys.toString())
                .redirectErrorStream(true)
                .redirectOutput(keys.resolveSibling("log").toFile())
                .start();
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, PASSWORD.toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        return tls;
    }

    private Exception send(String options) {
        return context.createProducerTemplate()
                .request(
                        "sagemaker-async:e?region=us-east-1&accessKey=a&secretKey=b&maxRetries=0&overrideEndpoint=true"
                                + "&uriEndpointOverride=https://127.0.0.1:"
                                + server.getAddress().getPort() + options,
                        exchange -> exchange.getMessage().setBody("hello"))
                .getException();
    }

    @Test
    void nothingIsSentToAServerThatNobodyVouchesFor() {
        assertThat(send("")).hasRootCauseInstanceOf(java.security.GeneralSecurityException.class);
        assertThat(requests).hasValue(0);
        assertThat(warnings).noneMatch(line -> line.contains("trustAllCertificates"));
    }

    @Test
    void trustingAllCertificatesIsWarnedAbout() {
        assertThat(send("&trustAllCertificates=true")).isInstanceOf(RequestRefusedException.class);
        assertThat(requests).hasValue(1);
        assertThat(warnings).anyMatch(line -> line.contains("trustAllCertificates=true"));
    }
}
