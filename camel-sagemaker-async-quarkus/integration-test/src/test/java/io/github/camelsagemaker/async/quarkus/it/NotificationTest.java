package io.github.camelsagemaker.async.quarkus.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;

@QuarkusTest
@QuarkusTestResource(
        value = AwsResource.class,
        restrictToAnnotatedClass = true,
        initArgs = @ResourceArg(name = AwsResource.BY_NOTIFICATION, value = "true"))
class NotificationTest extends JobTestSupport {

    @Override
    void assertLearnedOf(List<String> receivedTimes) {
        assertThat(receivedTimes).hasSize(3).doesNotContainNull();
    }
}
