package io.github.camelsagemaker.async.it;

class PlainCamel418IT extends RuntimeContract {

    @Override
    Application application() {
        return new PlainApplication("plain-4.18");
    }
}
