package io.github.camelsagemaker.async;

import org.junit.jupiter.api.extension.Extension;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;

/**
 * Registered for all tests: with the last of its clients the SDK ends the event loop that they share, which takes two seconds. That
 * would be after each class, and in each test that closes its clients; so there is one that is never closed.
 */
public final class SharedEventLoop implements Extension {

    static final SdkAsyncHttpClient LAST = NettyNioAsyncHttpClient.create();
}
