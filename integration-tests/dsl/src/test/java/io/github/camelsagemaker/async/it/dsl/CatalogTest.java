package io.github.camelsagemaker.async.it.dsl;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.SageMakerAsyncComponent;
import org.apache.camel.CatalogCamelContext;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.catalog.EndpointValidationResult;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.tooling.model.ComponentModel;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.regions.Region;

/** Tools that know Camel's catalog know the component, once they are told of its class. */
class CatalogTest {

    private final CamelCatalog catalog = new DefaultCamelCatalog();

    @BeforeEach
    void addTheComponent() {
        catalog.addComponent("sagemaker-async", SageMakerAsyncComponent.class.getName());
    }

    @Test
    void findsTheComponent() {
        ComponentModel model = catalog.componentModel("sagemaker-async");

        assertThat(catalog.findComponentNames()).contains("sagemaker-async");
        assertThat(model.getArtifactId()).isEqualTo("camel-sagemaker-async");
        assertThat(model.getJavaType()).isEqualTo(SageMakerAsyncComponent.class.getName());
    }

    @Test
    void describesItAsACamelContextDoes() throws Exception {
        try (CatalogCamelContext context = new DefaultCamelContext()) {
            assertThat(catalog.componentJSonSchema("sagemaker-async"))
                    .isEqualToIgnoringNewLines(context.getComponentParameterJsonSchema("sagemaker-async"));
        }
    }

    @Test
    void tellsThatResultsAreDeletedUnlessTheUriSaysOtherwise() {
        assertThat(catalog.componentModel("sagemaker-async").getEndpointOptions())
                .filteredOn(option -> option.getName().equals("deleteAfterRead"))
                .singleElement()
                .extracting(option -> String.valueOf(option.getDefaultValue()))
                .isEqualTo("true");
    }

    @Test
    void offersTheRegionsThatTheSdkKnows() {
        assertThat(catalog.componentModel("sagemaker-async").getEndpointOptions())
                .filteredOn(option -> option.getName().equals("region"))
                .singleElement()
                .satisfies(option -> assertThat(option.getEnums())
                        .containsExactlyElementsOf(Region.regions().stream()
                                .filter(region -> !region.isGlobalRegion())
                                .map(Region::id)
                                .sorted()
                                .toList()));
    }

    @Test
    void takesAUriWithEverythingRight() {
        EndpointValidationResult result = catalog.validateEndpointProperties(
                "sagemaker-async:summarizer?outputLocation=s3://my-bucket/out/&onFailedInference=EXCEPTION&maxInFlight=8");

        assertThat(result.isSuccess()).as(result.summaryErrorMessage(false)).isTrue();
    }

    @Test
    void namesAnOptionThatDoesNotExist() {
        assertThat(catalog.validateEndpointProperties("sagemaker-async:summarizer?outputLocaton=s3://my-bucket/out/")
                        .getUnknown())
                .containsExactly("outputLocaton");
    }

    @Test
    void namesAValueThatAnOptionCannotTake() {
        EndpointValidationResult result =
                catalog.validateEndpointProperties("sagemaker-async:summarizer?payloadMode=SOMETIMES&maxInFlight=many");

        assertThat(result.getInvalidEnum()).containsEntry("payloadMode", "SOMETIMES");
        assertThat(result.getInvalidInteger()).containsEntry("maxInFlight", "many");
    }

    @Test
    void composesAUri() throws Exception {
        assertThat(catalog.asEndpointUri(
                        "sagemaker-async", java.util.Map.of("endpointName", "summarizer", "payloadMode", "S3"), false))
                .isEqualTo("sagemaker-async:summarizer?payloadMode=S3");
    }
}
