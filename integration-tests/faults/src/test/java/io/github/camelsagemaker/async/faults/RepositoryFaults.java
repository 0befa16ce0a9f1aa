package io.github.camelsagemaker.async.faults;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Repositories and stores whose calls fail now and then, before they had an effect or after it. As with the servers, the nth call of
 * a method fails or not by the seed alone. After so many calls, or so long, none does: what waits for a repository waits for twice
 * the time that it has waited. Thread-safe.
 */
final class RepositoryFaults {

    private static final int FAULTY_CALLS = 30;
    private static final Duration FAULTY = Duration.ofSeconds(15);

    /** Of the life of a repository or an object, and not of its work. */
    private static final Set<String> SPARED =
            Set.of("start", "stop", "close", "init", "build", "suspend", "resume", "shutdown", "toString", "hashCode");

    private final Seeded seeded;
    private final double rate;
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicLong firstCall = new AtomicLong();

    RepositoryFaults(Seeded seeded, double rate) {
        this.seeded = seeded;
        this.rate = rate;
    }

    /**
     * The same repository, with faults.
     *
     * @param never had an effect if they failed: nobody could tell what came of them
     * @param failing is told the method of each call that fails
     */
    <T> T in(Class<T> type, T repository, Set<String> never, Consumer<String> failing) {
        if (rate == 0) {
            return repository;
        }
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            String call = method.getName();
            if (call.equals("equals")) {
                return proxy == args[0];
            }
            boolean fails = !SPARED.contains(call) && fails(type.getSimpleName() + "." + call);
            if (fails) {
                failing.accept(call);
            }
            if (fails && (never.contains(call) || seeded.unit("done " + call, failed.get()) < 0.5)) {
                throw new IllegalStateException("The database is away, as it is now and then");
            }
            try {
                Object result = method.invoke(repository, args);
                if (fails) {
                    throw new IllegalStateException("The answer of the database was lost, as it is now and then");
                }
                return result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    private boolean fails(String call) {
        int n = calls.computeIfAbsent(call, none -> new AtomicInteger()).getAndIncrement();
        firstCall.compareAndSet(0, System.nanoTime());
        boolean isOver = System.nanoTime() - firstCall.get() > FAULTY.toNanos();
        if (isOver || n >= FAULTY_CALLS || seeded.unit("whether " + call, n) >= rate) {
            return false;
        }
        failed.incrementAndGet();
        return true;
    }

    int count() {
        return failed.get();
    }
}
