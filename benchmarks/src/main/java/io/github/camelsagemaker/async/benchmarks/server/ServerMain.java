package io.github.camelsagemaker.async.benchmarks.server;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/**
 * Serves SageMaker, S3 and SQS on one port of this machine until its standard input ends. One thread does everything, so
 * nothing here is locked.
 */
public final class ServerMain {

    /** What is printed before the port. */
    public static final String READY = "Listening on port ";

    private static final int MAX_HEADER = 64 * 1024;
    private static final int MAX_CHUNK = 256 * 1024;

    private ServerMain() {}

    public static void main(String[] args) throws Exception {
        EventLoopGroup loop = new NioEventLoopGroup(1);
        try {
            Consumer<Call> services = services(loop);
            Channel channel = new ServerBootstrap()
                    .group(loop)
                    .channel(NioServerSocketChannel.class)
                    .option(ChannelOption.SO_BACKLOG, 4096)
                    .childOption(ChannelOption.TCP_NODELAY, true)
                    .childHandler(new ChannelInitializer<SocketChannel>() {
                        @Override
                        protected void initChannel(SocketChannel client) {
                            client.pipeline()
                                    .addLast(new HttpServerCodec(4096, MAX_HEADER, MAX_CHUNK))
                                    .addLast(new Connection(services));
                        }
                    })
                    .bind(InetAddress.getLoopbackAddress(), 0)
                    .sync()
                    .channel();
            System.out.println(READY + ((InetSocketAddress) channel.localAddress()).getPort());
            while (System.in.read() >= 0) {
                // The process that started this one is alive.
            }
        } finally {
            loop.shutdownGracefully();
        }
    }

    private static Consumer<Call> services(EventLoopGroup loop) {
        Counters counters = new Counters();
        ObjectStore objects = new ObjectStore();
        Queues queues = new Queues(loop.next());
        SageMaker sageMaker = new SageMaker(objects, queues, loop.next(), counters);
        S3 s3 = new S3(objects, counters);
        Sqs sqs = new Sqs(queues, counters);
        Control control = new Control(objects, queues, sageMaker, counters);
        return call -> {
            String target = call.headers().get("x-amz-target");
            if (target != null) {
                sqs.handle(call, target.substring(target.indexOf('.') + 1));
            } else if (call.path().startsWith("/endpoints/")) {
                sageMaker.handle(call);
            } else if (call.path().startsWith("/_control/")) {
                control.handle(call);
            } else {
                s3.handle(call);
            }
        };
    }
}
