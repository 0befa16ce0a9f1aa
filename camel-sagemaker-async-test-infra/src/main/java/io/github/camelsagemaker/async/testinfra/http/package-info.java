/**
 * The front of every server here: counts calls for the ledger, fails those that are to fail, forwards the others.
 */
package io.github.camelsagemaker.async.testinfra.http;
