package io.github.camelsagemaker.async.internal.consume;

import static io.github.camelsagemaker.async.internal.options.OptionCheck.require;

import io.github.camelsagemaker.async.SageMakerAsyncConfiguration;
import io.github.camelsagemaker.async.internal.EndpointContext;
import io.github.camelsagemaker.async.internal.aws.AwsErrors;
import io.github.camelsagemaker.async.internal.s3.S3Location;
import io.github.camelsagemaker.async.internal.s3.S3Prefix;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.sagemaker.SageMakerAsyncClient;
import software.amazon.awssdk.services.sagemaker.model.AsyncInferenceConfig;
import software.amazon.awssdk.services.sagemaker.model.AsyncInferenceNotificationConfig;
import software.amazon.awssdk.services.sagemaker.model.AsyncInferenceOutputConfig;
import software.amazon.awssdk.services.sagemaker.model.DescribeEndpointConfigResponse;
import software.amazon.awssdk.services.sagemaker.model.DescribeEndpointResponse;

/**
 * Reads from a SageMaker endpoint's own configuration where it writes, and which topics it tells. The only class that needs the SDK's
 * module {@code sagemaker}, which may be missing: then its first use is a NoClassDefFoundError.
 */
record EndpointDiscovery(EndpointContext endpoint) {

    private static final Logger LOG = LoggerFactory.getLogger(EndpointDiscovery.class);

    /**
     * The endpoint, with the options that were not given.
     *
     * @return fails with an IllegalArgumentException if the endpoint does not fit, else as {@link AwsErrors#askedAtStart} does
     */
    CompletableFuture<EndpointContext> complete() {
        SageMakerAsyncClient sageMaker = endpoint.clients()
                .other("SageMaker", SageMakerAsyncClient.class, SageMakerAsyncClient.builder());
        return AwsErrors.askedAtStart("SageMaker", "DescribeEndpoint", this + " (option discoverEndpoint)", () -> named(
                        "DescribeEndpoint",
                        sageMaker.describeEndpoint(ask -> ask.endpointName(endpoint.name())),
                        DescribeEndpointResponse::endpointConfigName)
                .thenCompose(found -> {
                    String status = found.endpointStatusAsString();
                    require(
                            !"Failed".equals(status) && !"Deleting".equals(status),
                            this + " (option discoverEndpoint) has the status " + status
                                    + (found.failureReason() == null ? "" : ": " + found.failureReason())
                                    + ". Create it again, or name another");
                    return named(
                            "DescribeEndpointConfig",
                            sageMaker.describeEndpointConfig(ask -> ask.endpointConfigName(found.endpointConfigName())),
                            DescribeEndpointConfigResponse::endpointConfigName);
                })
                .thenApply(found -> completed(found.asyncInferenceConfig())));
    }

    /** Something on the way may answer, too: then the name of the configuration is missing. */
    private <T> CompletableFuture<T> named(String operation, CompletableFuture<T> call, Function<T, String> name) {
        return AwsErrors.translated(
                operation,
                this + " (option discoverEndpoint, permission sagemaker:" + operation + ")",
                call.thenApply(answer -> {
                    AwsErrors.require("SageMaker", "EndpointConfigName", name.apply(answer));
                    return answer;
                }));
    }

    private EndpointContext completed(AsyncInferenceConfig config) {
        AsyncInferenceOutputConfig output = config == null ? null : config.outputConfig();
        require(
                output != null && output.s3OutputPath() != null,
                this + " (option discoverEndpoint) is not asynchronous: its configuration has no AsyncInferenceConfig with an"
                        + " S3OutputPath. Name another endpoint, or give this one such a configuration");
        SageMakerAsyncConfiguration options = endpoint.options().copy();
        options.setOutputLocation(
                place("outputLocation", options.getOutputLocation(), "S3OutputPath", output.s3OutputPath()));
        options.setFailureLocation(
                place("failureLocation", options.getFailureLocation(), "S3FailurePath", output.s3FailurePath()));
        if (options.isAutoCreateQueue() && options.getTopicArn() == null) {
            options.setTopicArn(topics(output.notificationConfig()));
        }
        if (options.getNotificationQueue() == null && options.getFailureLocation() == null) {
            LOG.warn("{} has no S3FailurePath: a failed inference leaves nothing that this route could find", this);
        }
        LOG.info(
                "{} writes results to {} and failures to {}",
                this,
                options.getOutputLocation(),
                options.getFailureLocation());
        return new EndpointContext(endpoint.name(), endpoint.uri(), endpoint.camel(), options, endpoint.clients());
    }

    /** What was given, if it lies where the endpoint writes: below it, as s3OutputPathExtension puts results; else all of that. */
    private String place(String option, String given, String member, String path) {
        S3Prefix own = path == null ? null : S3Prefix.parse(member + " of " + this, s3(path));
        S3Prefix place = given == null ? own : S3Prefix.parse(option, given);
        require(
                place == null || own != null && own.contains(place),
                "Option " + option + " is '" + place + "', but " + this + " has "
                        + (own == null ? "no " + member : "the " + member + " '" + own + "'")
                        + " (option discoverEndpoint): nothing would ever be found there. Leave the option out, or correct it");
        return Objects.toString(place, null);
    }

    /** SageMaker takes addresses, too. The name stands for those of objects. */
    private static String s3(String path) {
        if (!path.startsWith("https://")) {
            return path;
        }
        String object = S3Location.parse(path + (path.endsWith("/") ? "x" : "/x")).uri();
        return object.substring(0, object.length() - 1);
    }

    private String topics(AsyncInferenceNotificationConfig told) {
        List<String> topics = told == null
                ? List.of()
                : Stream.of(told.successTopic(), told.errorTopic())
                        .filter(Objects::nonNull)
                        .toList();
        require(
                !topics.isEmpty(),
                this + " (option discoverEndpoint) has no topics in its NotificationConfig: its results would not be told of"
                        + " by the queue. Give it a SuccessTopic and an ErrorTopic, or leave notificationQueue out");
        if (topics.size() == 1) {
            LOG.warn(
                    "{} has no {}, so that the queue does not tell of these results (see reconcileInterval)",
                    this,
                    told.successTopic() == null ? "SuccessTopic" : "ErrorTopic");
        }
        return topics.stream().distinct().collect(Collectors.joining(","));
    }

    @Override
    public String toString() {
        return "Endpoint '" + endpoint.name() + "'";
    }
}
