package io.github.camelsagemaker.async.internal.result;

import io.github.camelsagemaker.async.error.ResultGoneException;
import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads objects that were announced and may not be visible yet: S3 answers 404, or 403 to a caller without s3:ListBucket.
 * Such an answer is asked again a few times, longer and longer apart, before it counts; of what landed long ago it counts at once.
 * Thread-safe; blocks nowhere.
 */
public final class PatientResultReader implements ResultReader {

    /** Together about six seconds. */
    public static final List<Long> DELAYS_MILLIS = List.of(200L, 400L, 800L, 1_600L, 3_200L);

    /** Long enough for a clock that is wrong: one that is further off than this cannot sign requests. */
    static final Duration PATIENT_FOR = Duration.ofMinutes(5);

    private static final Logger LOG = LoggerFactory.getLogger(PatientResultReader.class);
    private static final int FORBIDDEN = 403;

    private final ResultReader reader;
    private final ScheduledExecutorService timer;
    private final List<Long> delaysMillis;
    private final Clock clock;
    private final AtomicBoolean toldOfForbidden = new AtomicBoolean();

    /**
     * @param timer for short tasks, not shut down here
     * @param delaysMillis the pauses before the second read, the third, and so on
     */
    public PatientResultReader(
            ResultReader reader, ScheduledExecutorService timer, List<Long> delaysMillis, Clock clock) {
        this.reader = reader;
        this.timer = timer;
        this.delaysMillis = List.copyOf(delaysMillis);
        this.clock = clock;
    }

    @Override
    public CompletableFuture<InferenceResult> read(S3Location object) {
        return read(object, 0);
    }

    @Override
    public CompletableFuture<InferenceResult> read(S3Location object, Instant landedAt) {
        boolean longAgo = landedAt != null && landedAt.isBefore(clock.instant().minus(PATIENT_FOR));
        return longAgo ? reader.read(object) : read(object);
    }

    private CompletableFuture<InferenceResult> read(S3Location object, int attempt) {
        return reader.read(object).exceptionallyCompose(failure -> retry(object, attempt, Futures.unwrap(failure)));
    }

    private CompletableFuture<InferenceResult> retry(S3Location object, int attempt, Throwable failure) {
        if (attempt < delaysMillis.size() && mayAppear(failure)) {
            return later(object, attempt);
        }
        return CompletableFuture.failedFuture(failure);
    }

    private boolean mayAppear(Throwable cause) {
        if (cause instanceof ResultGoneException) {
            return true;
        }
        boolean forbidden =
                cause.getCause() != null && AwsErrors.statusOf(cause.getCause().getCause()) == FORBIDDEN;
        if (forbidden && toldOfForbidden.compareAndSet(false, true)) {
            LOG.warn(
                    "S3 answers 403 to a read of a result. Without the permission s3:ListBucket that may mean only that"
                            + " the object is not there yet, so it is asked again. Said once");
        }
        return forbidden;
    }

    private CompletableFuture<InferenceResult> later(S3Location object, int attempt) {
        CompletableFuture<Void> pause = new CompletableFuture<>();
        timer.schedule(() -> pause.complete(null), delaysMillis.get(attempt), TimeUnit.MILLISECONDS);
        return pause.thenCompose(over -> read(object, attempt + 1));
    }
}
