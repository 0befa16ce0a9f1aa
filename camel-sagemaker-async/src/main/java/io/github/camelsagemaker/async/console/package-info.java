/** The Camel dev console of this component. Used only where camel-console is on the class path. */
package io.github.camelsagemaker.async.console;
