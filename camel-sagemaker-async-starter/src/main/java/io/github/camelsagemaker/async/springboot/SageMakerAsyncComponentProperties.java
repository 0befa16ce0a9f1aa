package io.github.camelsagemaker.async.springboot;

import io.github.camelsagemaker.async.SageMakerAsyncComponentConfigurer;
import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.camel.spi.PropertyConfigurerGetter;
import org.springframework.beans.PropertyMatches;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * The values under {@value #PREFIX}, by option.
 *
 * <p>Which options there are is asked of the component itself, so that none can be missing here. Values are kept as text: Camel
 * converts them, and resolves references such as {@code #bean:name}. Immutable.
 */
public final class SageMakerAsyncComponentProperties {

    /** Where all properties of the component begin. */
    public static final String PREFIX = "camel.component.sagemaker-async";

    /** Read by the auto-configuration itself. */
    private static final Set<String> SWITCHES = Set.of("enabled", "customizer.enabled");

    private static final PropertyConfigurerGetter OPTIONS = new SageMakerAsyncComponentConfigurer();

    /** A whole configuration, given as a bean, must not replace single options that were set before. */
    private static final Comparator<String> CONFIGURATION_FIRST = Comparator.comparing(
                    (String option) -> !"configuration".equals(option))
            .thenComparing(Comparator.naturalOrder());

    private final Map<String, String> values;

    private SageMakerAsyncComponentProperties(Map<String, String> values) {
        this.values = Collections.unmodifiableMap(values);
    }

    /**
     * Reads the properties, in any of the spellings that Spring Boot allows.
     *
     * @throws InvalidPropertyException if a property names no option of the component
     */
    static SageMakerAsyncComponentProperties of(Environment environment) {
        Binder binder = Binder.get(environment);
        Map<String, String> values = new TreeMap<>(CONFIGURATION_FIRST);
        binder.bind(PREFIX, Bindable.mapOf(String.class, String.class)).orElse(Map.of()).keySet().stream()
                .filter(key -> !SWITCHES.contains(key))
                .map(SageMakerAsyncComponentProperties::option)
                .distinct()
                // Bound by name, because a map holds one entry for each spelling and so cannot tell which source wins.
                .forEach(option -> values.put(
                        option,
                        binder.bind(PREFIX + "." + option, Bindable.of(String.class))
                                .orElse("")));
        return new SageMakerAsyncComponentProperties(values);
    }

    private static String option(String key) {
        String option = key.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
        if (OPTIONS.getOptionType(option, true) == null) {
            throw InvalidPropertyException.unknown(PREFIX + "." + key, similarTo(key));
        }
        return option;
    }

    private static List<String> similarTo(String key) {
        String[] matches = PropertyMatches.forProperty(key.replace("-", ""), SageMakerAsyncConfiguration.class)
                .getPossibleMatches();
        return Arrays.stream(matches).map(match -> PREFIX + "." + match).toList();
    }

    /** Values by option name in lower case. */
    Map<String, String> values() {
        return values;
    }
}
