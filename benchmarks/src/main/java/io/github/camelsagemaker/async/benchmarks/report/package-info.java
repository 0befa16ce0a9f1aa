/** What is made of the measurements: goals, prices, a page and a plot. */
package io.github.camelsagemaker.async.benchmarks.report;
