package io.github.camelsagemaker.async.internal.consume;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How often the scans of a component list where the user has not said it: soon after something happened, and ever more seldom
 * when nothing does. What happens is a start, a result, or a request that SageMaker accepted from a producer of the same component.
 * Thread-safe.
 */
public final class ScanPaces {

    /** 518,400 listings of a place in a month of 30 days. */
    private static final long SLOWEST = TimeUnit.SECONDS.toNanos(5);

    /** What took a while may take a quarter more. */
    private static final int SHARE = 4;

    /** For objects that stay, in prefixes that are listed again and again. */
    private static final long FOR_EACH_PAGE = TimeUnit.MILLISECONDS.toNanos(500);

    private final Map<String, Set<Pace>> paces = new ConcurrentHashMap<>();
    private final LongSupplier nanoTime;

    public ScanPaces(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** A result of this SageMaker endpoint will come. */
    public void accepted(String endpointName) {
        paces.getOrDefault(endpointName, Set.of()).forEach(Pace::hurry);
    }

    Pace of(String endpointName) {
        Pace pace = new Pace(endpointName);
        paces.compute(endpointName, (name, known) -> {
            Set<Pace> all = known == null ? ConcurrentHashMap.newKeySet() : known;
            all.add(pace);
            return all;
        });
        return pace;
    }

    /** Of one scan, whose thread calls all but {@link #hurry} and {@link #resume}. */
    final class Pace {

        private final String endpointName;
        private volatile long active = nanoTime.getAsLong();
        private volatile boolean resting;
        private long began;
        private int pages;
        private int stale;
        private long pause;

        private Pace(String endpointName) {
            this.endpointName = endpointName;
        }

        /** A round that is not over is due, and so is the first one after a start. */
        boolean isDue() {
            long now = nanoTime.getAsLong();
            return !resting || now - began >= Math.max(pause, Math.min(SLOWEST, (now - active) / SHARE));
        }

        void hurry() {
            active = nanoTime.getAsLong();
        }

        void resume() {
            hurry();
            resting = false;
        }

        void listed() {
            if (pages++ == 0) {
                began = nanoTime.getAsLong();
                stale = 0;
            }
            stale++;
            resting = false;
        }

        /** The page that was listed last has something new. */
        void found() {
            hurry();
            stale--;
        }

        /** The round through so many places is over. Its pages without anything new are not worth as many listings again at once. */
        void rest(int places) {
            if (pages > 0) {
                pause = stale > places ? stale * FOR_EACH_PAGE : 0;
                pages = 0;
                resting = true;
            }
        }

        void close() {
            paces.computeIfPresent(endpointName, (name, all) -> all.remove(this) && all.isEmpty() ? null : all);
        }
    }
}
