package io.github.camelsagemaker.async.benchmarks.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.io.IOException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client's connection, kept alive. Payloads are counted and dropped; only what a service reads is kept. */
final class Connection extends SimpleChannelInboundHandler<HttpObject> {

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final byte[] NOTHING = {};

    private final Consumer<Call> services;
    private HttpRequest request;
    private ByteBuf kept;
    private long length;

    Connection(Consumer<Call> services) {
        this.services = services;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
        if (message instanceof HttpRequest head) {
            request = head;
            length = 0;
            kept = isRead(head) ? Unpooled.buffer() : null;
            if (HttpUtil.is100ContinueExpected(head)) {
                context.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
            }
        }
        if (message instanceof HttpContent content) {
            length += content.content().readableBytes();
            if (kept != null) {
                kept.writeBytes(content.content());
            }
        }
        if (message instanceof LastHttpContent) {
            byte[] body = kept == null ? NOTHING : bytes(kept);
            services.accept(new Call(
                    request.method(),
                    new QueryStringDecoder(request.uri()),
                    request.headers(),
                    body,
                    length,
                    new Channel(context)));
        }
    }

    /** Payloads of SageMaker and S3 are not looked at. */
    private static boolean isRead(HttpRequest head) {
        return head.method().equals(HttpMethod.POST) && !head.uri().startsWith("/endpoints/");
    }

    private static byte[] bytes(ByteBuf buffer) {
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        return bytes;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        if (!(failure instanceof IOException)) {
            LOG.warn("A request could not be answered", failure);
        }
        context.close();
    }

    private record Channel(ChannelHandlerContext context) implements Call.Answer {

        @Override
        public void send(Reply reply) {
            FullHttpResponse response = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(reply.status()), reply.body());
            reply.headers().forEach((name, value) -> response.headers().set(name, value));
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, reply.length());
            context.writeAndFlush(response, context.voidPromise());
        }

        @Override
        public boolean isOpen() {
            return context.channel().isActive();
        }
    }
}
