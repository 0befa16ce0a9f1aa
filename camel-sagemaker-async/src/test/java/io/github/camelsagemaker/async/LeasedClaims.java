package io.github.camelsagemaker.async;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.support.service.ServiceSupport;

/** What is in progress on nodes that share a table. A node that lives renews its claims; those of one that died are free after a lease. */
public class LeasedClaims extends ServiceSupport implements IdempotentRepository {

    private final DataSource database;
    private final Duration lease;
    private final Clock clock;
    private final String node = UUID.randomUUID().toString();
    private final Set<String> held = ConcurrentHashMap.newKeySet();
    private ScheduledExecutorService timer;

    /** @param database of connections that commit by themselves, and are no transaction's */
    public LeasedClaims(DataSource database, Duration lease, Clock clock) {
        this.database = database;
        this.lease = lease;
        this.clock = clock;
    }

    @Override
    protected void doStart() {
        timer = Executors.newSingleThreadScheduledExecutor();
        long millis = lease.toMillis() / 3;
        timer.scheduleWithFixedDelay(() -> held.forEach(this::renew), millis, millis, TimeUnit.MILLISECONDS);
    }

    @Override
    protected void doStop() {
        timer.shutdownNow();
    }

    private long now() {
        return clock.millis();
    }

    private long lapse() {
        return now() + lease.toMillis();
    }

    private void renew(String claim) {
        try {
            run("UPDATE claims SET lapses_at = ? WHERE claim = ? AND node = ?", lapse(), claim, node);
        } catch (IllegalStateException e) {
            System.getLogger("claims").log(System.Logger.Level.WARNING, "Trying again", e);
        }
    }

    @Override
    public boolean add(String claim) {
        boolean added = run(
                        "UPDATE claims SET node = ?, lapses_at = ? WHERE claim = ? AND lapses_at <= ?",
                        node,
                        lapse(),
                        claim,
                        now())
                || run("INSERT INTO claims (claim, node, lapses_at) VALUES (?, ?, ?)", claim, node, lapse());
        if (added) { // what was added by a call that throws lapses
            held.add(claim);
        }
        return added;
    }

    @Override
    public boolean contains(String claim) {
        return run("SELECT 1 FROM claims WHERE claim = ? AND lapses_at > ?", claim, now());
    }

    @Override
    public boolean remove(String claim) {
        held.remove(claim);
        return run("DELETE FROM claims WHERE claim = ? AND node = ?", claim, node);
    }

    @Override
    public boolean confirm(String claim) {
        return true;
    }

    @Override
    public void clear() {
        held.forEach(this::remove);
    }

    /** Whether there was such a row. */
    private boolean run(String sql, Object... values) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            return statement.execute() ? statement.getResultSet().next() : statement.getUpdateCount() > 0;
        } catch (SQLException e) {
            boolean lostRace =
                    sql.startsWith("INSERT") && String.valueOf(e.getSQLState()).matches("(23|40).*");
            if (lostRace) {
                return false;
            }
            throw new IllegalStateException(e);
        }
    }
}
