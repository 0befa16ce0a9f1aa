package io.github.camelsagemaker.async.quarkus.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.SageMakerAsyncComponent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(value = AwsResource.class, restrictToAnnotatedClass = true)
class ScanTest extends JobTestSupport {

    @Override
    void assertLearnedOf(List<String> receivedTimes) {
        assertThat(receivedTimes).hasSize(3).containsOnlyNulls();
    }

    @Test
    void theComponentIsConfiguredByProperties() {
        var component = camel.getComponent("sagemaker-async", SageMakerAsyncComponent.class);

        assertThat(component.getConfiguration().getInputLocation()).isEqualTo("s3://quarkus-test/in/");
    }
}
