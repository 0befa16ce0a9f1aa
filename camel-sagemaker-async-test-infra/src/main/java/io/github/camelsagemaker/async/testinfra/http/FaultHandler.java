package io.github.camelsagemaker.async.testinfra.http;

import io.github.camelsagemaker.async.testinfra.Fault;
import io.github.camelsagemaker.async.testinfra.HttpCall;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/** Stands between a client and a server, and carries out the faults ordered. One for each connection. */
final class FaultHandler extends ChannelDuplexHandler {

    private final Dialect dialect;
    private final CallGate gate;

    private HttpCall call;
    private Fault fault;
    private FullHttpResponse instead;
    private boolean hiding;

    FaultHandler(Dialect dialect, CallGate gate) {
        this.dialect = dialect;
        this.gate = gate;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        if (message instanceof HttpRequest request) {
            begin(ctx, request);
        }
        if (fault instanceof Fault.Reset reset && !reset.accepted()) {
            resetDuringRequest(ctx, message);
        } else if (instead != null) {
            drain(ctx, message);
        } else {
            super.channelRead(ctx, message);
        }
    }

    private void begin(ChannelHandlerContext ctx, HttpRequest request) {
        if (request.headers().get(HttpHeaderNames.USER_AGENT, "").contains(HttpFront.OWN_CLIENT)) {
            ctx.channel().attr(HttpFront.OWN).set(true);
        }
        call = dialect.call(request);
        fault = gate.arrived(call, request);
        hiding = false;
        if (fault instanceof Fault.ErrorAnswer error) {
            instead = dialect.error(error.status(), error.code(), error.message());
        } else if (fault instanceof Fault.ForeignAnswer foreign) {
            instead = Replies.of(foreign.status(), foreign.contentType(), foreign.body());
        }
        if ((instead != null || fault instanceof Fault.Reset) && HttpUtil.is100ContinueExpected(request)) {
            ctx.writeAndFlush(new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
            HttpUtil.set100ContinueExpected(request, false);
        }
    }

    private void resetDuringRequest(ChannelHandlerContext ctx, Object message) {
        boolean bodyArrived = message instanceof HttpContent content
                && (content.content().isReadable() || message instanceof LastHttpContent);
        ReferenceCountUtil.release(message);
        if (bodyArrived) {
            reset(ctx.channel());
        }
    }

    private void drain(ChannelHandlerContext ctx, Object message) {
        boolean last = message instanceof LastHttpContent;
        ReferenceCountUtil.release(message);
        if (last) {
            FullHttpResponse answer = instead;
            instead = null;
            fault = null;
            ctx.writeAndFlush(answer);
        }
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) throws Exception {
        if (fault instanceof Fault.Reset && !isContinue(message)) {
            ReferenceCountUtil.release(message);
            reset(ctx.channel());
            return;
        }
        if (fault instanceof Fault.Truncated && !isContinue(message)) {
            truncate(ctx, message, promise);
            return;
        }
        if (message instanceof HttpResponse response && response.status().code() == 404 && gate.hidesMissing(call)) {
            hiding = true;
        }
        if (hiding) {
            hide(ctx, message, promise);
        } else if (fault instanceof Fault.Slow slow && !isContinue(message)) {
            // All parts of an answer wait equally long, so they keep their order.
            ctx.executor()
                    .schedule(
                            () -> ctx.writeAndFlush(message, promise),
                            slow.delay().toMillis(),
                            TimeUnit.MILLISECONDS);
        } else {
            super.write(ctx, message, promise);
        }
    }

    private static void truncate(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response) {
            ctx.write(new DefaultHttpResponse(response.protocolVersion(), response.status(), response.headers()));
        }
        boolean breaksOff = message instanceof LastHttpContent;
        if (message instanceof HttpContent content && content.content().isReadable()) {
            int half = content.content().readableBytes() / 2;
            ctx.write(new DefaultHttpContent(content.content().readRetainedSlice(half)));
            breaksOff = true;
        }
        ReferenceCountUtil.release(message);
        ctx.flush();
        promise.trySuccess();
        if (breaksOff) {
            ctx.close();
        }
    }

    private void hide(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        boolean last = message instanceof LastHttpContent;
        ReferenceCountUtil.release(message);
        if (last) {
            hiding = false;
            FullHttpResponse denied = dialect.error(403, "AccessDenied", "Access Denied");
            if (call.method().equals("HEAD")) {
                denied.content().clear();
                denied.headers().setInt("Content-Length", 0);
            }
            ctx.write(denied, promise);
        } else {
            promise.setSuccess();
        }
    }

    private static boolean isContinue(Object message) {
        return message instanceof HttpResponse response && response.status().equals(HttpResponseStatus.CONTINUE);
    }

    private static void reset(Channel channel) {
        // Closing with linger 0 sends RST instead of FIN.
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        channel.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        ctx.close().addListener(ChannelFutureListener.CLOSE_ON_FAILURE);
    }
}
