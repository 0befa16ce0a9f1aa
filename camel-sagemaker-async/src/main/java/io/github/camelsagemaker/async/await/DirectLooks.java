package io.github.camelsagemaker.async.await;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Reads awaited objects without knowing whether they are there, the least recently looked at first. Thread-safe; does not
 * block.
 */
final class DirectLooks {

    private static final int MAX_WINDOW = 64;

    private final LocationGroup group;
    private final PendingObjects pending;
    private final ReplyReads reads;
    private final S3Problems problems;

    DirectLooks(LocationGroup group, PendingObjects pending, ReplyReads reads, S3Problems problems) {
        this.group = group;
        this.pending = pending;
        this.reads = reads;
        this.problems = problems;
    }

    /** Reads up to so many objects once. */
    CompletableFuture<Void> once(int count) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        round(count, false, done);
        return done;
    }

    /** Reads so many objects, and as long as all of them are there, ever more. */
    CompletableFuture<Void> whileFound(int count) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        round(count, true, done);
        return done;
    }

    private void round(int count, boolean whileFound, CompletableFuture<Void> done) {
        List<WaitingRequest> requests = pending.leastRecent(count);
        AtomicBoolean inVain = new AtomicBoolean(requests.isEmpty());
        CompletableFuture<?>[] looks = requests.stream()
                .map(request -> reads.read(request, group.kind()).handle((look, failure) -> {
                    if (failure != null || look == Look.ABSENT) {
                        inVain.set(true);
                    }
                    problems.report(group, failure);
                    return null;
                }))
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(looks).whenComplete((all, failure) -> {
            if (whileFound && !inVain.get()) {
                round(Math.min(2 * count, MAX_WINDOW), true, done);
            } else {
                done.complete(null);
            }
        });
    }
}
