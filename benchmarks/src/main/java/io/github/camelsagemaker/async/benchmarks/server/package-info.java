/**
 * Servers that do as little as a client of AWS lets them: they run in a JVM of their own, keep everything in memory and on
 * one thread, check nothing, and count what they are asked. They are for measuring clients and for nothing else.
 */
package io.github.camelsagemaker.async.benchmarks.server;
