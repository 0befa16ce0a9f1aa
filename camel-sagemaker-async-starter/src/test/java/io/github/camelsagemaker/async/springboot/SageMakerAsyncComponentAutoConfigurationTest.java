package io.github.camelsagemaker.async.springboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

import io.github.camelsagemaker.async.SageMakerAsyncComponent;
import io.github.camelsagemaker.async.SageMakerAsyncComponentConfigurer;
import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.spring.boot.CamelAutoConfiguration;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.apache.camel.util.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import software.amazon.awssdk.services.s3.S3AsyncClient;

class SageMakerAsyncComponentAutoConfigurationTest {

    private static final String PREFIX = "camel.component.sagemaker-async.";

    private final SageMakerAsyncComponentConfigurer configurer = new SageMakerAsyncComponentConfigurer();
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    CamelAutoConfiguration.class, SageMakerAsyncComponentAutoConfiguration.class));

    @Test
    void setsEveryOptionOfTheCatalog() {
        Map<String, Object> samples = new LinkedHashMap<>();
        Catalog.componentOptions().forEach((name, option) -> {
            if (!"object".equals(option.getString("type"))) {
                samples.put(name, sample(option));
            }
        });
        String[] pairs = samples.entrySet().stream()
                .map(sample -> PREFIX + sample.getKey() + "=" + sample.getValue())
                .toArray(String[]::new);

        runner.withPropertyValues(pairs)
                .run(context -> samples.forEach((name, value) -> assertThat(String.valueOf(option(context, name)))
                        .as(name)
                        .isEqualToIgnoringCase(value.toString())));
    }

    private static Object sample(JsonObject option) {
        return switch (option.getString("type")) {
            case "boolean" -> !option.getBooleanOrDefault("defaultValue", false);
            case "integer", "duration" -> 73;
            case "enum" ->
                option.<Collection<Object>>getCollection("enum").stream()
                        .filter(value -> !value.equals(option.get("defaultValue")))
                        .findFirst()
                        .orElseThrow();
            case "string" -> "sample";
            default -> throw new AssertionError("No sample for " + option);
        };
    }

    @Test
    void takesABeanByReference() {
        runner.withUserConfiguration(Repository.class)
                .withPropertyValues(PREFIX + "idempotent-repository=#bean:handled")
                .run(context ->
                        assertThat(option(context, "idempotentRepository")).isSameAs(context.getBean("handled")));
    }

    @Test
    void refusesAReferenceToABeanThatIsNotThere() {
        runner.withUserConfiguration(Producer.class)
                .withPropertyValues(PREFIX + "idempotent-repository=#bean:nowhere")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .isNotNull()
                        .satisfies(e -> assertThat(context.getStartupFailure())
                                .hasStackTraceContaining(
                                        "The property " + PREFIX + "idempotentrepository is '#bean:nowhere'. "
                                                + "Define the bean it refers to, a "
                                                + IdempotentRepository.class.getName() + ".")));
    }

    @Test
    void refusesAValueThatIsNoNumber() {
        runner.withUserConfiguration(Producer.class)
                .withPropertyValues(PREFIX + "inline-threshold=many")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("The property " + PREFIX
                                + "inlinethreshold is 'many'. Set it to a value of type int."));
    }

    @Test
    void refusesAValueThatIsNotInTheEnumeration() {
        runner.withUserConfiguration(Producer.class)
                .withPropertyValues(PREFIX + "payload-mode=SOMETIMES")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasStackTraceContaining("The property " + PREFIX
                                + "payloadmode is 'SOMETIMES'. Set it to one of [AUTO, INLINE, S3]."));
    }

    @Test
    void refusesAnUnknownPropertyEvenWithoutARoute() {
        runner.withPropertyValues(PREFIX + "input-locaton=s3://in/")
                .run(context -> assertThat(context.getStartupFailure())
                        .hasRootCauseInstanceOf(InvalidPropertyException.class)
                        .hasStackTraceContaining("Did you mean " + PREFIX + "inputLocation?"));
    }

    @Test
    void usesTheClientOfTheApplicationContext() {
        runner.withUserConfiguration(OneClient.class)
                .run(context -> assertThat(option(context, "s3AsyncClient")).isSameAs(context.getBean("client")));
    }

    @Test
    void usesThePrimaryClientOfSeveral() {
        runner.withUserConfiguration(OneClient.class, PrimaryClient.class)
                .run(context -> assertThat(option(context, "s3AsyncClient")).isSameAs(context.getBean("primary")));
    }

    @Test
    void prefersTheClientThatAPropertyNames() {
        runner.withUserConfiguration(OneClient.class, PrimaryClient.class)
                .withPropertyValues(PREFIX + "s3-async-client=#bean:client")
                .run(context -> assertThat(option(context, "s3AsyncClient")).isSameAs(context.getBean("client")));
    }

    @Test
    void leavesTheClientsOfTheApplicationContextAloneIfToldSo() {
        runner.withUserConfiguration(OneClient.class)
                .withPropertyValues(PREFIX + "autowired-enabled=false")
                .run(context -> assertThat(option(context, "s3AsyncClient")).isNull());
    }

    @Test
    void configuresEveryInstanceOfTheComponent() {
        runner.withUserConfiguration(SecondComponent.class)
                .withPropertyValues(PREFIX + "region=eu-west-1")
                .run(context -> assertThat(context.getBean(CamelContext.class)
                                .getComponent("second", SageMakerAsyncComponent.class)
                                .getConfiguration()
                                .getRegion())
                        .isEqualTo("eu-west-1"));
    }

    @Test
    void keepsSingleOptionsBesideAConfigurationGivenAsABean() {
        runner.withUserConfiguration(OwnConfiguration.class)
                .withPropertyValues(PREFIX + "configuration=#bean:own", PREFIX + "accept=text/plain")
                .run(context -> {
                    assertThat(option(context, "region")).isEqualTo("us-east-2");
                    assertThat(option(context, "accept")).isEqualTo("text/plain");
                });
    }

    @Test
    void doesNothingWhenDisabled() {
        runner.withPropertyValues(PREFIX + "enabled=false", PREFIX + "region=eu-west-1")
                .run(context -> assertThat(option(context, "region")).isNull());
    }

    @Test
    void doesNothingWhenAllComponentsAreDisabled() {
        runner.withPropertyValues("camel.component.enabled=false", PREFIX + "region=eu-west-1")
                .run(context -> assertThat(option(context, "region")).isNull());
    }

    @Test
    void isStrongerThanTheSwitchForAllComponents() {
        runner.withPropertyValues("camel.component.enabled=false", PREFIX + "enabled=true", PREFIX + "region=eu-west-1")
                .run(context -> assertThat(option(context, "region")).isEqualTo("eu-west-1"));
    }

    @Test
    void setsNothingWhenItsCustomizerIsDisabled() {
        runner.withPropertyValues(PREFIX + "customizer.enabled=false", PREFIX + "region=eu-west-1")
                .run(context -> assertThat(option(context, "region")).isNull());
    }

    @Test
    void backsOffWithoutCamel() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(SageMakerAsyncComponentAutoConfiguration.class))
                .run(context ->
                        assertThat(context).hasNotFailed().doesNotHaveBean(SageMakerAsyncComponentProperties.class));
    }

    private Object option(ApplicationContext context, String name) {
        SageMakerAsyncComponent component =
                context.getBean(CamelContext.class).getComponent("sagemaker-async", SageMakerAsyncComponent.class);
        return configurer.getOptionValue(component, name, false);
    }

    @Configuration(proxyBeanMethods = false)
    static class Producer {

        @Bean
        RouteBuilder route() {
            return new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:in").to("sagemaker-async:model");
                }
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Repository {

        @Bean
        IdempotentRepository handled() {
            return new MemoryIdempotentRepository();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OneClient {

        @Bean
        S3AsyncClient client() {
            return mock(S3AsyncClient.class);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class PrimaryClient {

        @Bean
        @Primary
        S3AsyncClient primary() {
            return mock(S3AsyncClient.class);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class SecondComponent {

        @Bean
        SageMakerAsyncComponent second() {
            return new SageMakerAsyncComponent();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnConfiguration {

        @Bean
        SageMakerAsyncConfiguration own() {
            SageMakerAsyncConfiguration configuration = new SageMakerAsyncConfiguration();
            configuration.setRegion("us-east-2");
            return configuration;
        }
    }
}
