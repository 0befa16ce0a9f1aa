/** The component's own work, measured by JMH. */
package io.github.camelsagemaker.async.benchmarks.micro;
