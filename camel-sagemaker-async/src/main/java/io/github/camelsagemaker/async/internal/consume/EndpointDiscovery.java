package io.github.camelsagemaker.async.internal.consume;

import static io.github.camelsagemaker.async.internal.options.OptionCheck.require;

import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.error.RequestRefusedException;
import io.github.camelsagemaker.async.internal.EndpointContext;
import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.aws.Startup;
import io.github.camelsagemaker.async.internal.concurrent.Futures;
import io.github.camelsagemaker.async.internal.options.LogSanitizer;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sagemaker.SageMakerAsyncClient;
import software.amazon.awssdk.services.sagemaker.model.AsyncInferenceConfig;
import software.amazon.awssdk.services.sagemaker.model.AsyncInferenceNotificationConfig;
import software.amazon.awssdk.services.sagemaker.model.AsyncInferenceOutputConfig;
import software.amazon.awssdk.services.sagemaker.model.DescribeEndpointResponse;

/**
 * Reads from a SageMaker endpoint's own configuration where it writes, and which topics it tells. Nothing else needs the SDK's
 * module {@code sagemaker}, which may be missing: then the first use of this class is a NoClassDefFoundError.
 */
record EndpointDiscovery(EndpointContext endpoint) {

    private static final Logger LOG = LoggerFactory.getLogger(EndpointDiscovery.class);

    /**
     * The endpoint, with options for what was not given.
     *
     * @return fails with an IllegalArgumentException if the endpoint or what was given does not fit, else as calls of a start do
     */
    CompletableFuture<EndpointContext> complete() {
        SageMakerAsyncClient sageMaker =
                endpoint.clients().other("SageMaker", SageMakerAsyncClient.class, SageMakerAsyncClient.builder());
        return Startup.ask("SageMaker", "DescribeEndpoint", toString(), () -> asked(
                        "DescribeEndpoint", sageMaker.describeEndpoint(ask -> ask.endpointName(endpoint.name())))
                .thenCompose(found -> asked(
                        "DescribeEndpointConfig",
                        sageMaker.describeEndpointConfig(ask -> ask.endpointConfigName(configName(found)))))
                .thenApply(found -> completed(found.asyncInferenceConfig())));
    }

    /**
     * Warns, for a consumer that does not discover its places, of what would leave it silent for ever.
     *
     * @param who the consumer, as a message begins with it
     * @return fails if SageMaker does not say, or may not be asked
     */
    CompletableFuture<Void> warn(String who) {
        if (!endpoint.clients().isAlike(SageMakerAsyncClient.class)) {
            return CompletableFuture.completedFuture(null);
        }
        return complete().handle((found, failure) -> {
            Throwable cause = failure == null ? null : Futures.unwrap(failure);
            boolean isMissing = cause instanceof RequestRefusedException refused
                    && "ValidationException".equals(refused.getErrorCode());
            if (isMissing || cause instanceof IllegalArgumentException) {
                LOG.warn("{} may be silent for ever: {}", who, cause.getMessage());
            } else if (cause != null) {
                throw new CompletionException(cause);
            } else if (endpoint.options().getFailureLocation() == null
                    && found.options().getFailureLocation() != null) {
                LOG.warn(
                        "{} gets no failed inferences, or takes them for results: {} writes them to {}. Set the option"
                                + " failureLocation, or discoverEndpoint=true",
                        who,
                        this,
                        found.options().getFailureLocation());
            }
            return null;
        });
    }

    private <T> CompletableFuture<T> asked(String operation, CompletableFuture<T> call) {
        return AwsErrors.translated(operation, this + ", with the permission sagemaker:" + operation + ",", call);
    }

    private String configName(DescribeEndpointResponse found) {
        String status = found.endpointStatusAsString();
        String reason = found.failureReason();
        require(
                !"Failed".equals(status) && !"Deleting".equals(status),
                this + " has the status " + status + (reason == null ? "" : " (" + reason + ")")
                        + ". Create it again, or name another");
        return found.endpointConfigName();
    }

    private EndpointContext completed(AsyncInferenceConfig config) {
        AsyncInferenceOutputConfig output = config == null ? null : config.outputConfig();
        require(
                output != null && output.s3OutputPath() != null,
                this
                        + " is not asynchronous: its configuration has no AsyncInferenceConfig with an S3OutputPath. Name another");
        SageMakerAsyncConfiguration options = endpoint.options().copy();
        options.setOutputLocation(
                place("outputLocation", options.getOutputLocation(), "S3OutputPath", output.s3OutputPath()));
        options.setFailureLocation(
                place("failureLocation", options.getFailureLocation(), "S3FailurePath", output.s3FailurePath()));
        if (options.isDiscoverEndpoint() && options.isAutoCreateQueue() && options.getTopicArn() == null) {
            options.setTopicArn(topics(output.notificationConfig()));
        }
        if (options.isDiscoverEndpoint()) {
            String failures = output.s3FailurePath() == null ? "" : ", and failures to " + output.s3FailurePath();
            LOG.info("{} writes to {}{}", this, output.s3OutputPath(), failures);
        }
        if (output.s3FailurePath() == null) {
            LOG.warn("{} has no S3FailurePath: failed inferences leave nothing in S3", this);
        }
        return new EndpointContext(
                endpoint.name(), endpoint.uri(), endpoint.camel(), options, endpoint.clients(), endpoint.memory());
    }

    /** What was given, if it lies where the endpoint writes: below it, as s3OutputPathExtension puts results; else all of that. */
    private String place(String option, String given, String member, String path) {
        S3Prefix own = path == null ? null : own(member, path);
        S3Prefix place = given == null ? own : S3Prefix.parse(option, given);
        boolean wider =
                own != null && place.contains(own) && !endpoint.options().isDiscoverEndpoint();
        require(
                place == null || own != null,
                "Option " + option + " is '" + place + "', where nothing would ever be found: " + this + " has no "
                        + member + ". Leave the option out, or give the endpoint one");
        require(
                place == null || wider || own.contains(place),
                "Option " + option + " is '" + place + "', where nothing would ever be found: the " + member + " of "
                        + this + " is " + own + ". Correct the option, or leave it out with discoverEndpoint=true");
        return Objects.toString(place, null);
    }

    /** Where the endpoint writes, as it says itself: SageMaker takes https:// too. */
    private S3Prefix own(String member, String path) {
        try {
            if (path.startsWith("s3:")) {
                return S3Prefix.parse(member, path);
            }
            String below = S3Location.parse(path.replaceFirst("/?$", "/0")).uri();
            return S3Prefix.parse(member, below.substring(0, below.length() - 1));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "The " + member + " of " + this + " is '" + LogSanitizer.shown(path)
                            + "', which is no place in S3 (s3://bucket/prefix/). Give the endpoint another"
                            + " configuration, or name another endpoint",
                    e);
        }
    }

    private String topics(AsyncInferenceNotificationConfig told) {
        require(
                told != null && (told.successTopic() != null || told.errorTopic() != null),
                this + " has no NotificationConfig, so that its queue would stay empty: give it a SuccessTopic and an"
                        + " ErrorTopic, or leave notificationQueue out");
        return Stream.of(told.successTopic(), told.errorTopic())
                .filter(Objects::nonNull)
                .distinct()
                .collect(Collectors.joining(","));
    }

    @Override
    public String toString() {
        return "endpoint '" + endpoint.name()
                + (endpoint.options().isDiscoverEndpoint() ? "' (option discoverEndpoint)" : "'");
    }
}
