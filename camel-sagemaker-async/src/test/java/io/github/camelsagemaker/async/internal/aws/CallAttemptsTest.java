package io.github.camelsagemaker.async.internal.aws;

import static io.github.camelsagemaker.async.internal.aws.ScriptedServer.HANG;
import static io.github.camelsagemaker.async.internal.aws.ScriptedServer.RESET;
import static io.github.camelsagemaker.async.internal.aws.ScriptedServer.RESET_AND_CLOSE;
import static io.github.camelsagemaker.async.internal.aws.ScriptedServer.answer;
import static io.github.camelsagemaker.async.internal.aws.ScriptedServer.error;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.camelsagemaker.async.internal.concurrent.Futures;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.core.retry.RetryPolicy;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClientBuilder;

/** With the real client on real sockets: what counts is what the SDK reports. */
@Tag("no-camel")
@ParameterizedClass(name = "watched since it was built: {0}")
@ValueSource(booleans = {true, false})
class CallAttemptsTest {

    private static SdkAsyncHttpClient http;

    private final CallAttempts attempts = new CallAttempts();
    private CallAttempts.Watch watch;
    private final boolean built;
    private ScriptedServer server;
    private SageMakerRuntimeAsyncClient client;

    CallAttemptsTest(boolean built) {
        this.built = built;
    }

    @BeforeAll
    static void open() {
        http = NettyNioAsyncHttpClient.create();
    }

    @AfterAll
    static void close() {
        http.close();
    }

    @BeforeEach
    void start() throws Exception {
        server = new ScriptedServer();
        client = builder().build();
    }

    private SageMakerRuntimeAsyncClientBuilder builder() {
        watch = new CallAttempts.Watch();
        SageMakerRuntimeAsyncClientBuilder builder = SageMakerRuntimeAsyncClient.builder();
        return (built ? builder.addPlugin(watch) : builder)
                .endpointOverride(server.uri())
                .region(Region.EU_WEST_1)
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .httpClient(http)
                .overrideConfiguration(o -> o.retryStrategy(r -> r.maxAttempts(3)
                        .backoffStrategy(attempt -> Duration.ZERO)
                        .throttlingBackoffStrategy(attempt -> Duration.ZERO)));
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.close();
    }

    @Test
    void aRefusalIsCertain() throws Exception {
        server.then(error(400, "ValidationError"));

        assertThat(call()).isNotNull();
        assertThat(attempts.mayHaveBeenCarriedOut()).isFalse();
    }

    @Test
    void throttlingThatOutlastsTheRetriesIsARefusal() throws Exception {
        server.then(error(400, "ThrottlingException"))
                .then(error(429, "ThrottlingException"))
                .then(error(503, "SlowDown"));

        assertThat(call()).isNotNull();
        assertThat(server.requests()).isEqualTo(3);
        assertThat(attempts.mayHaveBeenCarriedOut()).isFalse();
    }

    @Test
    void aCallWhoseTimeIsOverAfterRefusalsFailedForTheLastOfThem() throws Exception {
        client.close();
        client = builder()
                .overrideConfiguration(o -> o.apiCallTimeout(Duration.ofSeconds(2))
                        .retryStrategy(r -> r.throttlingBackoffStrategy(attempt -> Duration.ofMinutes(1))))
                .build();
        server.then(error(429, "ThrottlingException"));

        Throwable failure = Futures.unwrap(call());
        attempts.failedForGood(failure);

        assertThat(failure).isInstanceOf(ApiCallTimeoutException.class);
        assertThat(attempts.mayHaveBeenCarriedOut()).isFalse();
        assertThat(AwsErrors.statusOf(attempts.reason(failure))).isEqualTo(429);
        assertThat(attempts.reason(failure)).hasSuppressedException(failure);
    }

    @Test
    void aLostAnswerFollowedByARefusalIsNotCertain() throws Exception {
        server.then(RESET).then(error(400, "ValidationError"));

        assertThat(call()).isNotNull();
        assertThat(server.requests()).isEqualTo(2);
        assertThat(attempts.mayHaveBeenCarriedOut()).isTrue();
    }

    @Test
    void aServerErrorFollowedByARefusalIsNotCertain() throws Exception {
        server.then(error(503, "ServiceUnavailable")).then(error(400, "ValidationError"));

        assertThat(call()).isNotNull();
        assertThat(attempts.mayHaveBeenCarriedOut()).isTrue();
    }

    @Test
    void anAcceptanceThatCannotBeReadIsNotARefusal() throws Exception {
        server.then(answer(202, "", "{broken"));

        assertThat(call()).isNotNull();
        assertThat(attempts.mayHaveBeenCarriedOut()).isTrue();
    }

    /** Its strategy has asynchronous methods of its own, which wait without a thread. */
    @Test
    void aClientThatAdaptsItsRateIsWatched() throws Exception {
        client.close();
        client = builder()
                .overrideConfiguration(o -> o.retryStrategy(RetryMode.ADAPTIVE_V2))
                .build();
        server.then(RESET)
                .then(error(400, "ValidationError"))
                .then(error(429, "ThrottlingException"))
                .then(error(400, "ValidationError"));

        assertThat(call()).isNotNull();
        assertThat(server.requests()).isEqualTo(2);
        assertThat(attempts.mayHaveBeenCarriedOut()).isTrue();

        CallAttempts second = new CallAttempts();
        assertThat(call(second)).isNotNull();
        assertThat(server.requests()).isEqualTo(4);
        assertThat(second.mayHaveBeenCarriedOut()).isFalse();
    }

    @Test
    void aClientWithTheSdksOwnRetriesIsWatched() throws Exception {
        client.close();
        watch = new CallAttempts.Watch();
        SageMakerRuntimeAsyncClientBuilder usual = SageMakerRuntimeAsyncClient.builder();
        client = (built ? usual.addPlugin(watch) : usual)
                .endpointOverride(server.uri())
                .region(Region.EU_WEST_1)
                .credentialsProvider(AnonymousCredentialsProvider.create())
                .httpClient(http)
                .build();
        server.then(error(429, "ThrottlingException"))
                .then(error(429, "ThrottlingException"))
                .then(error(400, "ValidationError"));

        assertThat(call()).isNotNull();
        assertThat(server.requests()).isEqualTo(3);
        assertThat(attempts.mayHaveBeenCarriedOut()).isFalse();
    }

    @Test
    void aCallThatWasNotSentIsCertain() throws Exception {
        client.close();
        client = builder()
                .credentialsProvider(() -> {
                    throw new IllegalStateException("no credentials");
                })
                .build();

        assertThat(call()).isNotNull();
        assertThat(server.requests()).isZero();
        assertThat(attempts.mayHaveBeenCarriedOut()).isFalse();
    }

    @Test
    void attemptsThatGotNoConnectionWereNotSent() throws Exception {
        client.close();
        // A port that a server gave up may be another test's by now.
        client = builder().endpointOverride(URI.create("http://127.0.0.1:1")).build();

        assertThat(call()).isNotNull();
        assertThat(attempts.mayHaveBeenCarriedOut()).isFalse();
    }

    @Test
    void aLostAnswerFollowedByNoConnectionIsNotCertain() throws Exception {
        server.then(RESET_AND_CLOSE);

        assertThat(call()).isNotNull();
        assertThat(server.requests()).isEqualTo(1);
        assertThat(attempts.mayHaveBeenCarriedOut()).isTrue();
    }

    @Test
    void anAttemptThatFailsBeforeItIsSentDoesNotStandForTheOneBefore() throws Exception {
        AtomicInteger attempt = new AtomicInteger();
        client.close();
        client = builder()
                .overrideConfiguration(o -> o.retryStrategy(r -> r.backoffStrategy(a -> Duration.ZERO))
                        .addExecutionInterceptor(new ExecutionInterceptor() {
                            @Override
                            public void beforeTransmission(Context.BeforeTransmission c, ExecutionAttributes a) {
                                if (attempt.incrementAndGet() > 1) {
                                    // As of a server that gives out credentials.
                                    throw new UncheckedIOException(new ConnectException("Connection refused"));
                                }
                            }
                        }))
                .build();
        server.then(RESET);

        assertThat(call()).isNotNull();
        assertThat(server.requests()).isEqualTo(1);
        assertThat(attempts.mayHaveBeenCarriedOut()).isTrue();
    }

    @Test
    @SuppressWarnings("deprecation") // clients of users have it
    void aClientWithAFormerRetryPolicyIsJudgedByTheFailure() throws Exception {
        client.close();
        client = builder()
                .overrideConfiguration(o -> o.retryPolicy(RetryPolicy.none()))
                .build();
        server.close();

        attempts.failedForGood(call());

        assertThat(attempts.mayHaveBeenCarriedOut()).isFalse();
    }

    @Test
    void whatAnAttemptComesToAfterTheVerdictChangesNothing() throws Exception {
        attempts.failedForGood(new ConnectException("Connection refused"));
        server.then(answer(202, "", "{broken"));

        assertThat(call()).isNotNull();
        assertThat(attempts.mayHaveBeenCarriedOut()).isFalse();
    }

    @Test
    void anUnknownHostIsCertain() throws Exception {
        client.close();
        client = builder()
                .endpointOverride(URI.create("http://no-such-host.invalid"))
                .build();

        assertThat(call()).isNotNull();
        assertThat(attempts.mayHaveBeenCarriedOut()).isFalse();
    }

    @Test
    void aCallThatGetsNoFreeConnectionIsCertain() throws Exception {
        try (SdkAsyncHttpClient narrow = NettyNioAsyncHttpClient.builder()
                .maxConcurrency(1)
                .connectionAcquisitionTimeout(Duration.ofMillis(100))
                .build()) {
            client.close();
            client = builder().httpClient(narrow).build();
            server.then(HANG);
            CompletableFuture<?> first =
                    client.invokeEndpointAsync(r -> r.endpointName("e").inputLocation("s3://b/k"));
            Awaitility.await().until(() -> server.requests() == 1);

            assertThat(call()).hasStackTraceContaining("Acquire operation took longer");
            assertThat(attempts.mayHaveBeenCarriedOut()).isFalse();
            first.cancel(true);
        }
    }

    @Test
    void theClientsOwnInterceptorsAndRetriesAreKeptAndNothingIsAddedToIt() throws Exception {
        AtomicInteger seen = new AtomicInteger();
        client.close();
        client = builder()
                .overrideConfiguration(o -> o.retryStrategy(
                                r -> r.maxAttempts(2).throttlingBackoffStrategy(attempt -> Duration.ZERO))
                        .addExecutionInterceptor(new ExecutionInterceptor() {
                            @Override
                            public void beforeTransmission(Context.BeforeTransmission c, ExecutionAttributes a) {
                                seen.addAndGet(
                                        c.httpRequest().matchingHeaders("x-own").size());
                            }
                        })
                        .putHeader("x-own", "1"))
                .build();
        server.then(error(429, "ThrottlingException"))
                .then(error(429, "ThrottlingException"))
                .then(error(503, "ServiceUnavailable"))
                .then(error(400, "ValidationError"));

        assertThat(call()).isNotNull();
        assertThat(server.requests()).isEqualTo(2);
        assertThat(seen).hasValue(2);

        // A later call that is not watched, which would count if it were still there.
        client.invokeEndpointAsync(r -> r.endpointName("e").inputLocation("s3://b/k"))
                .handle((response, failure) -> failure)
                .get(30, TimeUnit.SECONDS);
        assertThat(seen).hasValue(4);
        assertThat(attempts.mayHaveBeenCarriedOut()).isFalse();
    }

    /** What the call failed with. */
    private Throwable call() throws Exception {
        return call(attempts);
    }

    private Throwable call(CallAttempts attempts) throws Exception {
        return Futures.call(() -> attempts.of(() -> client.invokeEndpointAsync(
                        r -> r.endpointName("e").inputLocation("s3://b/k").overrideConfiguration(o -> {
                            attempts.watch(o);
                            if (!built) {
                                o.addPlugin(watch);
                            }
                        }))))
                .handle((response, failure) -> failure)
                .get(30, TimeUnit.SECONDS);
    }
}
