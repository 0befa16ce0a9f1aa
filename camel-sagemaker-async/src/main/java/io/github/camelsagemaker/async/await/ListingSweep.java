package io.github.camelsagemaker.async.await;

import io.github.camelsagemaker.async.error.AwsErrors;
import io.github.camelsagemaker.async.error.S3Answers;
import io.github.camelsagemaker.async.internal.s3.ObjectPage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Finds out by listing which of a group's objects are there. A sweep asks for one page; every further page must have been
 * earned by 500 objects found. It goes on where the last one ended, and skips time buckets in which nothing is awaited. One
 * sweep at a time; does not block.
 */
final class ListingSweep {

    /** Objects found that pay for a further page. */
    private static final int EARNS_PAGE = 500;

    private final LocationGroup group;
    private final PendingObjects pending;
    private final S3AsyncClient s3;
    private final S3Problems problems;
    private final Consumer<WaitingRequest> sighted;

    private String position;
    private String token;
    private int earned;

    /**
     * @param s3 the client, not closed here
     * @param sighted is given the requests whose objects are there; they are no longer pending
     */
    ListingSweep(
            LocationGroup group,
            PendingObjects pending,
            S3AsyncClient s3,
            S3Problems problems,
            Consumer<WaitingRequest> sighted) {
        this.group = group;
        this.pending = pending;
        this.s3 = s3;
        this.problems = problems;
        this.sighted = sighted;
    }

    CompletableFuture<Void> run() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        page(done);
        return done;
    }

    private void page(CompletableFuture<Void> done) {
        Start start = next();
        if (start == null) {
            done.complete(null);
            return;
        }
        ObjectPage.list(s3, group.bucket(), group.prefix(), start.token, start.after)
                .whenComplete((page, failure) -> {
                    if (failure != null) {
                        refused();
                        report(failure);
                        done.complete(null);
                        return;
                    }
                    problems.answered(group);
                    if (mayGoOn(start, page, take(page.objects()))) {
                        page(done);
                    } else {
                        done.complete(null);
                    }
                });
    }

    private record Start(String after, String token) {}

    private synchronized Start next() {
        String after = pending.listAfter(position);
        if (after == null && position != null) {
            position = null;
            after = pending.listAfter(null);
        }
        return after == null ? null : new Start(after, after.equals(position) ? token : null);
    }

    /** A token may be what S3 does not like: the position leads on as well. */
    private synchronized void refused() {
        token = null;
    }

    private int take(List<S3Object> objects) {
        int found = 0;
        for (S3Object object : objects) {
            WaitingRequest request = pending.take(object.key());
            if (request != null) {
                found++;
                sighted.accept(request);
            }
        }
        return found;
    }

    private synchronized boolean mayGoOn(Start start, ObjectPage page, int found) {
        earned += found;
        String reached = page.lastKey() == null ? start.after : page.lastKey();
        position = page.last() ? null : reached;
        token = page.token();
        if (page.last() || earned < EARNS_PAGE) {
            return false;
        }
        earned -= EARNS_PAGE;
        return true;
    }

    private void report(Throwable failure) {
        RuntimeException cause = AwsErrors.translate(
                "ListObjectsV2", "'" + group + "' (the endpoint's output path, with awaitResult=true)", failure);
        if (S3Answers.isDenied(failure)) {
            problems.unlistable(group, cause);
        } else {
            problems.failed(group, cause);
        }
    }
}
