package io.github.camelsagemaker.async.testinfra.sagemaker;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelsagemaker.async.testinfra.http.Dialect;
import io.github.camelsagemaker.async.testinfra.http.Replies;
import io.github.camelsagemaker.async.testinfra.notification.NotificationPublisher;
import io.github.camelsagemaker.async.testinfra.s3.S3Server;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;

/**
 * SageMaker Runtime's InvokeEndpointAsync: checks, accepts with 202, and lets the endpoint's model work later. Besides, what the
 * control plane tells of endpoints.
 */
public final class SageMakerService implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ACCOUNT_ID = "000000000000";

    private final Map<String, EndpointRuntime> endpoints = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(new DaemonThreads("local-aws-timer"));
    private final Dialect dialect = new SageMakerDialect();
    private final S3Server s3;
    private final NotificationPublisher notifications;
    private final Consumer<Invocation> accepted;
    private final String accessKeyId;
    private final String region;
    private final Clock clock;
    private final ControlPlane control;

    public SageMakerService(
            S3Server s3,
            NotificationPublisher notifications,
            Consumer<Invocation> accepted,
            String accessKeyId,
            String region,
            Clock clock) {
        this.s3 = s3;
        this.notifications = notifications;
        this.accepted = accepted;
        this.accessKeyId = accessKeyId;
        this.region = region;
        this.clock = clock;
        this.control = new ControlPlane(
                () -> endpoints.values().stream().map(EndpointRuntime::settings).toList(),
                region,
                ACCOUNT_ID,
                clock.instant().getEpochSecond());
    }

    /** Creates an endpoint, or replaces the one of that name. */
    public void create(EndpointSettings settings) {
        EndpointRuntime old =
                endpoints.put(settings.name(), new EndpointRuntime(settings, s3, notifications, timer, clock));
        if (old != null) {
            old.close();
        }
    }

    /** Answers a request. */
    public CompletableFuture<FullHttpResponse> handle(FullHttpRequest http) {
        FullHttpResponse response;
        try {
            response = invoke(http);
        } catch (RefusedException e) {
            response = dialect.error(e.status(), e.code(), e.getMessage());
        }
        return CompletableFuture.completedFuture(response);
    }

    private FullHttpResponse invoke(FullHttpRequest http) {
        String described = ControlPlane.operation(http.headers().get("X-Amz-Target"));
        if (described == null && !dialect.call(http).operation().equals("InvokeEndpointAsync")) {
            return dialect.error(404, "UnknownOperationException", "Unknown operation");
        }
        authenticate(http.headers().get("Authorization", ""));
        if (described != null) {
            return control.answer(described, http);
        }
        InvokeRequest request = InvokeRequest.of(http);
        EndpointRuntime endpoint = endpoints.get(request.endpointName());
        if (endpoint == null) {
            throw RefusedException.invalid(
                    "Endpoint " + request.endpointName() + " of account " + ACCOUNT_ID + " not found.");
        }
        if (endpoint.settings().outputPath() == null
                || endpoint.settings().status().matches("Failed|Creating|Deleting|OutOfService")) {
            throw RefusedException.invalid("Endpoint " + request.endpointName() + " of account " + ACCOUNT_ID
                    + " takes no asynchronous requests.");
        }
        Invocation invocation = endpoint.accept(request, region);
        accepted.accept(invocation);
        FullHttpResponse response = Replies.of(
                202,
                "application/json",
                JSON.createObjectNode()
                        .put("InferenceId", invocation.inferenceId())
                        .toString());
        response.headers().set("X-Amzn-SageMaker-OutputLocation", invocation.location(invocation.output()));
        if (invocation.failure() != null) {
            response.headers().set("X-Amzn-SageMaker-FailureLocation", invocation.location(invocation.failure()));
        }
        endpoint.queue(invocation);
        return response;
    }

    private void authenticate(String authorization) {
        // The signature itself is the SDK's work and not checked; who signed, and for which service, is.
        if (!authorization.startsWith("AWS4-HMAC-SHA256")
                || !authorization.contains("Credential=" + accessKeyId + "/")) {
            throw RefusedException.denied("The security token included in the request is invalid.");
        }
        if (!authorization.contains("/sagemaker/aws4_request")) {
            throw RefusedException.denied("Credential should be scoped to correct service: 'sagemaker'.");
        }
    }

    @Override
    public void close() {
        endpoints.values().forEach(EndpointRuntime::close);
        timer.shutdownNow();
    }
}
