package io.github.camelsagemaker.async.internal.aws;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers request after request, each on its own connection, as the script says: a whole HTTP answer, or a reset. Its last line is repeated. */
public final class ScriptedServer implements AutoCloseable {

    static final String RESET = "RESET";
    static final String RESET_AND_CLOSE = "RESET AND CLOSE";
    static final String HANG = "HANG";

    private final ServerSocket socket;
    private final Queue<String> script = new ConcurrentLinkedQueue<>();
    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);

    public ScriptedServer() throws IOException {
        socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "scripted-server");
        thread.setDaemon(true);
        thread.start();
    }

    static String answer(int status, String headers, String body) {
        return "HTTP/1.1 " + status + " x\r\n" + headers + "Content-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\nConnection: close\r\n\r\n" + body;
    }

    static String error(int status, String code) {
        return answer(status, "x-amzn-ErrorType: " + code + "\r\n", "{\"message\":\"no\"}");
    }

    public ScriptedServer then(String answer) {
        script.add(answer);
        return this;
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }

    int requests() {
        return requests.get();
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket connection = socket.accept()) {
                BufferedReader reader = new BufferedReader(
                        new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
                String line = reader.readLine();
                if (line == null) {
                    continue;
                }
                int length = 0;
                while (!line.isEmpty()) {
                    if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                        length = Integer.parseInt(line.substring(15).trim());
                    }
                    line = reader.readLine();
                }
                // Closing with unread bytes resets the connection, and the answer may be lost.
                while (length > 0) {
                    length -= (int) reader.skip(length);
                }
                requests.incrementAndGet();
                String answer = script.size() > 1 ? script.remove() : script.element();
                if (answer.equals(RESET_AND_CLOSE)) {
                    socket.close();
                }
                if (answer.equals(HANG)) {
                    closed.await();
                } else if (answer.startsWith(RESET)) {
                    connection.setSoLinger(true, 0);
                } else {
                    connection.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                    connection.getOutputStream().flush();
                }
            } catch (IOException e) {
                // The client went away, or the test is over.
                continue;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        socket.close();
    }
}
