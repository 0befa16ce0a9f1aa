package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.tracking.MariaDbServer;
import io.github.camelsagemaker.async.tracking.PostgresServer;
import java.io.IOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** What the soaks of nodes rely on when their database goes away. */
@Tag("soak")
class SharedDatabaseTest {

    @Test
    void connectionsThatPostgresCutAreThrownAway() throws Exception {
        connectionsThatWereCutAreThrownAway(PostgresServer.jdbcUrl());
    }

    @Test
    @EnabledIf(
            value = "io.github.camelsagemaker.async.tracking.MariaDbServer#isInstalled",
            disabledReason = "needs mariadb-server")
    void connectionsThatMariaDbCutAreThrownAway() throws Exception {
        connectionsThatWereCutAreThrownAway(MariaDbServer.jdbcUrl());
    }

    private void connectionsThatWereCutAreThrownAway(String url) throws IOException, SQLException {
        URI server = URI.create(url.substring("jdbc:".length()));
        try (TcpGate gate = new TcpGate(server);
                SharedDatabase shared = SharedDatabase.at(url.replace(
                        ":" + server.getPort() + "/", ":" + gate.uri().getPort() + "/"))) {
            List<Connection> idle = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                idle.add(shared.dataSource().getConnection());
            }
            for (Connection connection : idle) {
                connection.close();
            }
            gate.shut();
            gate.open();

            await().atMost(Duration.ofSeconds(30)).ignoreExceptions().untilAsserted(() -> {
                for (int i = 0; i < 10; i++) {
                    try (Connection connection = shared.dataSource().getConnection()) {
                        assertThat(connection.createStatement().execute("SELECT 1"))
                                .isTrue();
                    }
                }
            });
        }
    }
}
