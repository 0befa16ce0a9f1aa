package io.github.camelsagemaker.async.it;

class PlainCamel422IT extends RuntimeContract {

    @Override
    Application application() {
        return new PlainApplication("plain-4.22");
    }
}
