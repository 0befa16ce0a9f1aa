package io.github.camelsagemaker.async.springboot;

import io.github.camelsagemaker.async.SageMakerAsyncComponent;
import io.github.camelsagemaker.async.SageMakerAsyncComponentConfigurer;
import org.apache.camel.CamelContext;
import org.apache.camel.Component;
import org.apache.camel.PropertyBindingException;
import org.apache.camel.spi.ComponentCustomizer;
import org.apache.camel.spring.boot.util.HierarchicalPropertiesEvaluator;
import org.apache.camel.support.PropertyBindingSupport;
import org.springframework.core.env.Environment;

/**
 * Sets the properties on each instance of the component, whatever its name. Stateless but for the properties, which are
 * immutable.
 */
final class SageMakerAsyncComponentCustomizer implements ComponentCustomizer {

    private final CamelContext context;
    private final Environment environment;
    private final SageMakerAsyncComponentProperties properties;
    private final SageMakerAsyncComponentConfigurer configurer = new SageMakerAsyncComponentConfigurer();

    SageMakerAsyncComponentCustomizer(
            CamelContext context, Environment environment, SageMakerAsyncComponentProperties properties) {
        this.context = context;
        this.environment = environment;
        this.properties = properties;
    }

    /** @throws InvalidPropertyException if an option cannot take the value of its property */
    @Override
    public void configure(String name, Component target) {
        properties.values().forEach((option, value) -> configure(target, option, value));
    }

    private void configure(Component target, String option, String value) {
        try {
            PropertyBindingSupport.build()
                    .withConfigurer(configurer)
                    .withIgnoreCase(true)
                    .withMandatory(true)
                    .bind(context, target, option, value);
        } catch (PropertyBindingException e) {
            String property = SageMakerAsyncComponentProperties.PREFIX + "." + option;
            throw InvalidPropertyException.value(property, value, configurer.getOptionType(option, true), e);
        }
    }

    @Override
    public boolean isEnabled(String name, Component target) {
        return target instanceof SageMakerAsyncComponent
                && HierarchicalPropertiesEvaluator.evaluate(
                        environment,
                        "camel.component.customizer",
                        SageMakerAsyncComponentProperties.PREFIX + ".customizer");
    }
}
