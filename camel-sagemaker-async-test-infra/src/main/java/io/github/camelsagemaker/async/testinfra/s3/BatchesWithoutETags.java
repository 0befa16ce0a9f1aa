package io.github.camelsagemaker.async.testinfra.s3;

import io.github.camelsagemaker.async.testinfra.http.Replies;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Answers DeleteObjects as a store that ignores ETags there: whatever is named is deleted. Other requests go on. */
public final class BatchesWithoutETags extends ChannelInboundHandlerAdapter {

    private static final Pattern KEY = Pattern.compile("<Key>([^<]*)</Key>");

    private final S3Server s3;
    private String bucket;
    private ByteBuf body = Unpooled.EMPTY_BUFFER;

    private BatchesWithoutETags(S3Server s3) {
        this.s3 = s3;
    }

    /** The handler of a connection, before those that know what else S3 does. */
    public static Consumer<SocketChannel> of(S3Server s3) {
        return channel -> channel.pipeline().addLast(new BatchesWithoutETags(s3));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        if (message instanceof HttpRequest request) {
            boolean isBatch = request.method().equals(HttpMethod.POST)
                    && Replies.query(request).containsKey("delete");
            bucket = isBatch ? Replies.path(request).replace("/", "") : null;
            body = isBatch ? Unpooled.buffer() : Unpooled.EMPTY_BUFFER;
        }
        if (bucket == null) {
            super.channelRead(ctx, message);
            return;
        }
        if (message instanceof HttpContent content) {
            body.writeBytes(content.content());
        }
        boolean isLast = message instanceof LastHttpContent;
        ReferenceCountUtil.release(message);
        if (isLast) {
            ctx.writeAndFlush(Replies.of(200, "application/xml", delete(body.toString(StandardCharsets.UTF_8))));
        }
    }

    private String delete(String request) {
        StringBuilder answer = new StringBuilder("<DeleteResult>");
        for (Matcher keys = KEY.matcher(request); keys.find(); ) {
            s3.remove(
                    bucket,
                    keys.group(1)
                            .replace("&lt;", "<")
                            .replace("&gt;", ">")
                            .replace("&quot;", "\"")
                            .replace("&amp;", "&"));
            answer.append("<Deleted>").append(keys.group()).append("</Deleted>");
        }
        return answer.append("</DeleteResult>").toString();
    }
}
