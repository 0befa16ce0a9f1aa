package io.github.camelsagemaker.async.benchmarks.server;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.camelsagemaker.async.benchmarks.server.Queues.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** SQS over its JSON protocol: receive, delete, change visibility, and what a consumer asks when it starts. */
final class Sqs {

    private static final String TYPE = "application/x-amz-json-1.0";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Queues queues;
    private final Counters counters;

    Sqs(Queues queues, Counters counters) {
        this.queues = queues;
        this.counters = counters;
    }

    void handle(Call call, String operation) {
        counters.count("SQS " + operation);
        JsonNode body = read(call.body());
        String url = body.path("QueueUrl").asText();
        String queue = url.substring(url.lastIndexOf('/') + 1);
        switch (operation) {
            case "ReceiveMessage" ->
                queues.receive(
                        queue,
                        body.path("MaxNumberOfMessages").asInt(1),
                        body.path("WaitTimeSeconds").asInt(0),
                        call.answer(),
                        messages -> answer(call, received(messages)));
            case "DeleteMessage" -> {
                queues.delete(queue, body.path("ReceiptHandle").asText());
                answer(call, "{}");
            }
            case "DeleteMessageBatch" -> {
                body.path("Entries").forEach(entry -> queues.delete(queue, receipt(entry)));
                answer(call, successful(body.path("Entries")));
            }
            case "ChangeMessageVisibility" -> {
                changeVisibility(queue, body);
                answer(call, "{}");
            }
            case "ChangeMessageVisibilityBatch" -> {
                body.path("Entries").forEach(entry -> changeVisibility(queue, entry));
                answer(call, successful(body.path("Entries")));
            }
            case "GetQueueUrl" ->
                answer(
                        call,
                        "{\"QueueUrl\":\"http://" + call.headers().get("host") + "/000000000000/"
                                + body.path("QueueName").asText() + "\"}");
            case "GetQueueAttributes" -> answer(call, "{\"Attributes\":{\"VisibilityTimeout\":\"300\"}}");
            default ->
                call.answer().send(Reply.text(400, TYPE, "{\"__type\":\"com.amazonaws.sqs#UnsupportedOperation\"}"));
        }
    }

    private static JsonNode read(byte[] body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String receipt(JsonNode entry) {
        return entry.path("ReceiptHandle").asText();
    }

    private void changeVisibility(String queue, JsonNode entry) {
        if (entry.path("VisibilityTimeout").asInt() == 0) {
            queues.giveBack(queue, receipt(entry));
        }
    }

    private static String successful(JsonNode entries) {
        StringBuilder json = new StringBuilder("{\"Successful\":[");
        entries.forEach(entry -> json.append(json.charAt(json.length() - 1) == '[' ? "" : ",")
                .append("{\"Id\":\"")
                .append(entry.path("Id").asText())
                .append("\"}"));
        return json.append("],\"Failed\":[]}").toString();
    }

    private static String received(List<Message> messages) {
        if (messages.isEmpty()) {
            return "{}";
        }
        StringBuilder json = new StringBuilder("{\"Messages\":[");
        for (Message message : messages) {
            json.append(json.charAt(json.length() - 1) == '[' ? "" : ",")
                    .append("{\"MessageId\":\"")
                    .append(message.id())
                    .append("\",\"ReceiptHandle\":\"")
                    .append(message.id())
                    .append("\",\"MD5OfBody\":\"")
                    .append(message.md5())
                    .append("\",\"Attributes\":{\"ApproximateReceiveCount\":\"1\"},\"Body\":\"");
            JsonStringEncoder.getInstance().quoteAsString(message.body(), json);
            json.append("\"}");
        }
        return json.append("]}").toString();
    }

    private static void answer(Call call, String json) {
        call.answer().send(Reply.text(200, TYPE, json));
    }
}
