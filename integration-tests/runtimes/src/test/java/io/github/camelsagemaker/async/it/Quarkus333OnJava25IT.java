package io.github.camelsagemaker.async.it;

import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

@EnabledIfEnvironmentVariable(named = JavaProcess.JAVA_25_HOME, matches = ".+")
class Quarkus333OnJava25IT extends JobContract {

    @Override
    Application application() {
        return new QuarkusApplication("integration-test-3.33", JavaProcess.java25());
    }
}
