package io.github.camelsagemaker.async.it;

class PlainCamel414IT extends RuntimeContract {

    @Override
    Application application() {
        return new PlainApplication("plain-4.14");
    }
}
