package io.github.camelsagemaker.async.internal.observe;

import java.util.List;

/** The component's meters. Names, labels and meanings are part of the component's contract. */
public enum Metric {
    /**
     * Requests that ended. Label {@code mode}: how the payload travelled (inline, s3, none where that was not decided);
     * {@code outcome}: accepted, invalid, refused, throttled, unavailable, not_sent or error.
     */
    REQUESTS("requests", Kind.COUNTER, "Requests, by outcome", "mode", "outcome"),

    /** Sizes of accepted payloads. Label {@code mode}: inline or s3. Payloads that were in S3 before are not in it. */
    PAYLOAD("payload", Kind.BYTES, "Sizes of accepted payloads", "mode"),

    REQUESTS_IN_FLIGHT("requests.in.flight", Kind.GAUGE, "Requests that SageMaker has not answered"),

    /**
     * Accepted requests whose result is outstanding. Label {@code source}: await (awaitResult) or store (pendingStore, whose
     * requests every node counts, whichever sent them).
     */
    PENDING("pending", Kind.GAUGE, "Accepted requests whose result is outstanding", "source"),

    /**
     * Awaited requests that ended (awaitResult). Label {@code outcome}: completed, failed (the inference), timed_out, cancelled (its
     * route or the context stopped) or unreadable.
     */
    AWAITED("awaited", Kind.COUNTER, "Awaited requests that ended, by outcome", "outcome"),

    /**
     * Results. Label {@code outcome}: completed or failed (delivered, with what the inference came to), expired, duplicate
     * (dropped), held_elsewhere (not begun, because another node has it in progress), or attempt_failed (its exchange or its
     * reading failed; it comes again).
     */
    RESULTS("results", Kind.COUNTER, "Results, by outcome", "outcome"),

    RESULTS_IN_FLIGHT("results.in.flight", Kind.GAUGE, "Results on their way through the route"),

    /**
     * What can never be delivered as it is. Label {@code reason}: malformed (a message nobody understands, or that names a place
     * outside), foreign (another endpoint's) or attempts (an object moved to moveFailedLocation).
     */
    POISON("poison", Kind.COUNTER, "Messages and objects that cannot be delivered", "reason"),

    /** Calls that AWS throttled until the SDK gave up. Label {@code operation}: the API operation. */
    THROTTLES("throttles", Kind.COUNTER, "Calls throttled by AWS after all attempts of the SDK", "operation"),

    /** From SageMaker's acceptance of the request to the result. Label {@code outcome}: completed or failed. */
    RESULT_TIME("result.time", Kind.NANOSECONDS, "From submission to the landed result", "outcome"),

    /** From the landed result to the beginning of its exchange, for results that were delivered. */
    DELIVERY_DELAY("delivery.delay", Kind.NANOSECONDS, "From the landed result to its exchange");

    /** On every meter: the name of the SageMaker endpoint in the URI. */
    public static final String ENDPOINT = "endpoint";

    /** On every meter: the name of the Camel context. */
    public static final String CAMEL_CONTEXT = "camelContext";

    enum Kind {
        COUNTER,
        BYTES,
        NANOSECONDS,
        GAUGE
    }

    final Kind kind;
    final String description;
    private final String meterName;
    private final List<String> labels;

    Metric(String name, Kind kind, String description, String... labels) {
        this.meterName = "camel.sagemaker.async." + name;
        this.kind = kind;
        this.description = description;
        this.labels = List.of(labels);
    }

    /** The name, with dots: a registry makes its own form of it, such as {@code camel_sagemaker_async_requests_total}. */
    public String meterName() {
        return meterName;
    }

    /** The labels beside {@link #ENDPOINT} and {@link #CAMEL_CONTEXT}. */
    public List<String> labels() {
        return labels;
    }
}
