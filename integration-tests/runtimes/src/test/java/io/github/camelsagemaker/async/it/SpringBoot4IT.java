package io.github.camelsagemaker.async.it;

class SpringBoot4IT extends SpringBootContract {

    @Override
    Application application() {
        return new SpringBootApplication("spring-boot-4");
    }
}
