package io.github.camelsagemaker.async.testinfra.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.function.Consumer;

/** A listening port of a service. Calls are counted and meet their faults here, then go to the server behind it. */
public final class HttpFront implements AutoCloseable {

    /** In the User-Agent of this library's own clients, whose connections nobody wants counted. */
    public static final String OWN_CLIENT = "local-aws";

    /** Set on the connections of our own clients. */
    static final AttributeKey<Boolean> OWN = AttributeKey.valueOf(HttpFront.class, "own");

    private static final int MAX_HEADER_BYTES = 64 * 1024;

    private final Channel listener;
    private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

    /**
     * Listens.
     *
     * @param address where; port 0 is a free one
     * @param server adds the handlers that answer requests to a connection's pipeline
     */
    public HttpFront(
            EventLoopGroup threads,
            InetSocketAddress address,
            Dialect dialect,
            CallGate gate,
            Consumer<SocketChannel> server) {
        this.listener = new ServerBootstrap()
                .group(threads)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, 1024)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel channel) {
                        connections.add(channel);
                        channel.pipeline()
                                .addLast(new HttpServerCodec(MAX_HEADER_BYTES, MAX_HEADER_BYTES, MAX_HEADER_BYTES))
                                .addLast(new HttpServerKeepAliveHandler())
                                .addLast(new FaultHandler(dialect, gate));
                        server.accept(channel);
                    }
                })
                .bind(address)
                .syncUninterruptibly()
                .channel();
    }

    /** Where it is reached from this machine. */
    public URI uri() {
        return URI.create("http://127.0.0.1:" + ((InetSocketAddress) listener.localAddress()).getPort());
    }

    /** How many connections are open, but for those of this library's own clients. */
    public int openConnections() {
        return (int) connections.stream()
                .filter(connection -> !connection.hasAttr(OWN))
                .count();
    }

    @Override
    public void close() {
        listener.close().syncUninterruptibly();
    }
}
