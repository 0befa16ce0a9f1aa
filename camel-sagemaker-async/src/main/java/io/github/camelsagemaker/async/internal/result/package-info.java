/**
 * What landed: the notification or the listed object that announces it, its content as bytes or as a stream, its headers, and the
 * request that it belongs to. What a notification says is not trusted.
 */
package io.github.camelsagemaker.async.internal.result;
