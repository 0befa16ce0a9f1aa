package io.github.camelsagemaker.async.it;

class SpringBoot3IT extends SpringBootContract {

    @Override
    Application application() {
        return new SpringBootApplication("spring-boot-3");
    }
}
