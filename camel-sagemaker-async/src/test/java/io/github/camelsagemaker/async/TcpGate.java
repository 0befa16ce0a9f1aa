package io.github.camelsagemaker.async;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;

/** A port in front of a server that can be closed, so that connections are refused, or let nothing through; and be opened again. */
final class TcpGate implements AutoCloseable {

    private final URI target;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final int port;
    private ServerSocket listener;
    private boolean silent;
    private volatile int latencyMillis;

    TcpGate(URI target) throws IOException {
        this.target = target;
        this.listener = listen(0);
        this.port = listener.getLocalPort();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + port);
    }

    private ServerSocket listen(int wanted) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), 100);
        run(() -> {
            while (true) {
                Socket client = socket.accept();
                connections.add(client);
                Socket server = new Socket(target.getHost(), target.getPort());
                connections.add(server);
                run(() -> copy(client, server, 0));
                run(() -> copy(server, client, latencyMillis));
            }
        });
        return socket;
    }

    private interface Task {
        void run() throws IOException;
    }

    /** Ends when a socket is closed, which is an exception to who waits on it. */
    private static void run(Task task) {
        Thread thread = new Thread(() -> {
            try {
                task.run();
            } catch (IOException e) {
                // Closed.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void copy(Socket from, Socket to, int delayMillis) throws IOException {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] bytes = new byte[8192];
            for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                awaitVoice();
                pass(delayMillis);
                out.write(bytes, 0, read);
            }
        } finally {
            connections.remove(from);
            connections.remove(to);
        }
    }

    private synchronized void awaitVoice() throws InterruptedIOException {
        while (silent) {
            try {
                wait();
            } catch (InterruptedException e) {
                throw new InterruptedIOException();
            }
        }
    }

    private static void pass(int millis) throws InterruptedIOException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            throw new InterruptedIOException();
        }
    }

    /** Answers on connections that are made from now on take so much longer. */
    void latency(Duration value) {
        latencyMillis = (int) value.toMillis();
    }

    /** Takes connections, and lets nothing through, from now on or until then. */
    synchronized void silent(boolean value) {
        silent = value;
        notifyAll();
    }

    /** Refuses connections from now on, and cuts those there are. */
    synchronized void shut() throws IOException {
        listener.close();
        for (Socket connection : connections) {
            connection.close();
        }
        silent = false;
        notifyAll();
    }

    /** Waits for its port, which somebody's connection may have meanwhile. */
    void open() {
        Awaitility.await().atMost(Duration.ofMinutes(1)).ignoreExceptions().until(() -> {
            listener = listen(port);
            return true;
        });
    }

    @Override
    public void close() {
        try {
            shut();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
