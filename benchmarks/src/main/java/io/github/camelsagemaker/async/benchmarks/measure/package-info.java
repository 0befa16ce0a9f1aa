/** How things are measured: rounds in turns, what a round used, and the spread over the rounds. */
package io.github.camelsagemaker.async.benchmarks.measure;
