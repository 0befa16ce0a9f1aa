package io.github.camelsagemaker.async.examples.fanout;

import java.io.PrintStream;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.camel.Exchange;

/** What the subscribers got. They get a result at least once, so each tells its results by inference id. Thread-safe. */
final class Subscribers {

    private static final int LINE = 100;

    private final int results;
    private final PrintStream out;
    private final Runnable whenComplete;
    private final Map<String, Set<String>> got =
            new TreeMap<>(Map.of("alerts", new HashSet<>(), "archive", new HashSet<>()));

    /**
     * @param results how many each of them waits for
     * @param whenComplete runs when they have them
     */
    Subscribers(int results, PrintStream out, Runnable whenComplete) {
        this.results = results;
        this.out = out;
        this.whenComplete = whenComplete;
    }

    synchronized void got(String subscriber, Exchange exchange) {
        String inferenceId = exchange.getMessage().getHeader("inferenceId", String.class);
        if (!got.get(subscriber).add(inferenceId)) {
            return;
        }
        String body = exchange.getMessage().getBody(String.class);
        out.printf(
                Locale.ROOT,
                "%-8s %-9s %s%n",
                subscriber,
                exchange.getMessage().getHeader("status"),
                body.length() > LINE ? body.substring(0, LINE) + "..." : body);
        if (isComplete()) {
            whenComplete.run();
        }
    }

    synchronized boolean isComplete() {
        return got.values().stream().allMatch(ids -> ids.size() >= results);
    }

    synchronized void print() {
        out.println();
        got.forEach((subscriber, ids) ->
                out.printf(Locale.ROOT, "%-8s has %d of %d results%n", subscriber, ids.size(), results));
    }
}
