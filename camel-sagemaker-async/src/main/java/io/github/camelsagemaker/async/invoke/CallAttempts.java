package io.github.camelsagemaker.async.invoke;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.core.SdkPlugin;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/**
 * Watches the attempts of one call to AWS, to tell whether AWS may have carried it out.
 *
 * <p>The call's failure does not tell: it is that of the last attempt. When the answer to a first attempt was lost and the
 * second was throttled, the call failed with a refusal, and the request is under way all the same. Thread-safe; one instance
 * for each call.
 */
public final class CallAttempts implements ExecutionInterceptor {

    /** For calls that nobody wants watched, which is cheaper. It tells nothing. */
    static final CallAttempts UNWATCHED = new CallAttempts();

    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicBoolean notRefused = new AtomicBoolean();

    /** Put on a request, this makes the client report the request's attempts here. Works with any client. */
    SdkPlugin plugin() {
        return client -> client.overrideConfiguration(override -> {
            List<ExecutionInterceptor> interceptors = new ArrayList<>(override.executionInterceptors());
            interceptors.add(this);
            override.executionInterceptors(interceptors);
        });
    }

    /** Whether an attempt was made that was not answered by a refusal (4xx). */
    public boolean mayHaveBeenCarriedOut() {
        return unanswered.get() > 0 || notRefused.get();
    }

    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        unanswered.incrementAndGet();
    }

    @Override
    public void afterTransmission(Context.AfterTransmission context, ExecutionAttributes attributes) {
        unanswered.decrementAndGet();
        int status = context.httpResponse().statusCode();
        if (status < 400 || status >= 500) {
            notRefused.set(true);
        }
    }
}
