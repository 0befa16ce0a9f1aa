package io.github.camelsagemaker.async.testinfra.sagemaker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelsagemaker.async.testinfra.http.Replies;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** SageMaker's DescribeEndpoint and DescribeEndpointConfig (JSON 1.1), of the endpoints as they were created. */
record ControlPlane(Supplier<Collection<EndpointSettings>> endpoints, String region, String accountId, long created) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TARGET = "SageMaker.";
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}");

    /** The operation that a request's target names; null if it is none of the control plane. */
    static String operation(String target) {
        return target != null && target.startsWith(TARGET) ? target.substring(TARGET.length()) : null;
    }

    /** Answers a request. Throws a {@link RefusedException}. */
    FullHttpResponse answer(String operation, FullHttpRequest http) {
        ObjectNode answer =
                switch (operation) {
                    case "DescribeEndpoint" -> endpoint(named("EndpointName", http));
                    case "DescribeEndpointConfig" -> config(named("EndpointConfigName", http));
                    default -> throw RefusedException.control("UnknownOperationException", "Unknown operation");
                };
        return Replies.of(200, "application/x-amz-json-1.1", answer.toString());
    }

    /** The one member that a request has. */
    private static String named(String member, FullHttpRequest http) {
        String type = http.headers().get("Content-Type", "");
        JsonNode request;
        try {
            request = JSON.readTree(http.content().toString(StandardCharsets.UTF_8));
        } catch (JsonProcessingException e) {
            throw RefusedException.control("SerializationException", "The request is no JSON");
        }
        if (!type.startsWith("application/x-amz-json-1.1") || request.size() != 1 || !request.has(member)) {
            throw RefusedException.control(
                    "ValidationException", "The request must be JSON 1.1 with the member " + member + " alone");
        }
        String name = request.path(member).asText();
        if (!NAME.matcher(name).matches()) {
            throw RefusedException.control(
                    "ValidationException",
                    "1 validation error detected: Value '" + name + "' at '" + member
                            + "' failed to satisfy constraint: Member must satisfy regular expression pattern: "
                            + NAME);
        }
        return name;
    }

    private ObjectNode endpoint(String name) {
        EndpointSettings settings = find("endpoint", "endpoint", name, EndpointSettings::name);
        ObjectNode answer = JSON.createObjectNode()
                .put("EndpointName", name)
                .put("EndpointArn", arn("endpoint", name))
                .put("EndpointConfigName", settings.configName())
                .put("EndpointStatus", settings.status())
                .put("CreationTime", created)
                .put("LastModifiedTime", created);
        return settings.status().equals("Failed") ? answer.put("FailureReason", "No capacity in the Region.") : answer;
    }

    private ObjectNode config(String name) {
        EndpointSettings settings =
                find("endpoint configuration", "endpoint-config", name, EndpointSettings::configName);
        ObjectNode answer = JSON.createObjectNode()
                .put("EndpointConfigName", name)
                .put("EndpointConfigArn", arn("endpoint-config", name))
                .put("CreationTime", created);
        answer.putArray("ProductionVariants").addObject().put("VariantName", "AllTraffic");
        if (settings.outputPath() != null) {
            ObjectNode async = answer.putObject("AsyncInferenceConfig");
            async.putObject("ClientConfig").put("MaxConcurrentInvocationsPerInstance", settings.concurrency());
            ObjectNode output = async.putObject("OutputConfig").put("S3OutputPath", settings.outputPath());
            put(output, "S3FailurePath", settings.failurePath());
            if (settings.successTopic() != null || settings.errorTopic() != null) {
                ObjectNode topics = output.putObject("NotificationConfig");
                put(topics, "SuccessTopic", settings.successTopic());
                put(topics, "ErrorTopic", settings.errorTopic());
                if (settings.responseInNotification()) {
                    topics.putArray("IncludeInferenceResponseIn")
                            .add("SUCCESS_NOTIFICATION_TOPIC")
                            .add("ERROR_NOTIFICATION_TOPIC");
                }
            }
        }
        return answer;
    }

    private static void put(ObjectNode object, String member, String value) {
        if (value != null) {
            object.put(member, value);
        }
    }

    private EndpointSettings find(String what, String type, String name, Function<EndpointSettings, String> key) {
        return endpoints.get().stream()
                .filter(settings -> key.apply(settings).equals(name))
                .findFirst()
                .orElseThrow(() -> RefusedException.control(
                        "ValidationException", "Could not find " + what + " \"" + arn(type, name) + "\"."));
    }

    private String arn(String type, String name) {
        return "arn:aws:sagemaker:" + region + ":" + accountId + ":" + type + "/" + name;
    }
}
