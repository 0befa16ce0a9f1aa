package io.github.camelsagemaker.async.it;

import org.junit.jupiter.api.Tag;

@Tag("soak")
class PlainCamel422IT extends RuntimeContract {

    @Override
    Application application() {
        return new PlainApplication("plain-4.22");
    }
}
