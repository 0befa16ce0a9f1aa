/**
 * Remembers invocations until their result was delivered, so that none ends silently: a record before the call, the original
 * headers back with the result, and an exchange of status EXPIRED for a request whose result never came.
 */
package io.github.camelsagemaker.async.tracking;
