package io.github.camelsagemaker.async.examples.springboot;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the application. */
@SpringBootApplication
public class SpringBootExample {

    public static void main(String[] arguments) {
        SpringApplication.run(SpringBootExample.class, arguments);
    }
}
