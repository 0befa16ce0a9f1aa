package io.github.camelsagemaker.async.it;

import org.junit.jupiter.api.Tag;

@Tag("soak")
class SpringBoot4IT extends SpringBootContract {

    @Override
    Application application() {
        return new SpringBootApplication("spring-boot-4");
    }
}
