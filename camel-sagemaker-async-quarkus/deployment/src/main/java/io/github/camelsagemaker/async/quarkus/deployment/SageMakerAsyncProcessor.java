package io.github.camelsagemaker.async.quarkus.deployment;

import io.quarkus.deployment.annotations.BuildProducer;
import io.quarkus.deployment.annotations.BuildStep;
import io.quarkus.deployment.builditem.ExtensionSslNativeSupportBuildItem;
import io.quarkus.deployment.builditem.FeatureBuildItem;
import io.quarkus.deployment.builditem.IndexDependencyBuildItem;
import io.quarkus.deployment.builditem.nativeimage.NativeImageResourceBuildItem;
import io.quarkus.deployment.builditem.nativeimage.NativeImageResourcePatternsBuildItem;
import io.quarkus.deployment.builditem.nativeimage.ReflectiveClassBuildItem;
import io.quarkus.deployment.pkg.steps.NativeOrNativeSourcesBuild;
import java.io.IOException;

/** What Quarkus has to know of the component. What is for native images only was never tested in one. */
class SageMakerAsyncProcessor {

    static final String FEATURE = "camel-sagemaker-async";

    @BuildStep
    FeatureBuildItem feature() {
        return new FeatureBuildItem(FEATURE);
    }

    @BuildStep
    ExtensionSslNativeSupportBuildItem sslNativeSupport() {
        return new ExtensionSslNativeSupportBuildItem(FEATURE);
    }

    @BuildStep
    IndexDependencyBuildItem index() {
        return new IndexDependencyBuildItem("io.github.camelsagemaker", "camel-sagemaker-async");
    }

    @BuildStep(onlyIf = NativeOrNativeSourcesBuild.class)
    NativeImageResourcePatternsBuildItem schemas() {
        return NativeImageResourcePatternsBuildItem.builder()
                .includeGlob("META-INF/camel-sagemaker-async/schema/**")
                .build();
    }

    /** The SDK looks for interceptors by files with the names of classes, and makes these by reflection. */
    @BuildStep(onlyIf = NativeOrNativeSourcesBuild.class)
    void sdkInterceptors(
            BuildProducer<NativeImageResourceBuildItem> resources, BuildProducer<ReflectiveClassBuildItem> reflection)
            throws IOException {
        SdkInterceptors.FILES.forEach(file -> resources.produce(new NativeImageResourceBuildItem(file)));
        for (String name : SdkInterceptors.namedBy(Thread.currentThread().getContextClassLoader())) {
            reflection.produce(ReflectiveClassBuildItem.builder(name).build());
        }
    }
}
