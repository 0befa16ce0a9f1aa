package io.github.camelsagemaker.async.it;

class Quarkus327IT extends QuarkusContract {

    @Override
    Application application() {
        return new QuarkusApplication("integration-test");
    }
}
