package io.github.camelsagemaker.async.tracking;

import java.lang.reflect.Proxy;
import java.sql.DriverManager;
import javax.sql.DataSource;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Runs against a MySQL or MariaDB of yours: put its driver on the test class path and name the server, as in
 * {@code -Dmysql.url=jdbc:mariadb://localhost/test?user=root}. No such server comes as a small artifact.
 */
@EnabledIfSystemProperty(
        named = "mysql.url",
        matches = "jdbc:.+",
        disabledReason = "needs a MySQL server, named by mysql.url")
@Tag("no-camel")
class MySqlPendingInvocationStoreTest extends JdbcStoreContract {

    @Override
    protected DataSource dataSource() {
        return (DataSource) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> DriverManager.getConnection(System.getProperty("mysql.url")));
    }
}
