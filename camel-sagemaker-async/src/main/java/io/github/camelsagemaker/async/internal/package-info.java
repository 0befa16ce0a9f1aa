/**
 * An endpoint as the packages below see it: its name, its options and its clients, for as long as a producer or consumer uses it.
 */
package io.github.camelsagemaker.async.internal;
