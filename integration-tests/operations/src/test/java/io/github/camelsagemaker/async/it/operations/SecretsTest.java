package io.github.camelsagemaker.async.it.operations;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Credentials in the URI, with everything that shows something asked for them. */
class SecretsTest extends OperationsTestSupport {

    private static final String ACCESS_KEY = "AKIAOFNOBODY00000000";

    private final List<String> shown = new CopyOnWriteArrayList<>();
    private AppenderBase<ILoggingEvent> appender;

    private String uri() {
        return "sagemaker-async:model?region=us-east-1&useSessionCredentials=true&accessKey=" + ACCESS_KEY
                + "&secretKey=" + encoded(SECRET_KEY) + "&sessionToken=" + encoded(SESSION_TOKEN)
                + "&overrideEndpoint=true&uriEndpointOverride=" + aws().sageMakerEndpoint();
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    private void assertNoSecrets() {
        assertThat(shown).isNotEmpty().allSatisfy(text -> assertThat(text)
                .doesNotContain(SECRET_KEY, encoded(SECRET_KEY), SESSION_TOKEN, encoded(SESSION_TOKEN), ACCESS_KEY));
    }

    private void collectLogs() {
        appender = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                String trace =
                        event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy());
                shown.add(event.getFormattedMessage() + trace + event.getMDCPropertyMap());
            }
        };
        appender.start();
        logger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(appender);
        logger("io.github.camelsagemaker").setLevel(Level.TRACE);
        logger("org.apache.camel").setLevel(Level.DEBUG);
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }

    @AfterEach
    void stopCollecting() {
        logger(org.slf4j.Logger.ROOT_LOGGER_NAME).detachAppender(appender);
        logger("io.github.camelsagemaker").setLevel(null);
        logger("org.apache.camel").setLevel(null);
    }

    private void startRefused() throws Exception {
        context.getComponent("sagemaker-async", io.github.camelsagemaker.async.SageMakerAsyncComponent.class)
                .getConfiguration()
                .setSageMakerRuntimeAsyncClient(null);
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:in").routeId("requests").to(uri());
            }
        });
        HealthCheckRegistry registry = HealthCheckRegistry.get(context);
        registry.setEnabled(true);
        registry.register(registry.resolveById("producers"));
        registry.getRepository("producers").orElseThrow().setEnabled(true);
        context.start();
        Exchange refused = send("hello", Map.of());
        assertThat(refused.getException()).isNotNull();
        shown.add(String.valueOf(refused.getException()));
    }

    @Test
    void logsShowNone() throws Exception {
        collectLogs();
        startRefused();
        assertNoSecrets();
    }

    @Test
    void endpointsAndTheirSanitizedUrisShowNone() throws Exception {
        startRefused();
        for (Endpoint endpoint : context.getEndpoints()) {
            shown.add(endpoint.toString());
            shown.add(org.apache.camel.util.URISupport.sanitizeUri(endpoint.getEndpointUri()));
        }
        assertNoSecrets();
    }

    @Test
    void healthChecksShowNone() throws Exception {
        startRefused();
        HealthCheckRegistry.get(context).getRepository("producers").orElseThrow().stream()
                .map(HealthCheck::call)
                .peek(result -> assertThat(result.getState()).isEqualTo(HealthCheck.State.DOWN))
                .forEach(
                        result -> shown.add(result.getMessage() + " " + result.getError() + " " + result.getDetails()));
        assertNoSecrets();
    }

    @Test
    void noAttributeInJmxShowsOne() throws Exception {
        startRefused();
        MBeanServer server =
                context.getManagementStrategy().getManagementAgent().getMBeanServer();
        for (ObjectName name : server.queryNames(new ObjectName("org.apache.camel:*"), null)) {
            shown.add(name.toString());
            for (MBeanAttributeInfo attribute : server.getMBeanInfo(name).getAttributes()) {
                shown.add(attribute.getName() + "=" + value(server, name, attribute));
            }
        }
        assertThat(shown).anyMatch(text -> text.startsWith("Failing=InvokeEndpointAsync"));
        assertNoSecrets();
    }

    private static String value(MBeanServer server, ObjectName name, MBeanAttributeInfo attribute) {
        try {
            return String.valueOf(server.getAttribute(name, attribute.getName()));
        } catch (Exception e) {
            return e.toString();
        }
    }
}
