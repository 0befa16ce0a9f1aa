package io.github.camelsagemaker.async.springboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

@ExtendWith(OutputCaptureExtension.class)
class InvalidPropertyFailureAnalyzerTest {

    @Test
    void showsDescriptionAndActionInsteadOfAStackTrace(CapturedOutput output) {
        SpringApplication application = new SpringApplication(Application.class);
        application.setWebApplicationType(WebApplicationType.NONE);

        assertThatThrownBy(() -> application.run("--camel.component.sagemaker-async.regoin=eu-west-1"))
                .hasRootCauseInstanceOf(InvalidPropertyException.class);
        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("The property camel.component.sagemaker-async.regoin names no option")
                .contains("Did you mean camel.component.sagemaker-async.region?")
                .doesNotContain("\tat ");
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}
}
