package io.github.camelsagemaker.async.internal.sqs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The part of a queue's policy that lets some SNS topics send to it, and no others. */
final class QueuePolicy {

    /** Marks our statement: a restart finds it, and others' statements stay as they are. */
    private static final String SID = "CamelSageMakerAsyncTopics";

    private static final ObjectMapper JSON = new ObjectMapper();

    private QueuePolicy() {}

    /**
     * Adds the topics to a policy.
     *
     * @param current the queue's policy, or null if it has none
     * @return the new policy, equal in content to the current one if that allows the same already
     * @throws IllegalStateException if the current policy is no JSON object
     */
    static String allowing(List<String> topicArns, String queueArn, String current) {
        ObjectNode policy = read(current);
        ArrayNode statements = statements(policy);
        ObjectNode ours = statement(topicArns, queueArn);
        int at = indexOfOurs(statements);
        if (at < 0) {
            statements.add(ours);
        } else {
            statements.set(at, ours);
        }
        return policy.toString();
    }

    /** Whether two policies say the same. */
    static boolean same(String policy, String other) {
        return policy != null && !policy.isBlank() && read(policy).equals(read(other));
    }

    private static ObjectNode read(String policy) {
        try {
            if (policy == null || policy.isBlank()) {
                return JSON.createObjectNode().put("Version", "2012-10-17");
            }
            if (JSON.readTree(policy) instanceof ObjectNode object) {
                return object;
            }
            throw new IllegalStateException("The queue's policy is no JSON object");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The queue's policy is no JSON", e);
        }
    }

    private static ArrayNode statements(ObjectNode policy) {
        JsonNode statements = policy.path("Statement");
        if (statements instanceof ArrayNode array) {
            return array;
        }
        ArrayNode array = JSON.createArrayNode();
        if (statements.isObject()) {
            array.add(statements);
        }
        policy.set("Statement", array);
        return array;
    }

    private static int indexOfOurs(ArrayNode statements) {
        for (int i = 0; i < statements.size(); i++) {
            if (SID.equals(statements.get(i).path("Sid").asText())) {
                return i;
            }
        }
        return -1;
    }

    private static ObjectNode statement(List<String> topicArns, String queueArn) {
        ObjectNode statement = JSON.createObjectNode();
        statement.put("Sid", SID).put("Effect", "Allow");
        statement.putObject("Principal").put("Service", "sns.amazonaws.com");
        statement.put("Action", "sqs:SendMessage").put("Resource", queueArn);
        ArrayNode sources =
                statement.putObject("Condition").putObject("ArnEquals").putArray("aws:SourceArn");
        topicArns.forEach(sources::add);
        return statement;
    }
}
