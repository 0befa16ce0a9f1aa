package io.github.camelsagemaker.async.internal.request;

import static io.github.camelsagemaker.async.SageMakerAsyncConstants.REQUEST_PREFIX;

import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.github.camelsagemaker.async.error.InvalidInferenceRequestException;
import io.github.camelsagemaker.async.internal.options.Untrusted;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Message;
import org.apache.camel.support.PatternHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which request headers a producer honours (option requestHeaders): whoever sends a message to a route may set headers, and must
 * not choose another endpoint or somebody's object by that. Thread-safe.
 */
public final class RequestHeaders {

    private static final Logger LOG = LoggerFactory.getLogger(RequestHeaders.class);

    /** All, without the prefix. */
    private static final List<String> NAMES = Stream.of(
                    SageMakerAsyncConstants.REQUEST_ENDPOINT_NAME,
                    SageMakerAsyncConstants.REQUEST_INPUT_LOCATION,
                    SageMakerAsyncConstants.REQUEST_INFERENCE_ID,
                    SageMakerAsyncConstants.REQUEST_CONTENT_TYPE,
                    SageMakerAsyncConstants.REQUEST_ACCEPT,
                    SageMakerAsyncConstants.REQUEST_CUSTOM_ATTRIBUTES,
                    SageMakerAsyncConstants.REQUEST_TTL_SECONDS,
                    SageMakerAsyncConstants.REQUEST_INVOCATION_TIMEOUT_SECONDS,
                    SageMakerAsyncConstants.REQUEST_OUTPUT_PATH_EXTENSION,
                    SageMakerAsyncConstants.REQUEST_FILENAME,
                    SageMakerAsyncConstants.REQUEST_PAYLOAD_MODE)
            .map(RequestHeaders::withoutPrefix)
            .toList();

    /** What says where a request goes, and which object it is about. */
    private static final Set<String> ASKED_FOR = Set.of(
            withoutPrefix(SageMakerAsyncConstants.REQUEST_ENDPOINT_NAME),
            withoutPrefix(SageMakerAsyncConstants.REQUEST_INPUT_LOCATION));

    /** Senders choose names, so not every one may be remembered. */
    private static final int MAX_WARNINGS = 20;

    private final Set<String> honoured;
    private final Set<String> warnedAbout = ConcurrentHashMap.newKeySet();

    private RequestHeaders(Set<String> honoured) {
        this.honoured = honoured;
    }

    /**
     * Reads the option.
     *
     * @param option names or patterns without the prefix, separated by commas; null for all but those that choose endpoint and
     *     object
     * @throws IllegalArgumentException if one of them matches no request header
     */
    static RequestHeaders of(String option) {
        Set<String> honoured = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        if (option == null) {
            NAMES.stream().filter(name -> !ASKED_FOR.contains(name)).forEach(honoured::add);
            return new RequestHeaders(honoured);
        }
        for (String pattern : option.split(",")) {
            List<String> matching = NAMES.stream()
                    .filter(name -> PatternHelper.matchPattern(name, pattern.strip()))
                    .toList();
            if (matching.isEmpty() && !pattern.isBlank()) {
                throw new IllegalArgumentException("Option requestHeaders names '" + pattern.strip()
                        + "', but no request header matches it. They are, without " + REQUEST_PREFIX + ": "
                        + String.join(", ", NAMES));
            }
            honoured.addAll(matching);
        }
        return new RequestHeaders(honoured);
    }

    /**
     * Refuses a message with a request header that is not honoured. One that does not exist is named in the log.
     *
     * @throws InvalidInferenceRequestException naming the header and the option
     */
    void check(Message message) {
        if (!message.hasHeaders()) {
            return;
        }
        message.getHeaders().forEach((header, value) -> {
            if (value != null && header.regionMatches(true, 0, REQUEST_PREFIX, 0, REQUEST_PREFIX.length())) {
                check(header);
            }
        });
    }

    private void check(String header) {
        String name = withoutPrefix(header);
        if (honoured.contains(name)) {
            return;
        }
        if (NAMES.stream().anyMatch(name::equalsIgnoreCase)) {
            throw new InvalidInferenceRequestException(
                    "Header " + header + " is not honoured by the option requestHeaders, "
                            + (honoured.isEmpty()
                                    ? "which honours none"
                                    : "which honours " + honoured.stream().collect(Collectors.joining(", ")))
                            + ". If it is the route that sets this header, add " + name
                            + " to the option; if it may come with a message from outside, remove it before: removeHeader(\""
                            + header + "\")");
        }
        if (warnedAbout.size() < MAX_WARNINGS && warnedAbout.add(Untrusted.shown(name))) {
            LOG.warn(
                    "There is no request header {}, so it has no effect. The nearest one is {}{}",
                    Untrusted.shown(header),
                    REQUEST_PREFIX,
                    NAMES.stream()
                            .min(Comparator.comparingInt(known -> distance(
                                    known.toLowerCase(Locale.ROOT),
                                    Untrusted.shown(name).toLowerCase(Locale.ROOT))))
                            .orElseThrow());
        }
    }

    private static String withoutPrefix(String header) {
        return header.substring(REQUEST_PREFIX.length());
    }

    /** How many characters must be added, removed or changed to make one of the other (Levenshtein). */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length(); j++) {
                int change = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[other.length()];
    }
}
