package io.github.camelsagemaker.async.faults;

import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.tracking.MemoryPendingInvocationStore;
import io.github.camelsagemaker.async.tracking.PendingInvocationStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.awaitility.core.ConditionTimeoutException;

/**
 * A whole job under one plan of faults. Where the plan kills the application, that runs in a JVM of its own; else in this one.
 */
final class Trial {

    private static final Path JOURNALS = Path.of("target", "journals");
    private static final Duration DEADLINE = Duration.ofSeconds(120);
    private static final Duration SHORTLY = Duration.ofSeconds(20);

    /** A moment to be killed in may never come. */
    private static final Duration LONGEST_LIFE = Duration.ofSeconds(10);

    private final LocalAws aws;
    private final Seeded seeded;
    private final Place place;
    private final FaultPlan plan;
    private final Kills kills;
    private final Times times = new Times();
    private final List<String> violations = new ArrayList<>();
    private Path file;
    private Journal journal;
    private Database database;
    private PendingInvocationStore store;
    private Auditor auditor;

    Trial(LocalAws aws, long seed) {
        this.aws = aws;
        this.seeded = new Seeded(seed);
        this.place = Place.of(seeded);
        this.plan = new FaultPlan(seeded);
        this.kills = new Kills(seeded, place.way());
    }

    /** What was wrong; empty if nothing was. */
    List<String> run() throws Exception {
        prepare();
        try {
            for (int life = 0; life < kills.count(); life++) {
                liveUntilKilled(life);
            }
            liveToTheEnd(kills.count());
        } finally {
            aws.faults().clear();
            if (database != null) {
                database.close();
            }
        }
        expectNone("connections to the servers are left", SHORTLY, () -> none(aws.openConnections()));
        times.passed("closed");
        if (!violations.isEmpty()) {
            keepStory();
        }
        return violations;
    }

    /** For whoever looks for the reason. */
    private void keepStory() throws IOException {
        List<String> lines = new ArrayList<>();
        story().entries().forEach(entry -> lines.add(entry.line()));
        aws.ledger().accepted().forEach(request -> lines.add(request.toString()));
        Files.write(Files.createDirectories(JOURNALS).resolve(place.name() + ".violated"), lines);
    }

    private void prepare() throws Exception {
        aws.faults().clear();
        aws.ledger().reset();
        place.create(aws, seeded);
        boolean here = kills.count() == 0;
        if (!here) {
            file = Files.createDirectories(JOURNALS).resolve(place.name());
            Files.deleteIfExists(file);
        }
        journal = here ? Journal.inMemory() : Journal.in(file);
        if (place.way().tracked()) {
            database = here ? null : Database.create(place.name());
            store = here ? new MemoryPendingInvocationStore() : database.store();
        }
        auditor = new Auditor(aws, place, store, kills.count());
    }

    private void liveUntilKilled(int life) throws Exception {
        try (ChildApplication application = child(life)) {
            aws.faults().plan(kills.killing(application, life, plan));
            application.send(unsent(life));
            try {
                await().atMost(LONGEST_LIFE)
                        .pollInterval(Duration.ofMillis(50))
                        .until(() -> !application.isAlive() || isOver(life));
            } catch (ConditionTimeoutException e) {
                // Its moment may come much later; it is killed now.
            }
            application.close();
            if (!application.wasKilled()) {
                violations.add("it ended by itself");
            }
            aws.faults().clear();
        }
        times.passed("killed");
    }

    private boolean isOver(int life) {
        Story story = story();
        return story.isTold(life, share(life)) && auditor.missing(story).isEmpty();
    }

    /** Each life sends its share. */
    private List<Document> unsent(int life) {
        List<Document> documents = Document.of(seeded);
        List<String> sent =
                story().callers().stream().map(Story.Caller::inferenceId).toList();
        return documents.subList(0, share(life)).stream()
                .filter(document -> !sent.contains(document.inferenceId()))
                .toList();
    }

    private int share(int life) {
        return Document.COUNT * (life + 1) / (kills.count() + 1);
    }

    private void liveToTheEnd(int life) throws Exception {
        InputAudit inputs = new InputAudit(aws, place, kills.count());
        try (Running application = kills.count() == 0 ? here() : child(life)) {
            aws.faults().plan(plan);
            application.send(unsent(life));
            await().atMost(DEADLINE).pollInterval(Duration.ofMillis(20)).until(() -> story().isTold(
                            life, Document.COUNT));
            times.passed("told");
            aws.faults().plan(call -> call.operation().equals("InvokeEndpointAsync") ? null : plan.apply(call));
            expectNone("it did not come to an end", DEADLINE, () -> auditor.missing(story()));
            times.passed("handled");
            aws.faults().clear();
            // They are deleted after all else, and together.
            expectNone("inputs are left that nobody needs", SHORTLY, () -> inputs.orphaned(story()));
            times.passed("cleared");
            // An attempt that its caller had given up may have reached the server only now.
            expectNone("it did not come to an end after all", DEADLINE, () -> auditor.missing(story()));
            application.end();
            times.passed("ended");
        }
        violations.addAll(auditor.violations(story()));
    }

    private Running here() throws Exception {
        Application application = new Application(aws.sdkSystemProperties(), seeded, place, journal.of(0), store);
        try {
            application.start();
            return application;
        } catch (Exception e) {
            application.close();
            throw e;
        }
    }

    private ChildApplication child(int life) throws IOException {
        ChildApplication child =
                new ChildApplication(aws, seeded, life, file, database == null ? null : database.url());
        times.passed("started");
        return child;
    }

    private Story story() {
        return Story.of(seeded, journal);
    }

    private void expectNone(String otherwise, Duration deadline, Callable<List<String>> what) throws Exception {
        try {
            await().atMost(deadline).pollInterval(Duration.ofMillis(100)).until(() -> what.call()
                    .isEmpty());
        } catch (ConditionTimeoutException e) {
            violations.add(otherwise + ": " + what.call());
        }
    }

    private static List<String> none(int count) {
        return count == 0 ? List.of() : List.of(Integer.toString(count));
    }

    /** What it came to, for the sum of all trials. */
    void count(Totals totals) {
        totals.add(aws.ledger().acceptedCount(), plan.mishaps(), kills.count());
    }

    @Override
    public String toString() {
        return place.way() + ", " + plan + kills + ", " + times;
    }
}
