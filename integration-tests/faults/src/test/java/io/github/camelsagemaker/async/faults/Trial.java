package io.github.camelsagemaker.async.faults;

import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.SageMakerAsyncQueueConsumer;
import io.github.camelsagemaker.async.SageMakerAsyncScanConsumer;
import io.github.camelsagemaker.async.testinfra.LocalAws;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Consumer;
import org.awaitility.core.ConditionTimeoutException;

/** A whole job under one plan of faults. */
final class Trial {

    private static final Duration DEADLINE = Duration.ofSeconds(120);
    private static final Duration SHORTLY = Duration.ofSeconds(20);
    private static final int DOCUMENTS = 12;

    private final LocalAws aws;
    private final Seeded seeded;
    private final Place place;
    private final FaultPlan plan;

    Trial(LocalAws aws, long seed) {
        this.aws = aws;
        this.seeded = new Seeded(seed);
        this.place = new Place("faults-" + seed, Way.values()[(int) (seed % Way.values().length)]);
        this.plan = new FaultPlan(seeded);
    }

    /** What was wrong; empty if nothing was. */
    List<String> run() throws Exception {
        aws.faults().clear();
        aws.ledger().reset();
        place.create(aws, seeded);
        List<String> violations = new ArrayList<>();
        Application application = new Application(aws, seeded, place);
        Auditor auditor = new Auditor(aws, place, plan, application.callers(), application.emissions());
        try (application) {
            application.start();
            aws.faults().plan(plan);
            for (int i = 0; i < DOCUMENTS; i++) {
                application.send(Document.of(seeded, i));
            }
            awaitCallers(application);
            aws.faults().plan(call -> call.operation().equals("InvokeEndpointAsync") ? null : plan.apply(call));
            awaitEnd(auditor, violations);
            aws.faults().clear();
            checkInputs(auditor, violations);
            // An attempt that its caller had given up may have reached the server only now.
            awaitEnd(auditor, violations);
            violations.addAll(auditor.violations());
            checkPermits(application, violations);
        } finally {
            aws.faults().clear();
        }
        checkLeftovers(violations);
        return violations;
    }

    private void awaitCallers(Application application) {
        await().atMost(DEADLINE).pollInterval(Duration.ofMillis(20)).until(() -> application.callers().values().stream()
                .allMatch(Caller::isTold));
    }

    private void awaitEnd(Auditor auditor, List<String> violations) {
        try {
            await().atMost(DEADLINE).pollInterval(Duration.ofMillis(100)).until(() -> auditor.missing()
                    .isEmpty());
        } catch (ConditionTimeoutException e) {
            violations.add("it did not come to an end: " + auditor.missing());
        }
    }

    /** They are deleted after all else, and together. */
    private void checkInputs(Auditor auditor, List<String> violations) {
        try {
            await().atMost(SHORTLY).pollInterval(Duration.ofMillis(50)).until(() -> auditor.orphanedInputs() == 0);
        } catch (ConditionTimeoutException e) {
            violations.add(auditor.orphanedInputs() + " inputs are left that nobody needs");
        }
    }

    /** A suspended consumer has nothing in flight. */
    private void checkPermits(Application application, List<String> violations) throws Exception {
        if (place.way() == Way.AWAIT) {
            return;
        }
        application.context().getRouteController().suspendRoute("results");
        Consumer consumer = application.context().getRoute("results").getConsumer();
        try {
            await().atMost(SHORTLY).pollInterval(Duration.ofMillis(20)).until(() -> inFlight(consumer) == 0);
        } catch (ConditionTimeoutException e) {
            violations.add(inFlight(consumer) + " permits were not given back");
        }
    }

    private static int inFlight(Consumer consumer) {
        return consumer instanceof SageMakerAsyncQueueConsumer queue
                ? queue.getInFlight()
                : ((SageMakerAsyncScanConsumer) consumer).getPendingExchangesSize();
    }

    private void checkLeftovers(List<String> violations) {
        try {
            await().atMost(DEADLINE).pollInterval(Duration.ofMillis(20)).until(() -> threads()
                    .isEmpty());
        } catch (ConditionTimeoutException e) {
            violations.add("threads are left: " + threads());
        }
    }

    private List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.contains("(" + place.name() + ")"))
                .toList();
    }

    @Override
    public String toString() {
        return place.way() + ", " + plan;
    }
}
