package io.github.camelsagemaker.async.springboot;

import io.github.camelsagemaker.async.SageMakerAsyncComponent;
import io.github.camelsagemaker.async.SageMakerAsyncComponentConfigurer;
import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.SageMakerAsyncEndpointConfigurer;
import io.github.camelsagemaker.async.SageMakerAsyncEndpointUriFactory;
import io.github.camelsagemaker.async.console.SageMakerAsyncDevConsole;
import io.github.camelsagemaker.async.transform.CloudEventDataTypeTransformer;
import java.util.stream.Stream;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/**
 * What a native image must keep because Camel finds it by name. The AWS SDK's jars bring what the SDK itself needs.
 */
class SageMakerAsyncRuntimeHints implements RuntimeHintsRegistrar {

    @Override
    public void registerHints(RuntimeHints hints, ClassLoader classLoader) {
        Stream.of("component", "configurer", "dev-console", "transformer", "urifactory")
                .map(kind -> "META-INF/services/org/apache/camel/" + kind + "/sagemaker-async*")
                .forEach(hints.resources()::registerPattern);
        Stream.of(
                        SageMakerAsyncComponent.class,
                        SageMakerAsyncComponentConfigurer.class,
                        SageMakerAsyncEndpointConfigurer.class,
                        SageMakerAsyncEndpointUriFactory.class,
                        SageMakerAsyncDevConsole.class,
                        CloudEventDataTypeTransformer.class)
                .forEach(type -> hints.reflection().registerType(type, MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS));
        // The message about an unknown property looks for similar names.
        hints.reflection().registerType(SageMakerAsyncConfiguration.class, MemberCategory.INVOKE_PUBLIC_METHODS);
    }
}
