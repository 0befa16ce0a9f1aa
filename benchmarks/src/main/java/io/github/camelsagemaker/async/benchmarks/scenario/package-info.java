/** The contests: the same work done by the component, by the bare SDK, and by what routes did before. */
package io.github.camelsagemaker.async.benchmarks.scenario;
