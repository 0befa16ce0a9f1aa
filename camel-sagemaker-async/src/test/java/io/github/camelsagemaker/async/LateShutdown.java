package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.impl.engine.DefaultShutdownStrategy;

/** Camel's own, but its task is held up before a step until {@link #goOn}, as on a busy machine, also when its time is over. */
final class LateShutdown extends DefaultShutdownStrategy {

    private static final int SOON_SECONDS = 40;
    private static final int ATTEMPTS = 10;

    enum Step {
        SUSPEND,
        STOP
    }

    private final Step late;
    private final CountDownLatch heldUp = new CountDownLatch(1);
    private final CountDownLatch mayGoOn = new CountDownLatch(1);
    private final CountDownLatch gone = new CountDownLatch(1);

    LateShutdown(CamelContext context, Step late) {
        super(context);
        this.late = late;
    }

    /** Stops the route "results", starts it again, and lets the task of the stop do the rest after that. */
    static void stopAndStart(CamelContext context, Step late, boolean givesUp) throws Exception {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            LateShutdown strategy = new LateShutdown(context, late);
            context.setShutdownStrategy(strategy);
            boolean stopped = context.getRouteController().stopRoute("results", 500, TimeUnit.MILLISECONDS, givesUp);
            assertThat(stopped).isEqualTo(!givesUp);
            context.getRouteController().startRoute("results");
            // A stop that gave up while something was in flight takes no further step.
            if (strategy.heldUp.await(2, TimeUnit.SECONDS)) {
                strategy.goOn();
                return;
            }
        }
        throw new AssertionError("No stop came as far as to " + late);
    }

    private void goOn() throws InterruptedException {
        mayGoOn.countDown();
        assertThat(gone.await(SOON_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Override
    protected void suspendNow(String routeId, Consumer consumer) {
        run(Step.SUSPEND, () -> super.suspendNow(routeId, consumer));
    }

    @Override
    protected void shutdownNow(String routeId, Consumer consumer) {
        run(Step.STOP, () -> super.shutdownNow(routeId, consumer));
    }

    private void run(Step step, Runnable action) {
        if (step != late || !Thread.currentThread().getName().contains("ShutdownTask")) {
            action.run();
            return;
        }
        heldUp.countDown();
        try {
            mayGoOn.await();
        } catch (InterruptedException e) {
            awaitUninterruptibly();
        }
        action.run();
        gone.countDown();
    }

    private void awaitUninterruptibly() {
        try {
            mayGoOn.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException("Interrupted twice", e);
        }
    }
}
