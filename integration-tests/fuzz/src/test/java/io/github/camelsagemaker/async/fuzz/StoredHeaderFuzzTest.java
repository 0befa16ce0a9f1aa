package io.github.camelsagemaker.async.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.camelsagemaker.async.internal.observe.TraceContext;
import io.github.camelsagemaker.async.internal.tracking.HeaderCodec;
import io.github.camelsagemaker.async.tracking.PendingInvocation;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AddLifecycleHook;

/** What is written for later: the headers of a tracked request, and the trace in its custom attributes. */
@AddLifecycleHook(FromSeed.class)
class StoredHeaderFuzzTest {

    private static final List<String> SECRET = List.of("Authorization", "COOKIE", "camelHttpPath", "CamelHttpUri");

    private final HeaderCodec codec = new HeaderCodec(null);

    private Map<String, Object> decode(String text) {
        return codec.restore(PendingInvocation.pending("id", "endpoint", Instant.EPOCH, Instant.EPOCH, text));
    }

    @Property
    void headersComeBackWithTheSameTypes(@ForAll("headers") Map<String, Object> headers) {
        Map<String, Object> kept = new LinkedHashMap<>(headers);
        kept.keySet().removeIf(name -> !codec.keeps(name));

        String text = codec.encode(headers);

        assertThat(decode(text)).isEqualTo(kept);
        assertThat(text).matches("[ -\\x7f]*").hasSizeLessThanOrEqualTo(HeaderCodec.MAX_LENGTH);
        SECRET.forEach(name -> assertThat(decode(text)).doesNotContainKey(name));
    }

    @Property
    @AddLifecycleHook(FewerTries.class)
    void headersThatAreTooLargeAreRefusedByName(
            @ForAll("headers") Map<String, Object> headers, @ForAll("large") String large) {
        headers.put("large", large);

        assertThat(catchThrowable(() -> codec.encode(headers)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'large'")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1000));
    }

    @Property
    void aStoredTextThatOthersChangedIsReadOrLeftOut(@ForAll("storedTexts") String text) {
        assertThat(decode(text)).isNotNull();
    }

    @Property
    void aTraceComesBackBesideTheUsersAttributes(
            @ForAll("attributes") String attributes, @ForAll("traceparents") String traceparent) {
        TraceContext context = new TraceContext(attributes, traceparent);

        assertThat(TraceContext.parse(context.join())).isEqualTo(context);
        assertThat(TraceContext.isTraceparent(traceparent)).isTrue();
    }

    @Property
    void attributesOfAnyKindStayWhatTheyAre(@ForAll("attributesFromOutside") String attributes) {
        TraceContext context = TraceContext.parse(attributes);

        assertThat(context.join()).isEqualTo(attributes);
        assertThat(context.traceparent() == null || TraceContext.isTraceparent(context.traceparent()))
                .isTrue();
    }

    @Provide
    Arbitrary<Map<String, Object>> headers() {
        Arbitrary<String> names = Arbitraries.oneOf(
                Arbitraries.of(SECRET),
                Arbitraries.of("", " ", "int", "text", "\u0000", "ä", "\uD83D\uDE00", "a.b", "$", "\"", "\\"),
                Arbitraries.strings().ofMaxLength(20));
        Arbitrary<Object> values = Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(60).asGeneric(),
                Arbitraries.of("{\"int\":\"1\"}", "\uD800", "\uDC00\uD800", "\u0000", "\u2028")
                        .asGeneric(),
                Arbitraries.of(true, false).asGeneric(),
                Arbitraries.bytes().asGeneric(),
                Arbitraries.shorts().asGeneric(),
                Arbitraries.integers().asGeneric(),
                Arbitraries.longs().asGeneric(),
                Arbitraries.floats().asGeneric(),
                Arbitraries.doubles().asGeneric(),
                Arbitraries.of(Double.NaN, Double.NEGATIVE_INFINITY, -0.0, Double.MIN_VALUE, Float.NaN)
                        .asGeneric(),
                Arbitraries.bigIntegers().asGeneric(),
                Arbitraries.of(BigInteger.TEN.pow(1000), new BigDecimal("1E+2147483647"), new BigDecimal("1.00"))
                        .asGeneric(),
                Arbitraries.bigDecimals().ofScale(20).asGeneric(),
                Arbitraries.chars().asGeneric(),
                Arbitraries.longs()
                        .between(Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond())
                        .map(Instant::ofEpochSecond)
                        .asGeneric(),
                Arbitraries.of(Instant.MIN, Instant.MAX).asGeneric(),
                Arbitraries.longs().map(Date::new).asGeneric(),
                Arbitraries.create(UUID::randomUUID).asGeneric());
        return Arbitraries.maps(names, values).ofMaxSize(8);
    }

    @Provide
    Arbitrary<String> large() {
        return Combinators.combine(
                        Arbitraries.of("x", "\u0000", "ä", "\uD83D\uDE00", "\uD800", "\""),
                        Arbitraries.integers().between(HeaderCodec.MAX_LENGTH, HeaderCodec.MAX_LENGTH + 10))
                .as(String::repeat);
    }

    @Provide
    Arbitrary<String> storedTexts() {
        Arbitrary<String> genuine = headers().map(codec::encode);
        Arbitrary<String> values = Arbitraries.of(
                "null",
                "1",
                "1e999",
                "[]",
                "{}",
                "\"\\ud800\"",
                "{\"int\":\"x\"}",
                "{\"int\":null}",
                "{\"int\":{}}",
                "{\"int\":\"99999999999\"}",
                "{\"char\":\"\"}",
                "{\"char\":\"ab\"}",
                "{\"date\":\"x\"}",
                "{\"uuid\":\"1\"}",
                "{\"instant\":\"now\"}",
                "{\"decimal\":\"1e9999999999\"}",
                "{\"bigint\":\"\"}",
                "{\"object\":\"java.lang.Object\"}",
                "{\"int\":\"1\",\"int\":\"2\"}",
                "{\"int\":\"1\",\"long\":\"2\"}",
                "[".repeat(5000));
        Arbitrary<String> oneOdd = values.map(value -> "{\"a\":" + value + "}");
        Arbitrary<String> cut = Combinators.combine(
                        genuine, Arbitraries.integers().between(0, 200))
                .as((text, at) -> text.substring(0, Math.min(at, text.length())));
        return Arbitraries.oneOf(oneOdd, values, cut, Arbitraries.strings().ofMaxLength(30));
    }

    @Provide
    Arbitrary<String> attributes() {
        return Arbitraries.oneOf(
                        Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(1024),
                        Combinators.combine(Arbitraries.of("", "a;", ";", "a=b;"), traceparents())
                                .as((start, value) -> start + "traceparent=" + value))
                .injectNull(0.1);
    }

    @Provide
    Arbitrary<String> attributesFromOutside() {
        Arbitrary<String> pieces = Arbitraries.oneOf(
                Arbitraries.of("traceparent=", ";", "traceparent", "=", "\n", "\r", " ", "00-"),
                traceparents(),
                Arbitraries.strings().ofMaxLength(5));
        return pieces.list().ofMaxSize(6).map(parts -> String.join("", parts)).injectNull(0.05);
    }

    @Provide
    Arbitrary<String> traceparents() {
        return Combinators.combine(hexOf(2), hexOf(32), hexOf(16), hexOf(2))
                .as((version, trace, parent, flags) -> version + "-" + trace + "-" + parent + "-" + flags);
    }

    private static Arbitrary<String> hexOf(int length) {
        return Arbitraries.strings()
                .withChars("0123456789abcdef")
                .ofLength(length)
                .filter(digits -> length == 2 || !digits.matches("0*"));
    }
}
