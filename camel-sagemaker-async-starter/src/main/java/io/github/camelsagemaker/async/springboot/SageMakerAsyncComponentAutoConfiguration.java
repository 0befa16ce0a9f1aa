package io.github.camelsagemaker.async.springboot;

import org.apache.camel.CamelContext;
import org.apache.camel.spi.ComponentCustomizer;
import org.apache.camel.spring.boot.CamelAutoConfiguration;
import org.apache.camel.spring.boot.util.ConditionalOnCamelContextAndAutoConfigurationBeans;
import org.apache.camel.spring.boot.util.ConditionalOnHierarchicalProperties;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.core.env.Environment;

/**
 * Configures the component from {@code camel.component.sagemaker-async.*}, as Camel's own starters do for theirs.
 *
 * <p>AWS clients need nothing here: a single bean of a client's type in the application context is used instead of a client
 * built from the options (Camel's autowiring; switched off by {@code autowired-enabled=false}).
 */
@AutoConfiguration(after = CamelAutoConfiguration.class)
@Conditional(ConditionalOnCamelContextAndAutoConfigurationBeans.class)
@ConditionalOnHierarchicalProperties({"camel.component", SageMakerAsyncComponentProperties.PREFIX})
@ImportRuntimeHints(SageMakerAsyncRuntimeHints.class)
public class SageMakerAsyncComponentAutoConfiguration {

    /** Read when the application starts, so that a wrong name fails even where no route uses the component yet. */
    @Bean
    SageMakerAsyncComponentProperties sageMakerAsyncComponentProperties(Environment environment) {
        return SageMakerAsyncComponentProperties.of(environment);
    }

    @Bean
    ComponentCustomizer sageMakerAsyncComponentCustomizer(
            CamelContext context, Environment environment, SageMakerAsyncComponentProperties properties) {
        return new SageMakerAsyncComponentCustomizer(context, environment, properties);
    }
}
