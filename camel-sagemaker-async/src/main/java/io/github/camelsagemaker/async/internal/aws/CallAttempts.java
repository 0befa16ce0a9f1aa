package io.github.camelsagemaker.async.internal.aws;

import io.github.camelsagemaker.async.internal.concurrent.Futures;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import software.amazon.awssdk.core.RequestOverrideConfiguration;
import software.amazon.awssdk.core.SdkPlugin;
import software.amazon.awssdk.core.SdkServiceClientConfiguration;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.retries.api.AcquireInitialTokenRequest;
import software.amazon.awssdk.retries.api.AcquireInitialTokenResponse;
import software.amazon.awssdk.retries.api.RecordSuccessRequest;
import software.amazon.awssdk.retries.api.RecordSuccessResponse;
import software.amazon.awssdk.retries.api.RefreshRetryTokenRequest;
import software.amazon.awssdk.retries.api.RefreshRetryTokenResponse;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.retries.api.RetryToken;

/**
 * Watches the attempts of one call to AWS, to find out whether AWS may have carried it out.
 *
 * <p>The call's failure does not say: it is that of the last attempt. When the answer to a first attempt was lost and the
 * second was throttled, the call failed with a refusal, and the request is under way all the same. Thread-safe; one instance
 * for each call.
 */
public final class CallAttempts {

    /** The SDK refuses a second attribute of one name, which a class that is loaded again would be. */
    private static final ExecutionAttribute<CallAttempts> OF_CALL =
            new ExecutionAttribute<>("CallAttempts-" + UUID.randomUUID());

    /** The SDK asks its retries whether a call may begin on the thread that makes it, and does not say then which call it is. */
    private static final ThreadLocal<CallAttempts> BEGINNING = new ThreadLocal<>();

    private boolean begun;
    private boolean underWay;
    private boolean notRefused;
    private boolean ended;
    private Throwable refusal;

    /**
     * Makes one client, of any kind, report the attempts of its calls: of a client that is built all, of one that is given those
     * that have this plugin. What the client has besides is kept, and read once, because that takes long: one for each client.
     */
    public static final class Watch implements SdkPlugin {

        private volatile ClientOverrideConfiguration watched;

        @Override
        public void configureClient(SdkServiceClientConfiguration.Builder client) {
            if (watched == null) {
                ClientOverrideConfiguration own = client.overrideConfiguration();
                List<ExecutionInterceptor> interceptors = new ArrayList<>(own.executionInterceptors());
                interceptors.add(new Reporter());
                // What this does not name, the client keeps.
                ClientOverrideConfiguration.Builder watching =
                        ClientOverrideConfiguration.builder().executionInterceptors(interceptors);
                // A client with one of the SDK's former retry policies, which cannot be watched, leaves more unknown.
                own.retryStrategy()
                        .filter(strategy -> own.retryPolicy().isEmpty())
                        .ifPresent(strategy -> watching.retryStrategy(new Retries(strategy)));
                watched = watching.build();
            }
            client.overrideConfiguration(watched);
        }
    }

    private static final class Reporter implements ExecutionInterceptor {

        @Override
        public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
            CallAttempts attempts = attributes.getAttribute(OF_CALL);
            if (attempts != null) {
                attempts.transmitted();
            }
        }

        @Override
        public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
            CallAttempts attempts = attributes.getAttribute(OF_CALL);
            if (attempts != null) {
                attempts.answered(context.httpResponse().statusCode());
            }
        }
    }

    /** The client's own retries. They are asked after each attempt that failed, and receive its failure. */
    private record Retries(RetryStrategy strategy) implements RetryStrategy {

        /** @param attempts null for a call that nobody watches */
        private record Token(RetryToken token, CallAttempts attempts) implements RetryToken {}

        @Override
        public AcquireInitialTokenResponse acquireInitialToken(AcquireInitialTokenRequest request) {
            return watched(strategy.acquireInitialToken(request), BEGINNING.get());
        }

        @Override
        public CompletableFuture<AcquireInitialTokenResponse> acquireInitialTokenAsync(
                AcquireInitialTokenRequest request) {
            CallAttempts attempts = BEGINNING.get();
            return strategy.acquireInitialTokenAsync(request).thenApply(response -> watched(response, attempts));
        }

        private static AcquireInitialTokenResponse watched(
                AcquireInitialTokenResponse response, CallAttempts attempts) {
            return AcquireInitialTokenResponse.create(new Token(response.token(), attempts), response.delay());
        }

        @Override
        public RefreshRetryTokenResponse refreshRetryToken(RefreshRetryTokenRequest request) {
            return watched(strategy.refreshRetryToken(failed(request)), request);
        }

        @Override
        public CompletableFuture<RefreshRetryTokenResponse> refreshRetryTokenAsync(RefreshRetryTokenRequest request) {
            return strategy.refreshRetryTokenAsync(failed(request)).thenApply(response -> watched(response, request));
        }

        private static RefreshRetryTokenRequest failed(RefreshRetryTokenRequest request) {
            Token token = (Token) request.token();
            if (token.attempts() != null) {
                token.attempts().failed(request.failure());
            }
            return request.toBuilder().token(token.token()).build();
        }

        private static RefreshRetryTokenResponse watched(
                RefreshRetryTokenResponse response, RefreshRetryTokenRequest request) {
            Token token = new Token(response.token(), ((Token) request.token()).attempts());
            return RefreshRetryTokenResponse.create(token, response.delay());
        }

        @Override
        public RecordSuccessResponse recordSuccess(RecordSuccessRequest request) {
            return strategy.recordSuccess(RecordSuccessRequest.create(((Token) request.token()).token()));
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

        @Override
        public void close() {
            strategy.close();
        }
    }

    /** Ties a call to this, whose client is watched. */
    public void watch(RequestOverrideConfiguration.Builder<?> call) {
        call.putExecutionAttribute(OF_CALL, this);
    }

    /** Makes that call. */
    public <T> CompletableFuture<T> of(Supplier<CompletableFuture<T>> call) {
        BEGINNING.set(this);
        try {
            return call.get();
        } finally {
            BEGINNING.remove();
        }
    }

    private synchronized void failed(Throwable failure) {
        if (underWay) {
            underWay = false;
            notRefused |= !AwsErrors.isNotCarriedOut(failure);
        }
        refusal = AwsErrors.statusOf(failure) == 0 ? refusal : failure;
    }

    /**
     * The call failed. What it came to is decided now and for all: no attempt begins any more, and one that goes on, because the call
     * ran out of time, changes nothing. A client that reports nothing of its attempts is judged by the failure.
     */
    public synchronized void failedForGood(Throwable failure) {
        if (!ended) {
            failed(failure);
            notRefused |= !begun && AwsErrors.mayHaveBeenSent(failure);
            ended = true;
        }
    }

    /** Why the call failed: where each attempt was refused, and what ended it is no answer, such as its time being over, the last refusal. */
    public synchronized Throwable reason(Throwable failure) {
        if (refusal == null || mayHaveBeenCarriedOut() || AwsErrors.statusOf(failure) != 0) {
            return failure;
        }
        refusal.addSuppressed(Futures.unwrap(failure));
        return refusal;
    }

    /** Whether an attempt was made that was sent, and not answered by a refusal (3xx, 4xx or throttling). */
    public synchronized boolean mayHaveBeenCarriedOut() {
        return underWay || notRefused;
    }

    private synchronized void transmitted() {
        if (ended) { // also of a call that its route's stop ended: nothing is sent after that
            throw AbortedException.create("The call has ended");
        }
        notRefused |= underWay; // the attempt before had no answer, and nobody said why
        underWay = true;
        begun = true;
    }

    private synchronized void answered(int status) {
        if (!ended) {
            // Of other answers their failure says more: whether it is throttling.
            underWay = !AwsErrors.isRefusal(status);
        }
    }
}
