package io.github.camelsagemaker.async.internal.tracking;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelsagemaker.async.tracking.PendingInvocation;
import io.github.camelsagemaker.async.tracking.PendingStoreException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.apache.camel.support.PatternHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a request's headers as JSON text, and reads them back with the same types.
 *
 * <p>Kept are texts, booleans, numbers, {@code BigDecimal}, {@code Instant}, {@code Date} and {@code UUID}; values of other
 * types are left out, and so are the headers that {@link #keeps} drops. The text is ASCII: a text or boolean stands
 * for itself, another value is an object of its type's name and the value as text:
 *
 * <pre>{"customer":"Müller","attempt":{"int":"2"}}</pre>
 *
 * <p>Thread-safe.
 */
public final class HeaderCodec {

    /** The most characters the JSON text may have. */
    public static final int MAX_LENGTH = 32_768;

    private static final Logger LOG = LoggerFactory.getLogger(HeaderCodec.class);

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    /** What describes the request's payload, or one attempt of its exchange. */
    private static final Set<String> OF_THE_REQUEST = Set.of(
            "content-type",
            "content-length",
            "content-encoding",
            "content-md5",
            "transfer-encoding",
            "camelredelivered",
            "camelredeliverycounter",
            "camelredeliverymaxcounter",
            "camelredeliverydelay",
            "camelrollbackonly",
            "camelrollbackonlylast");

    /** Words in the names of credentials, as gateways and frameworks call them; "max_tokens" is none. */
    private static final Pattern CREDENTIAL =
            Pattern.compile("authori[sz]ation|authenticat|cookie|token(?!s)|jwt|assertion"
                    + "|api-?key|access-?key|private-?key|secret|passw|passphrase|credential|oidc-data");

    private final String[] patterns;

    /**
     * @param patterns which headers are kept: names or patterns of Camel's PatternHelper, separated by commas: an exact name, a
     *     beginning and {@code *}, or a regular expression; null for all
     */
    public HeaderCodec(String patterns) {
        this.patterns = patterns == null || patterns.isBlank()
                ? new String[] {"*"}
                : patterns.strip().split("\\s*,\\s*");
    }

    /**
     * Whether a header of this name is kept.
     *
     * <p>Never kept, whatever their case: what may be a credential by its name (authorization, cookie, token, api key, password,
     * secret and their kin); {@code CamelHttp*}, which would steer an HTTP endpoint later in the route; this component's own
     * headers, which would describe the request and not the result; and what describes the request's payload ({@code
     * Content-Type}, {@code Content-Length}, ...) or its redeliveries.
     */
    public boolean keeps(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return !lower.startsWith("camelhttp")
                && !lower.startsWith("camelawssagemakerasync")
                && !OF_THE_REQUEST.contains(lower)
                && !CREDENTIAL
                        .matcher(lower.replace('_', '-').replace('.', '-'))
                        .find()
                && PatternHelper.matchPatterns(name, patterns);
    }

    /**
     * Writes headers.
     *
     * @throws IllegalArgumentException if the text would have more than {@value #MAX_LENGTH} characters, naming the largest header
     */
    public String encode(Map<String, Object> headers) {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        int length = 2;
        String largest = null;
        int largestLength = 0;
        for (Map.Entry<String, Object> header : headers.entrySet()) {
            Optional<JsonNode> value = keeps(header.getKey()) ? node(header.getValue()) : Optional.empty();
            if (value.isPresent()) {
                int headerLength = write(JsonNodeFactory.instance.objectNode().set(header.getKey(), value.get()))
                        .length();
                length += headerLength;
                if (headerLength > largestLength) {
                    largestLength = headerLength;
                    largest = header.getKey();
                }
                // Checked on the way: headers that are too large together are not held a second time.
                requireLength(length, largest, largestLength);
                all.set(header.getKey(), value.get());
            }
        }
        return write(all);
    }

    private static void requireLength(int length, String largest, int largestLength) {
        if (length > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "The headers to keep for the result (option pendingHeaders) take more than "
                            + MAX_LENGTH + " characters as JSON, the limit. The largest so far is '" + largest
                            + "' with "
                            + largestLength
                            + " characters. Remove it from the message before it is sent, or name the headers to"
                            + " keep in option pendingHeaders. Nothing was sent");
        }
    }

    private static Optional<JsonNode> node(Object value) {
        if (value instanceof String text) {
            return Optional.of(JsonNodeFactory.instance.textNode(text));
        }
        if (value instanceof Boolean bool) {
            return Optional.of(JsonNodeFactory.instance.booleanNode(bool));
        }
        return HeaderType.of(value)
                .map(type -> JsonNodeFactory.instance.objectNode().put(type.tag, type.writer.apply(value)));
    }

    private static String write(JsonNode node) {
        try {
            return JSON.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A tree of texts can always be written", e);
        }
    }

    /** The headers of a record; what cannot be read is left out, with an error in the log: an outcome is worth more than its headers. */
    public Map<String, Object> restore(PendingInvocation invocation) {
        try {
            return decode(invocation.headers());
        } catch (PendingStoreException e) {
            LOG.error("The original headers of {} cannot be restored", invocation, e);
            return Map.of();
        }
    }

    /**
     * Reads headers. One that cannot be read is left out, with an error in the log.
     *
     * @throws PendingStoreException if the text is no JSON object
     */
    public Map<String, Object> decode(String text) {
        JsonNode all;
        try {
            all = JSON.readTree(text);
        } catch (JsonProcessingException e) {
            // Without the parser's message: it quotes the text.
            throw new PendingStoreException(
                    "The headers kept for a request are no JSON text; the store was changed by others");
        }
        if (all == null || !all.isObject()) {
            throw new PendingStoreException("The headers kept for a request are no JSON object");
        }
        Map<String, Object> headers = new LinkedHashMap<>();
        all.properties().forEach(header -> {
            try {
                headers.put(header.getKey(), value(header.getKey(), header.getValue()));
            } catch (PendingStoreException e) {
                LOG.error("A header that was kept for a request cannot be restored", e);
            }
        });
        return headers;
    }

    private static Object value(String name, JsonNode node) {
        if (node.isTextual()) {
            return node.textValue();
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        if (node.isObject() && node.size() == 1) {
            Map.Entry<String, JsonNode> typed = node.properties().iterator().next();
            Optional<HeaderType> type = HeaderType.ALL.stream()
                    .filter(candidate -> candidate.tag.equals(typed.getKey()))
                    .findFirst();
            if (type.isPresent()) {
                return type.get().value(name, typed.getValue().asText());
            }
        }
        throw new PendingStoreException(
                "The header '" + name + "' kept for a request is of a type this release does not know");
    }

    /** The types of header values that JSON has no type for, and how they are written. The tags are part of stored records. */
    private record HeaderType(
            String tag, Class<?> type, Function<Object, String> writer, Function<String, Object> reader) {

        static final List<HeaderType> ALL = List.of(
                plain("byte", Byte.class, Byte::valueOf),
                plain("short", Short.class, Short::valueOf),
                plain("int", Integer.class, Integer::valueOf),
                plain("long", Long.class, Long::valueOf),
                plain("float", Float.class, Float::valueOf),
                plain("double", Double.class, Double::valueOf),
                plain("bigint", BigInteger.class, BigInteger::new),
                plain("decimal", BigDecimal.class, BigDecimal::new),
                plain("char", Character.class, text -> text.charAt(0)),
                plain("instant", Instant.class, Instant::parse),
                new HeaderType(
                        "date",
                        Date.class,
                        value -> Long.toString(((Date) value).getTime()),
                        text -> new Date(Long.parseLong(text))),
                plain("uuid", UUID.class, UUID::fromString));

        private static HeaderType plain(String tag, Class<?> type, Function<String, Object> reader) {
            return new HeaderType(tag, type, Object::toString, reader);
        }

        /** The type of exactly this value: a subclass could not be made again. */
        static Optional<HeaderType> of(Object value) {
            return ALL.stream()
                    .filter(candidate -> value != null && candidate.type == value.getClass())
                    .findFirst();
        }

        Object value(String header, String text) {
            try {
                return reader.apply(text);
            } catch (RuntimeException e) {
                throw new PendingStoreException("The header '" + header + "' kept for a request is no " + tag, e);
            }
        }
    }
}
