package io.github.camelsagemaker.async.it.springboot;

import io.github.camelsagemaker.async.it.job.JobRoutes;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.stereotype.Component;

@SpringBootApplication
public class Application {

    public static void main(String[] arguments) {
        SpringApplication.run(Application.class, arguments);
    }

    @Component
    static class Routes extends JobRoutes {}
}
