package io.github.camelsagemaker.async.examples.quickstart;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.PayloadMode;
import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.apache.camel.Exchange;

/**
 * Brings results and documents together, and prints a line for each. They belong together by what SageMaker
 * answered with when it took the document: the inference id and the places. A notification tells the id, and of a failure often
 * nothing else; a scan finds places only. Thread-safe.
 */
final class Journal {

    private static final int SHOWN = 28;

    private final Collection<String> waitingFor;
    private final int expected;
    private final PrintStream out;
    private final Runnable whenComplete;
    private final Map<String, Sent> sentByKey = new HashMap<>();
    private final Map<String, Landed> landedEarly = new HashMap<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private final List<String> refused = new ArrayList<>();

    private record Sent(String document, String beginning, long bytes, PayloadMode mode, Instant at) {}

    private record Landed(InferenceStatus status, String answer, Instant at) {}

    /**
     * A document and its result.
     *
     * @param document the document's name
     * @param bytes its length
     * @param mode how it travelled
     * @param status how the inference ended
     * @param answer what the model said
     * @param took from the moment SageMaker took it to the moment its exchange came out
     */
    record Outcome(
            String document, long bytes, PayloadMode mode, InferenceStatus status, String answer, Duration took) {}

    /**
     * @param documents what results are expected for
     * @param whenComplete runs once, when there is nothing left to wait for
     */
    Journal(Collection<String> documents, PrintStream out, Runnable whenComplete) {
        this.waitingFor = new TreeSet<>(documents);
        this.expected = documents.size();
        this.out = out;
        this.whenComplete = whenComplete;
    }

    /** SageMaker took a document: its receipt is in the headers. */
    synchronized void sent(Exchange exchange) throws IOException {
        Sent sent = new Sent(
                exchange.getMessage().getHeader(Exchange.FILE_NAME, String.class),
                beginning(Path.of(exchange.getMessage().getHeader(Exchange.FILE_PATH, String.class))),
                exchange.getMessage().getHeader(Exchange.FILE_LENGTH, Long.class),
                exchange.getMessage().getHeader(SageMakerAsyncConstants.PAYLOAD_MODE, PayloadMode.class),
                Instant.now());
        for (String key : keys(exchange)) {
            sentByKey.put(key, sent);
            Landed landed = landedEarly.remove(key);
            if (landed != null) {
                settle(sent, landed);
            }
        }
    }

    /** As much of a document as fits into a line. */
    private static String beginning(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(SHOWN), StandardCharsets.UTF_8);
            return text.replaceAll("[\\p{C}\\s\uFFFD]+", " ").strip() + (in.read() < 0 ? "" : "...");
        }
    }

    /** A document was refused. No result will come. */
    synchronized void notSent(Exchange exchange) {
        String document = exchange.getMessage().getHeader(Exchange.FILE_NAME, String.class);
        Exception cause = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
        out.printf(Locale.ROOT, "%-18s not sent: %s%n", document, cause.getMessage());
        refused.add(document);
        settled(document);
    }

    /** A result came out of the consumer. */
    synchronized void landed(Exchange exchange) {
        Landed landed = new Landed(
                exchange.getMessage().getHeader(SageMakerAsyncConstants.INVOCATION_STATUS, InferenceStatus.class),
                answer(exchange),
                Instant.now());
        for (String key : keys(exchange)) {
            Sent sent = sentByKey.get(key);
            if (sent == null) {
                landedEarly.put(key, landed);
            } else {
                settle(sent, landed);
            }
        }
    }

    private static List<String> keys(Exchange exchange) {
        List<String> keys = new ArrayList<>();
        String inferenceId = exchange.getMessage().getHeader(SageMakerAsyncConstants.INFERENCE_ID, String.class);
        if (inferenceId != null) {
            keys.add(inferenceId);
        }
        for (String header :
                List.of(SageMakerAsyncConstants.OUTPUT_LOCATION, SageMakerAsyncConstants.FAILURE_LOCATION)) {
            String location = exchange.getMessage().getHeader(header, String.class);
            if (location != null) {
                keys.add(location);
            }
        }
        return keys;
    }

    /** What the model said, or why it said nothing. */
    private static String answer(Exchange exchange) {
        String body = exchange.getMessage().getBody(String.class);
        return body != null
                ? body
                : exchange.getMessage().getHeader(SageMakerAsyncConstants.FAILURE_REASON, String.class);
    }

    private void settle(Sent sent, Landed landed) {
        if (!waitingFor.contains(sent.document())) {
            return; // Results come at least once.
        }
        Outcome outcome = new Outcome(
                sent.document(),
                sent.bytes(),
                sent.mode(),
                landed.status(),
                landed.answer(),
                Duration.between(sent.at(), landed.at()));
        outcomes.add(outcome);
        out.printf(
                Locale.ROOT,
                "%2d/%d  %-18s %,12d bytes  %-6s  %-9s  %-31s -> %s%n",
                outcomes.size(),
                expected,
                outcome.document(),
                outcome.bytes(),
                outcome.mode(),
                outcome.status(),
                sent.beginning(),
                outcome.answer());
        settled(sent.document());
    }

    private void settled(String document) {
        waitingFor.remove(document);
        if (waitingFor.isEmpty()) {
            whenComplete.run();
        }
    }

    synchronized List<Outcome> outcomes() {
        return List.copyOf(outcomes);
    }

    /** The documents without a result: refused, or not answered in time. */
    synchronized List<String> missing() {
        List<String> missing = new ArrayList<>(refused);
        missing.addAll(waitingFor);
        return missing;
    }
}
