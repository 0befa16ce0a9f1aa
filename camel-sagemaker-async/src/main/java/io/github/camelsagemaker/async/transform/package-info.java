/** What Camel's data types make of a result. */
package io.github.camelsagemaker.async.transform;
