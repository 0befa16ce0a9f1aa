package io.github.camelsagemaker.async.internal.tracking;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.camelsagemaker.async.error.InvalidInferenceRequestException;
import io.github.camelsagemaker.async.tracking.PendingInvocation;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
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

    public static final int MAX_LENGTH = 32_768;

    private static final Logger LOG = LoggerFactory.getLogger(HeaderCodec.class);

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    /** What describes the request, its payload or one attempt of its exchange, or would steer an HTTP endpoint. */
    private static final Pattern OF_THE_REQUEST = Pattern.compile(
            "camelawssagemakerasync.*|camelhttp.*|content-(type|length|encoding|md5)|transfer-encoding|camelcharsetname"
                    + "|camelmessagetimestamp|camelredelivered|camelredelivery(counter|maxcounter|delay)|camelrollbackonly(last)?",
            Pattern.DOTALL);

    /** Words in the names of credentials, as gateways and frameworks call them; "max_tokens" is none. */
    private static final Pattern CREDENTIAL =
            Pattern.compile("authori[sz]ation|authenticat|cookie|token(?!s)|jwt|assertion"
                    + "|api-?key|access-?key|private-?key|secret|passw|passphrase|credential|oidc-data");

    /** The tags are part of stored records. */
    private static final List<HeaderType> TYPES = List.of(
            new HeaderType("byte", Byte.class, Byte::valueOf),
            new HeaderType("short", Short.class, Short::valueOf),
            new HeaderType("int", Integer.class, Integer::valueOf),
            new HeaderType("long", Long.class, Long::valueOf),
            new HeaderType("float", Float.class, Float::valueOf),
            new HeaderType("double", Double.class, Double::valueOf),
            new HeaderType("bigint", BigInteger.class, BigInteger::new),
            new HeaderType("decimal", BigDecimal.class, BigDecimal::new),
            new HeaderType("char", Character.class, text -> text.charAt(0)),
            new HeaderType("instant", Instant.class, Instant::parse),
            new HeaderType("date", Date.class, text -> new Date(Long.parseLong(text))),
            new HeaderType("uuid", UUID.class, UUID::fromString));

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

    /** Whether a header of this name is kept: one that was asked for, and neither is a credential nor describes the request. */
    public boolean keeps(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return !OF_THE_REQUEST.matcher(lower).matches()
                && !CREDENTIAL
                        .matcher(lower.replace('_', '-').replace('.', '-'))
                        .find()
                && PatternHelper.matchPatterns(name, patterns);
    }

    /** @throws InvalidInferenceRequestException naming the largest header, if the text would exceed {@value #MAX_LENGTH} characters */
    public String encode(Map<String, Object> headers) {
        Map<String, String> texts = new LinkedHashMap<>();
        int length = 2;
        for (Map.Entry<String, Object> header : headers.entrySet()) {
            Object value = keeps(header.getKey()) ? writable(header.getValue()) : null;
            if (value == null) {
                continue;
            }
            String text = write(Map.of(header.getKey(), value));
            texts.put(header.getKey(), text.substring(1, text.length() - 1));
            length += text.length();
            // Checked on the way: headers that are too large together are not all held a second time.
            if (length > MAX_LENGTH) {
                Map.Entry<String, String> largest = Collections.max(
                        texts.entrySet(), Map.Entry.comparingByValue(Comparator.comparingInt(String::length)));
                throw new InvalidInferenceRequestException(
                        "The headers to keep for the result (option pendingHeaders) take more than "
                                + MAX_LENGTH + " characters as JSON, the limit. The largest so far is '"
                                + largest.getKey() + "' with "
                                + (largest.getValue().length() + 2)
                                + " characters. Remove it from the message before it is sent, or name the headers to keep in option"
                                + " pendingHeaders. Nothing was sent");
            }
        }
        return "{" + String.join(",", texts.values()) + "}";
    }

    /** The value as JSON has it; null if it is not kept. */
    private static Object writable(Object value) {
        if (value == null || value instanceof String || value instanceof Boolean) {
            return value;
        }
        // Exactly this type: a subclass could not be made again.
        return type(candidate -> candidate.type == value.getClass())
                .map(type -> Map.of(type.tag, value instanceof Date date ? "" + date.getTime() : value.toString()))
                .orElse(null);
    }

    private static String write(Map<String, Object> header) {
        try {
            return JSON.writeValueAsString(header);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Texts can always be written", e);
        }
    }

    /** The headers of a record; what cannot be read is left out, with an error in the log: an outcome is worth more than its headers. */
    public Map<String, Object> restore(PendingInvocation invocation) {
        Map<String, Object> headers;
        try {
            headers = JSON.readValue(invocation.headers(), new TypeReference<LinkedHashMap<String, Object>>() {});
        } catch (JsonProcessingException e) {
            headers = null; // the parser's message is not logged: it quotes the text
        }
        if (headers == null) {
            LOG.error("The original headers of {} are no JSON object: others changed the store", invocation);
            return Map.of();
        }
        headers.replaceAll(HeaderCodec::value);
        headers.values().removeIf(Objects::isNull);
        return headers;
    }

    /** The value as it was; null if it cannot be read. */
    private static Object value(String name, Object json) {
        if (json instanceof String || json instanceof Boolean) {
            return json;
        }
        Map<?, ?> typed = json instanceof Map<?, ?> map && map.size() == 1 ? map : Map.of();
        try {
            HeaderType type = type(candidate -> typed.containsKey(candidate.tag))
                    .orElseThrow(() -> new IllegalArgumentException("This release does not know its type"));
            return type.reader.apply(String.valueOf(typed.get(type.tag)));
        } catch (RuntimeException e) {
            LOG.error("The header '{}' kept for a request cannot be restored", name, e);
            return null;
        }
    }

    private static Optional<HeaderType> type(Predicate<HeaderType> condition) {
        return TYPES.stream().filter(condition).findFirst();
    }

    private record HeaderType(String tag, Class<?> type, Function<String, Object> reader) {}
}
