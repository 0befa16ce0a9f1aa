package io.github.camelsagemaker.async.it;

class Quarkus333IT extends QuarkusContract {

    @Override
    Application application() {
        return new QuarkusApplication("integration-test-3.33");
    }
}
