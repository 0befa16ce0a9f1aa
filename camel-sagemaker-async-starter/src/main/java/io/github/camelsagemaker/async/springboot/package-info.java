/** Spring Boot support: everything under {@code camel.component.sagemaker-async}. */
package io.github.camelsagemaker.async.springboot;
