package io.github.camelsagemaker.async.internal.request;

import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.core.SdkPlugin;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.retries.api.AcquireInitialTokenRequest;
import software.amazon.awssdk.retries.api.AcquireInitialTokenResponse;
import software.amazon.awssdk.retries.api.RecordSuccessRequest;
import software.amazon.awssdk.retries.api.RecordSuccessResponse;
import software.amazon.awssdk.retries.api.RefreshRetryTokenRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenResponse;
import software.amazon.awssdk.retries.api.RetryStrategy;

/**
 * Watches the attempts of one call to AWS, to find out whether AWS may have carried it out.
 *
 * <p>The call's failure does not say: it is that of the last attempt. When the answer to a first attempt was lost and the
 * second was throttled, the call failed with a refusal, and the request is under way all the same. Thread-safe; one instance
 * for each call.
 */
public final class CallAttempts implements ExecutionInterceptor {

    private boolean begun;
    private boolean underWay;
    private boolean notRefused;
    private boolean ended;

    /**
     * Makes one client, of any kind, report the attempts of its calls. What the client itself has is read once: that takes most of
     * the time of a call's plugin.
     */
    static final class Watch {

        private volatile ClientOverrideConfiguration own;

        /** Put on a request, this makes the client report the request's attempts there. */
        SdkPlugin of(CallAttempts attempts) {
            return client -> {
                if (own == null) {
                    own = client.overrideConfiguration();
                }
                List<ExecutionInterceptor> interceptors = new ArrayList<>(own.executionInterceptors());
                interceptors.add(attempts);
                // What this does not name, the client keeps.
                ClientOverrideConfiguration.Builder watched =
                        ClientOverrideConfiguration.builder().executionInterceptors(interceptors);
                // A client with one of the SDK's former retry policies, which cannot be watched, leaves more unknown.
                own.retryStrategy()
                        .filter(strategy -> own.retryPolicy().isEmpty())
                        .ifPresent(strategy -> watched.retryStrategy(new Watched(strategy, attempts)));
                client.overrideConfiguration(watched.build());
            };
        }
    }

    /** The client's own retries. They are asked after each attempt that failed, and receive its failure. */
    private record Watched(RetryStrategy strategy, CallAttempts attempts) implements RetryStrategy {

        @Override
        public RefreshRetryTokenResponse refreshRetryToken(RefreshRetryTokenRequest request) {
            attempts.failed(request.failure());
            return strategy.refreshRetryToken(request);
        }

        @Override
        public AcquireInitialTokenResponse acquireInitialToken(AcquireInitialTokenRequest request) {
            return strategy.acquireInitialToken(request);
        }

        @Override
        public RecordSuccessResponse recordSuccess(RecordSuccessRequest request) {
            return strategy.recordSuccess(request);
        }

        @Override
        public int maxAttempts() {
            return strategy.maxAttempts();
        }

        @Override
        public boolean useClientDefaults() {
            return strategy.useClientDefaults();
        }

        @Override
        public Builder<?, ?> toBuilder() {
            return strategy.toBuilder();
        }
    }

    private synchronized void failed(Throwable failure) {
        if (underWay) {
            underWay = false;
            notRefused |= !AwsErrors.isNotCarriedOut(failure);
        }
    }

    /**
     * The call failed. What it came to is decided now and for all: no attempt begins any more, and one that goes on, because the call
     * ran out of time, changes nothing. A client that reports nothing of its attempts is judged by the failure.
     */
    synchronized void failedForGood(Throwable failure) {
        if (!ended) {
            failed(failure);
            notRefused |= !begun && AwsErrors.mayHaveBeenSent(failure);
            ended = true;
        }
    }

    /** Whether an attempt was made that was sent, and not answered by a refusal (3xx, 4xx or throttling). */
    public synchronized boolean mayHaveBeenCarriedOut() {
        return underWay || notRefused;
    }

    @Override
    public synchronized void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        if (ended) { // also of a call that its route's stop ended: nothing is sent after that
            throw AbortedException.create("The call has ended");
        }
        notRefused |= underWay; // the attempt before had no answer, and nobody said why
        underWay = true;
        begun = true;
    }

    @Override
    public synchronized void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
        if (!ended) {
            // Of other answers their failure says more: whether it is throttling.
            underWay = !AwsErrors.isRefusal(context.httpResponse().statusCode());
        }
    }
}
