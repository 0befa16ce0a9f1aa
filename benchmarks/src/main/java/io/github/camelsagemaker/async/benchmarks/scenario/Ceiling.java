package io.github.camelsagemaker.async.benchmarks.scenario;

import io.github.camelsagemaker.async.benchmarks.BenchmarkServer;
import io.github.camelsagemaker.async.benchmarks.measure.ClosedLoop;
import io.github.camelsagemaker.async.benchmarks.measure.ClosedLoop.Operation;
import io.github.camelsagemaker.async.benchmarks.measure.Sample;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * How fast the servers answer a client that does nothing: the same bytes again and again on kept connections, the answers
 * thrown away. What is measured elsewhere must stay well below.
 */
public final class Ceiling implements AutoCloseable {

    private final EventLoopGroup loop = new NioEventLoopGroup(1);
    private final BlockingQueue<Lane> free = new LinkedBlockingQueue<>();
    private final ByteBuf request;

    public Ceiling(BenchmarkServer server, int connections, int payload) throws InterruptedException {
        String head = "POST /endpoints/model/async-invocations HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: "
                + payload + "\r\n\r\n";
        request = Unpooled.unreleasableBuffer(Unpooled.directBuffer()
                .writeBytes(head.getBytes(StandardCharsets.US_ASCII))
                .writeZero(payload));
        Bootstrap bootstrap = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .handler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new Lane());
                    }
                });
        for (int i = 0; i < connections; i++) {
            Channel channel = bootstrap
                    .connect(InetAddress.getLoopbackAddress(), server.port())
                    .sync()
                    .channel();
            free.add(channel.pipeline().get(Lane.class));
        }
    }

    public Sample round(long millis) throws Exception {
        Operation operation = callback -> {
            Lane lane = free.remove();
            lane.send(problem -> {
                free.add(lane);
                callback.accept(problem);
            });
        };
        return ClosedLoop.run(operation, free.size(), millis);
    }

    /** An answer is short, so it arrives in one piece: nothing is parsed. */
    private final class Lane extends ChannelInboundHandlerAdapter {

        private volatile ChannelHandlerContext context;
        private volatile Consumer<Throwable> callback;

        @Override
        public void handlerAdded(ChannelHandlerContext added) {
            context = added;
        }

        void send(Consumer<Throwable> whenAnswered) {
            callback = whenAnswered;
            context.writeAndFlush(request.duplicate(), context.voidPromise());
        }

        @Override
        public void channelRead(ChannelHandlerContext from, Object answer) {
            ReferenceCountUtil.release(answer);
            callback.accept(null);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext from, Throwable failure) {
            callback.accept(failure);
        }
    }

    @Override
    public void close() {
        loop.shutdownGracefully();
    }
}
