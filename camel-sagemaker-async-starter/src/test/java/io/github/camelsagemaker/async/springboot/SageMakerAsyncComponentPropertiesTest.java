package io.github.camelsagemaker.async.springboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class SageMakerAsyncComponentPropertiesTest {

    private final StandardEnvironment environment = new StandardEnvironment();

    @ParameterizedTest
    @ValueSource(strings = {"input-location", "inputLocation", "inputlocation", "input_location"})
    void readsAnOptionInAnySpellingOfSpring(String spelling) {
        given("camel.component.sagemaker-async." + spelling, "s3://in/");

        assertThat(values()).containsExactly(entry("inputlocation", "s3://in/"));
    }

    @Test
    void readsAnOptionFromAnEnvironmentVariable() {
        givenVariable("CAMEL_COMPONENT_SAGEMAKERASYNC_INPUTLOCATION", "s3://in/");

        assertThat(values()).containsExactly(entry("inputlocation", "s3://in/"));
    }

    @Test
    void letsTheEnvironmentVariableWinOverTheFileWhateverTheSpelling() {
        given("camel.component.sagemaker-async.inputLocation", "s3://file/");
        givenVariable("CAMEL_COMPONENT_SAGEMAKERASYNC_INPUTLOCATION", "s3://variable/");

        assertThat(values()).containsExactly(entry("inputlocation", "s3://variable/"));
    }

    @Test
    void resolvesPlaceholders() {
        given("bucket", "documents");
        given("camel.component.sagemaker-async.input-location", "s3://${bucket}/in/");

        assertThat(values()).containsExactly(entry("inputlocation", "s3://documents/in/"));
    }

    @Test
    void leavesTheSwitchesToTheAutoConfiguration() {
        given("camel.component.sagemaker-async.enabled", "true");
        given("camel.component.sagemaker-async.customizer.enabled", "true");

        assertThat(values()).isEmpty();
    }

    @Test
    void leavesOtherComponentsAlone() {
        given("camel.component.sagemaker-async-other.nonsense", "1");
        given("camel.component.seda.queue-size", "1");

        assertThat(values()).isEmpty();
    }

    @Test
    void refusesAnUnknownNameAndSaysWhichOneWasMeant() {
        given("camel.component.sagemaker-async.input-locaton", "s3://in/");

        assertThatThrownBy(this::values)
                .isInstanceOf(InvalidPropertyException.class)
                .hasMessage(
                        "The property camel.component.sagemaker-async.input-locaton names no option of the component"
                                + " sagemaker-async. Did you mean camel.component.sagemaker-async.inputLocation?");
    }

    @Test
    void refusesAnUnknownNameThatResemblesNone() {
        given("camel.component.sagemaker-async.quux", "1");

        assertThatThrownBy(this::values)
                .hasMessage("The property camel.component.sagemaker-async.quux names no option of the component"
                        + " sagemaker-async. Remove it, or correct its name.");
    }

    @Test
    void setsAWholeConfigurationBeforeSingleOptions() {
        given("camel.component.sagemaker-async.accept", "text/plain");
        given("camel.component.sagemaker-async.configuration", "#bean:mine");

        assertThat(values().keySet()).containsExactly("configuration", "accept");
    }

    private Map<String, String> values() {
        return SageMakerAsyncComponentProperties.of(environment).values();
    }

    private void given(String name, String value) {
        environment.getPropertySources().addLast(new MapPropertySource(name, Map.of(name, value)));
    }

    private void givenVariable(String name, String value) {
        environment
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource(
                        "test-" + StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, Map.of(name, value)));
    }
}
