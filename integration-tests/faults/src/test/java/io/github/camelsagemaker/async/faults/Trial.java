package io.github.camelsagemaker.async.faults;

import static io.github.camelsagemaker.async.faults.Expect.SHORTLY;
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
final class Trial implements Seeds.Attempt {

    private static final Path JOURNALS = Path.of("target", "journals");
    /**
     * A message that waits is put off for twice the time since its first receive, 15 minutes at most: of two notifications about one
     * result, which come at the same moment, one waits again each time.
     */
    static final Duration DEADLINE = Duration.ofMinutes(17);

    /** A moment to be killed in may never come. */
    private static final Duration LONGEST_LIFE = Duration.ofSeconds(10);

    private final LocalAws aws;
    private final Place place;
    private final Plan plan;
    private final Kills kills;
    private final CallFaults faults;
    private final Times times = new Times();
    private final List<String> violations = new ArrayList<>();
    private Path file;
    private Journal journal;
    private Database database;
    private PendingInvocationStore store;
    private Repositories repositories;
    private Auditor auditor;

    Trial(LocalAws aws, long seed) {
        this.aws = aws;
        this.plan = Plan.of(seed);
        this.kills = plan.kills();
        this.faults = new CallFaults(plan.seeded(), plan.rate());
        this.place = new Place(plan);
    }

    /** What was wrong; empty if nothing was. */
    @Override
    public List<String> run() throws Exception {
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
        expectNone("connections to the servers are left", SHORTLY, aws::openConnections);
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
        place.create(aws);
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
        repositories = new Repositories(plan, store);
        auditor = new Auditor(aws, place, store, kills.count());
    }

    private void liveUntilKilled(int life) throws Exception {
        try (ChildApplication application = child(life)) {
            aws.faults().plan(kills.killing(application, life, faults));
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
        List<Document> documents = Document.of(plan.seeded());
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
            List<Document> documents = unsent(life);
            if (plan.namesAgain()) {
                // What is overwritten before anyone read it is lost in S3 itself.
                toTheirEnd(application, life, documents.subList(0, Document.COUNT / 2));
                toTheirEnd(application, life, documents.subList(Document.COUNT / 2, Document.COUNT));
            } else {
                toTheirEnd(application, life, documents);
            }
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

    private void toTheirEnd(Running application, int life, List<Document> documents) throws Exception {
        int count = story().callers().size() + documents.size();
        aws.faults().plan(faults);
        application.send(documents);
        await().atMost(DEADLINE).pollInterval(Duration.ofMillis(20)).until(() -> story().isTold(life, count));
        times.passed("told");
        aws.faults().plan(call -> call.operation().equals("InvokeEndpointAsync") ? null : faults.apply(call));
        expectNone("it did not come to an end", DEADLINE, () -> missing(application));
        times.passed("handled");
    }

    private List<String> missing(Running application) {
        List<String> missing = new ArrayList<>(auditor.missing(story()));
        if (!missing.isEmpty()) {
            missing.add(application.state());
        }
        return missing;
    }

    private Running here() throws Exception {
        List<Application> applications = new ArrayList<>();
        Nodes nodes = new Nodes(applications);
        try {
            for (int node = 0; node < plan.nodes(); node++) {
                applications.add(new Application(aws.sdkSystemProperties(), place, node, journal.of(0), repositories));
                applications.get(node).start();
            }
            return nodes;
        } catch (Exception e) {
            nodes.close();
            throw e;
        }
    }

    private ChildApplication child(int life) throws IOException {
        ChildApplication child =
                new ChildApplication(aws, plan.seeded().seed(), life, file, database == null ? null : database.url());
        times.passed("started");
        return child;
    }

    private Story story() {
        return Story.of(plan.seeded(), journal);
    }

    private void expectNone(String otherwise, Duration deadline, Callable<?> what) throws Exception {
        Expect.none(otherwise, deadline, what, violations::add);
    }

    /** What it came to, for the sum of all trials. */
    void count(Totals totals) {
        totals.add(aws.ledger().acceptedCount(), faults.mishaps(), repositories.failures(), plan);
    }

    @Override
    public String toString() {
        return plan + ", " + faults + ", " + times;
    }
}
