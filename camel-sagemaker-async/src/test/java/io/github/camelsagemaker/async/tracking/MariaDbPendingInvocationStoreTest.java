package io.github.camelsagemaker.async.tracking;

import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(
        value = "io.github.camelsagemaker.async.tracking.MariaDbServer#isInstalled",
        disabledReason = "needs mariadb-server")
@Tag("no-camel")
class MariaDbPendingInvocationStoreTest extends JdbcStoreContract {

    @Override
    protected DataSource dataSource() {
        return MariaDbServer.dataSource();
    }
}
