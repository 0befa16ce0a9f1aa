package io.github.camelsagemaker.async.examples.onecontext;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.testinfra.LocalAws;
import java.util.HashSet;
import java.util.Set;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Servers that are a bean live as long as the context, which Spring keeps for the next class. Not where the example looks for beans. */
class TestsWithOneContextTest {

    private static final Set<LocalAws> SEEN = new HashSet<>();

    @SpringBootTest(
            classes = Application.class,
            properties = {"spring.config.name=none", "server.port=0"})
    abstract static class ApplicationTest {

        @Autowired
        private LocalAws aws;

        @Autowired
        private ProducerTemplate template;

        @Test
        void isAnswered() {
            SEEN.add(aws);

            assertThat(template.requestBody("direct:ask", "hello", String.class))
                    .isEqualTo("HELLO");
            assertThat(SEEN).hasSize(1);
        }
    }

    @Nested
    class OneClassTest extends ApplicationTest {}

    @Nested
    class AnotherClassTest extends ApplicationTest {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(LocalAwsBeans.class)
    static class Application {

        @Bean
        RouteBuilder route() {
            return new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:ask")
                            .to("sagemaker-async:upper?awaitResult=true")
                            .convertBodyTo(String.class);
                }
            };
        }
    }
}
