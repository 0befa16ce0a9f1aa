package io.github.camelsagemaker.async.it;

import org.junit.jupiter.api.Tag;

@Tag("soak")
class Quarkus333IT extends QuarkusContract {

    @Override
    Application application() {
        return new QuarkusApplication("integration-test-3.33");
    }
}
