package io.github.camelsagemaker.async.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.ServiceStatus;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The routes on the pages compile, load, and start on a SageMaker and an S3 that check what they get. {@link SnippetOutcomesTest}
 * starts those that receive or await results, and more.
 */
class RouteSnippetsTest {

    private static DocumentedAws aws;

    static List<Page.Block> java() {
        return Page.blocks("java").stream()
                .filter(block -> !JavaSnippet.isTest(block.content()) && !"source".equals(block.marker()))
                .toList();
    }

    static List<Page.Block> tests() {
        return Page.blocks("java").stream()
                .filter(block -> JavaSnippet.isTest(block.content()) && !"source".equals(block.marker()))
                .toList();
    }

    static List<Page.Block> yaml() {
        return Page.blocks("yaml").stream()
                .filter(block -> !"kubernetes".equals(block.marker()))
                .toList();
    }

    static List<Page.Block> javaWithoutOutcome() {
        return java().stream()
                .filter(block -> !SnippetOutcomesTest.hasOutcome(block))
                .toList();
    }

    static List<Page.Block> yamlWithoutOutcome() {
        return yaml().stream()
                .filter(block -> !SnippetOutcomesTest.hasOutcome(block))
                .toList();
    }

    @BeforeAll
    static void startAws() {
        aws = new DocumentedAws();
    }

    @AfterAll
    static void stopAws() {
        aws.close();
    }

    @ParameterizedTest
    @MethodSource("javaWithoutOutcome")
    void javaRoutesCompileAndStart(Page.Block block) throws Exception {
        RouteBuilder routes = JavaSnippet.compileRoutes(block.content());
        assertStarts(routes, block.content().contains("from("));
    }

    @ParameterizedTest
    @MethodSource("tests")
    void javaTestCodeCompiles(Page.Block block) throws Exception {
        JavaSnippet.compileTest(block.content());
    }

    @ParameterizedTest
    @MethodSource("yamlWithoutOutcome")
    void yamlRoutesLoadAndStart(Page.Block block) throws Exception {
        try (CamelContext context = DocumentedAws.camel()) {
            Resource resource = ResourceHelper.fromString("snippet.yaml", block.content());
            PluginHelper.getRoutesLoader(context).loadRoutes(resource);
            assertStarts(context, true);
        }
    }

    private static void assertStarts(RoutesBuilder routes, boolean hasRoutes) throws Exception {
        try (CamelContext context = DocumentedAws.camel()) {
            context.addRoutes(routes);
            assertStarts(context, hasRoutes);
        }
    }

    static void assertStarts(CamelContext context, boolean hasRoutes) {
        context.start();
        assertThat(context.getRoutes().isEmpty()).isEqualTo(!hasRoutes);
        assertThat(context.getRoutes())
                .allSatisfy(route -> assertThat(context.getRouteController().getRouteStatus(route.getId()))
                        .isEqualTo(ServiceStatus.Started));
    }
}
