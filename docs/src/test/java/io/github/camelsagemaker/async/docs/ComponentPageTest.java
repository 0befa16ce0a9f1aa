package io.github.camelsagemaker.async.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The tables of options and headers say what the catalog says. With {@code -Ddocs.update=true} they are written anew first.
 */
class ComponentPageTest {

    private static final String PATH = "docs/component.md";
    private static final Pattern HEADER_NAME = Pattern.compile("CamelAwsSageMakerAsync\\w+");

    private final Catalog catalog = Catalog.load();

    @BeforeAll
    static void update() throws Exception {
        if (Boolean.getBoolean("docs.update")) {
            Catalog catalog = Catalog.load();
            Page.of(PATH)
                    .withTable("options", catalog.sharedTables())
                    .withTable("endpoint", catalog.endpointTables())
                    .withTable("component", catalog.componentTables())
                    .withTable("headers", catalog.headerTables())
                    .write();
        }
    }

    @Test
    void optionsOfComponentAndEndpointAreThoseOfTheCatalog() {
        assertTable("options", catalog.sharedTables());
    }

    @Test
    void noOptionHasTwoRows() {
        String page = Page.of(PATH).text();
        assertThat(catalog.endpointOptions()).allSatisfy(option -> assertThat(page.split("\n\\| `" + option + "` \\| "))
                .hasSize(2));
    }

    @Test
    void endpointOptionsAreThoseOfTheCatalog() {
        assertTable("endpoint", catalog.endpointTables());
    }

    @Test
    void componentOptionsAreThoseOfTheCatalog() {
        assertTable("component", catalog.componentTables());
    }

    @Test
    void headersAreThoseOfTheCatalog() {
        assertTable("headers", catalog.headerTables());
    }

    @Test
    void everyHeaderThatAPageNamesExists() {
        Set<String> known = catalog.headers();
        assertThat(Page.all()).allSatisfy(page -> assertThat(HEADER_NAME
                        .matcher(page.text())
                        .results()
                        .map(MatchResult::group)
                        .collect(Collectors.toSet()))
                .isSubsetOf(known));
    }

    private static void assertTable(String name, String expected) {
        assertThat(Page.of(PATH).table(name))
                .as("table '%s' of %s; write it anew with the command in CONTRIBUTING.md", name, PATH)
                .isEqualTo(expected);
    }
}
