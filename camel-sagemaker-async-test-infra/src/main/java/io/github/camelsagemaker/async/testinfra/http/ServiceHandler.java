package io.github.camelsagemaker.async.testinfra.http;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObjectAggregator;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers whole requests by a function that does not block. */
public final class ServiceHandler extends SimpleChannelInboundHandler<FullHttpRequest> {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceHandler.class);
    private static final int MAX_BODY_BYTES = 2 * 1024 * 1024;

    private final Function<FullHttpRequest, CompletableFuture<FullHttpResponse>> service;

    private ServiceHandler(Function<FullHttpRequest, CompletableFuture<FullHttpResponse>> service) {
        this.service = service;
    }

    /** The handlers of a connection. The service must take what it needs of the request before it returns. */
    public static Consumer<SocketChannel> serving(
            Function<FullHttpRequest, CompletableFuture<FullHttpResponse>> service) {
        return channel -> channel.pipeline()
                .addLast(new HttpObjectAggregator(MAX_BODY_BYTES))
                .addLast(new ServiceHandler(service));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, FullHttpRequest request) {
        service.apply(request).whenComplete((response, failure) -> {
            if (failure != null) {
                LOG.error("A request could not be answered", failure);
                ctx.writeAndFlush(Replies.of(500, null, ""));
            } else {
                ctx.writeAndFlush(response);
            }
        });
    }
}
