/**
 * Checks of single values, with one form of message: option, value, limit, remedy; and text that may not be trusted, made fit for
 * logs. Imports nothing of ours.
 */
package io.github.camelsagemaker.async.internal.options;
