package io.github.camelsagemaker.async.it;

import org.junit.jupiter.api.Tag;

@Tag("soak")
class PlainCamel414IT extends RuntimeContract {

    @Override
    Application application() {
        return new PlainApplication("plain-4.14");
    }
}
