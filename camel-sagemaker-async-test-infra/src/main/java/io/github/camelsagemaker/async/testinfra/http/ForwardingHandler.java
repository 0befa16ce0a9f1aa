package io.github.camelsagemaker.async.testinfra.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.HttpClientCodec;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.function.Consumer;

/**
 * Passes a connection's requests on to another server piece by piece, and its answers back, each side only as fast as the
 * other takes them.
 */
public final class ForwardingHandler extends ChannelInboundHandlerAdapter {

    private final URI target;
    private Channel backend;

    private ForwardingHandler(URI target) {
        this.target = target;
    }

    /** The handlers of a connection. */
    public static Consumer<SocketChannel> forwardingTo(URI target) {
        return channel -> {
            // Nothing is read before the way on is open.
            channel.config().setAutoRead(false);
            channel.pipeline().addLast(new ForwardingHandler(target));
        };
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        Channel client = ctx.channel();
        ChannelFuture connecting = new Bootstrap()
                .group(client.eventLoop())
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new HttpClientCodec()).addLast(new AnswerHandler(ctx));
                    }
                })
                .connect(new InetSocketAddress(target.getHost(), target.getPort()));
        backend = connecting.channel();
        connecting.addListener(done -> {
            if (done.isSuccess()) {
                client.config().setAutoRead(true);
            } else {
                client.close();
            }
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        backend.writeAndFlush(message);
        if (!backend.isWritable()) {
            ctx.channel().config().setAutoRead(false);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        backend.config().setAutoRead(ctx.channel().isWritable());
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        backend.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close();
    }

    private static final class AnswerHandler extends ChannelInboundHandlerAdapter {

        private final ChannelHandlerContext client;

        AnswerHandler(ChannelHandlerContext client) {
            this.client = client;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            client.writeAndFlush(message);
            if (!client.channel().isWritable()) {
                ctx.channel().config().setAutoRead(false);
            }
        }

        @Override
        public void channelWritabilityChanged(ChannelHandlerContext ctx) {
            client.channel().config().setAutoRead(ctx.channel().isWritable());
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            client.close();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
