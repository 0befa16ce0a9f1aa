package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.tracking.MariaDbServer;
import io.github.camelsagemaker.async.tracking.PostgresServer;
import javax.sql.DataSource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

@Tag("any-camel")
class LeasedClaimsTest {

    @Nested
    class OnH2 extends LeasedClaimsContract {

        @Override
        DataSource server() {
            return SharedDatabase.h2().dataSource();
        }
    }

    @Nested
    @Tag("soak")
    class OnPostgres extends LeasedClaimsContract {

        @Override
        DataSource server() {
            return SharedDatabase.at(PostgresServer.jdbcUrl()).dataSource();
        }
    }

    @Nested
    @Tag("soak")
    @EnabledIf(
            value = "io.github.camelsagemaker.async.tracking.MariaDbServer#isInstalled",
            disabledReason = "needs mariadb-server")
    class OnMariaDb extends LeasedClaimsContract {

        @Override
        DataSource server() {
            return SharedDatabase.at(MariaDbServer.jdbcUrl()).dataSource();
        }
    }
}
