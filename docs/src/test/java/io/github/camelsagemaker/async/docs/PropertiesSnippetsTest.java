package io.github.camelsagemaker.async.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.nio.file.Files;
import java.util.List;
import java.util.Properties;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.camel.main.Main;
import org.apache.camel.util.StringHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Properties on the pages exist. */
class PropertiesSnippetsTest {

    private static final String COMPONENT = "camel.component.sagemaker-async.";
    private static final Pattern DEFINED =
            Pattern.compile("-D(quickstart\\.\\w+|karaf\\.example\\.\\w+|camel\\.component\\.[\\w.-]+)=");

    static List<Page.Block> snippets() {
        return Page.blocks("properties");
    }

    @ParameterizedTest
    @MethodSource("snippets")
    void camelTakesEveryPropertyOfTheSnippet(Page.Block block) throws Exception {
        Properties properties = new Properties();
        properties.load(new StringReader(block.content()));
        Main main = new Main();
        properties.forEach((name, value) -> main.addOverrideProperty((String) name, (String) value));

        main.start(); // Camel Main refuses a property that it does not know
        try {
            assertThat(main.getCamelContext().isStarted()).isTrue();
        } finally {
            main.stop();
        }
    }

    @ParameterizedTest
    @MethodSource("snippets")
    void optionsOfTheComponentAreInTheCatalog(Page.Block block) throws Exception {
        Properties properties = new Properties();
        properties.load(new StringReader(block.content()));

        assertThat(properties.stringPropertyNames())
                .filteredOn(name -> name.startsWith(COMPONENT))
                .extracting(name -> inCamelCase(name).substring(COMPONENT.length()))
                .isSubsetOf(Catalog.load().componentOptions());
    }

    @Test
    void systemPropertiesInCommandsExist() throws Exception {
        String quickstart = Files.readString(
                Page.repository().resolve("examples/quickstart/src/main/resources/application.properties"));
        Properties known = new Properties();
        known.load(new StringReader(quickstart));
        Properties karaf = new Properties();
        karaf.load(new StringReader(Files.readString(Page.repository()
                .resolve("examples/karaf/src/main/resources/etc/io.github.camelsagemaker.examples.karaf.cfg"))));
        karaf.stringPropertyNames().forEach(name -> known.setProperty("karaf.example." + name, ""));
        known.setProperty("karaf.example.aws", "");
        Catalog.load().componentOptions().forEach(option -> known.setProperty(COMPONENT + option, ""));

        List<String> used = Page.all().stream()
                .flatMap(page -> DEFINED.matcher(page.text()).results())
                .map((MatchResult match) -> inCamelCase(match.group(1)))
                .toList();
        assertThat(used).isNotEmpty().isSubsetOf(known.stringPropertyNames());
    }

    /** Spring Boot takes an option with dashes, too. */
    private static String inCamelCase(String property) {
        return property.startsWith(COMPONENT)
                ? COMPONENT + StringHelper.dashToCamelCase(property.substring(COMPONENT.length()))
                : property;
    }
}
