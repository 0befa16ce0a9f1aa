package io.github.camelsagemaker.async.tracking;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.apache.camel.util.FileUtil;
import org.awaitility.Awaitility;
import org.mariadb.jdbc.MariaDbDataSource;

/**
 * One real MariaDB for all tests of this JVM, stopped when the JVM ends. Its server is the system's (Debian's package
 * mariadb-server): none comes as a small artifact.
 */
public final class MariaDbServer {

    private static final Path EXECUTABLE = Path.of("/usr/sbin/mariadbd");
    private static final int ATTEMPTS = 3;

    private static String url;

    private MariaDbServer() {}

    public static boolean isInstalled() {
        return Files.isExecutable(EXECUTABLE);
    }

    public static synchronized String jdbcUrl() {
        if (url == null) {
            try {
                url = start(Files.createTempDirectory("mariadb"));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        return url;
    }

    static DataSource dataSource() {
        try {
            return new MariaDbDataSource(jdbcUrl());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String start(Path folder) throws IOException, InterruptedException {
        Path log = folder.resolve("log");
        Process install = run(
                log,
                "mariadb-install-db",
                "--no-defaults",
                "--auth-root-authentication-method=normal",
                "--datadir=" + folder.resolve("data"));
        if (install.waitFor() != 0) {
            throw new IllegalStateException("mariadb-install-db failed: " + Files.readString(log));
        }
        for (int attempt = 1; ; attempt++) {
            int port = freePort();
            Process server = run(
                    log,
                    EXECUTABLE.toString(),
                    "--no-defaults",
                    "--datadir=" + folder.resolve("data"),
                    "--socket=" + folder.resolve("socket"),
                    "--pid-file=" + folder.resolve("pid"),
                    "--bind-address=127.0.0.1",
                    "--innodb-flush-log-at-trx-commit=0",
                    "--innodb-doublewrite=0",
                    "--port=" + port);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server, folder), "stop-mariadb"));
            String address = "jdbc:mariadb://127.0.0.1:" + port + "/";
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> !server.isAlive() || createDatabase(address + "?user=root"));
            if (server.isAlive()) {
                return address + "test?user=root";
            }
            // Another process was quicker to take the port.
            if (attempt == ATTEMPTS) {
                throw new IllegalStateException("mariadbd does not start: " + Files.readString(log));
            }
        }
    }

    private static Process run(Path log, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.command().add("--user=" + System.getProperty("user.name"));
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static boolean createDatabase(String address) {
        try (Connection connection = DriverManager.getConnection(address)) {
            connection.createStatement().execute("CREATE DATABASE IF NOT EXISTS test");
            return true;
        } catch (SQLException e) {
            return false; // not yet
        }
    }

    private static void stop(Process server, Path folder) {
        server.destroy();
        try {
            if (!server.waitFor(10, TimeUnit.SECONDS)) {
                server.destroyForcibly();
            }
        } catch (InterruptedException e) {
            server.destroyForcibly();
        }
        FileUtil.removeDir(folder.toFile());
    }
}
