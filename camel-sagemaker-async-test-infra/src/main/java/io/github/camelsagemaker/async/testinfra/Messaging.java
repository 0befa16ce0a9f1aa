package io.github.camelsagemaker.async.testinfra;

import io.github.camelsagemaker.async.testinfra.http.ForwardingHandler;
import io.github.camelsagemaker.async.testinfra.http.HttpFront;
import io.github.camelsagemaker.async.testinfra.http.Replies;
import io.github.camelsagemaker.async.testinfra.http.ServiceHandler;
import io.github.camelsagemaker.async.testinfra.sns.SnsDialect;
import io.github.camelsagemaker.async.testinfra.sns.SnsService;
import io.github.camelsagemaker.async.testinfra.sqs.SqsDialect;
import io.github.camelsagemaker.async.testinfra.sqs.SqsServer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/** SQS and SNS. */
final class Messaging implements AutoCloseable {

    private static final String ACCOUNT_ID = "000000000000";

    private final RecordedLedger ledger;
    private final HttpFront sqsFront;
    private final SqsServer sqs;
    private final SnsService sns;
    private final HttpFront snsFront;
    private final Clients internal;

    Messaging(
            EventLoopGroup threads,
            InetSocketAddress sqsAddress,
            InetSocketAddress snsAddress,
            RecordedLedger ledger,
            OrderedFaults faults,
            String region,
            String accessKeyId,
            String secretAccessKey) {
        this.ledger = ledger;
        this.internal = new Clients(region, accessKeyId, secretAccessKey);
        // ElasticMQ must know its public address before it starts, so the port in front of it opens first.
        AtomicReference<URI> backend = new AtomicReference<>();
        this.sqsFront = new HttpFront(
                threads, sqsAddress, new SqsDialect(), faults, channel -> forward(channel, backend.get()));
        this.sqs = new SqsServer(sqsFront.uri(), region, ACCOUNT_ID, internal::sqs);
        backend.set(sqs.backend());
        this.sns = new SnsService(region, ACCOUNT_ID, sqs);
        this.snsFront =
                new HttpFront(threads, snsAddress, new SnsDialect(), faults, ServiceHandler.serving(this::answer));
    }

    private static void forward(SocketChannel channel, URI backend) {
        ForwardingHandler.forwardingTo(backend).accept(channel);
    }

    SnsService sns() {
        return sns;
    }

    URI sqsEndpoint() {
        return sqsFront.uri();
    }

    URI snsEndpoint() {
        return snsFront.uri();
    }

    int openConnections() {
        return sqsFront.openConnections() + snsFront.openConnections();
    }

    private CompletableFuture<FullHttpResponse> answer(FullHttpRequest request) {
        String body = request.content().toString(StandardCharsets.UTF_8);
        Map<String, String> form = new HashMap<>();
        new QueryStringDecoder(body, StandardCharsets.UTF_8, false, 4096)
                .parameters()
                .forEach((name, values) -> form.put(name, values.get(0)));
        ledger.called(form.getOrDefault("Action", "Unknown"));
        return sns.handle(form).thenApply(reply -> Replies.of(reply.status(), "text/xml", reply.xml()));
    }

    @Override
    public void close() {
        snsFront.close();
        sqsFront.close();
        sqs.close();
        internal.close();
    }
}
