package io.github.camelsagemaker.async.internal.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.camelsagemaker.async.tracking.PendingInvocation;
import java.io.File;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("no-camel")
class HeaderCodecTest {

    private final HeaderCodec codec = new HeaderCodec(null);

    private Map<String, Object> decode(String text) {
        return codec.restore(PendingInvocation.pending("id", "endpoint", Instant.EPOCH, Instant.EPOCH, text));
    }

    @Test
    void givesValuesBackWithTheirTypes() {
        Map<String, Object> headers = new LinkedHashMap<>();
        headers.put("text", "Müller \"x\" \u0000\n 漢字 \uD83D\uDE00");
        headers.put("empty", "");
        headers.put("bool", true);
        headers.put("byte", (byte) -1);
        headers.put("short", (short) 2);
        headers.put("int", Integer.MIN_VALUE);
        headers.put("long", Long.MAX_VALUE);
        headers.put("float", 0.1f);
        headers.put("double", Double.NaN);
        headers.put("bigint", new BigInteger("123456789012345678901234567890"));
        headers.put("decimal", new BigDecimal("10.50"));
        headers.put("char", 'ü');
        headers.put("instant", Instant.parse("2026-03-01T10:00:00.123456789Z"));
        headers.put("date", new Date(1_234_567_890_123L));
        headers.put("uuid", UUID.fromString("123e4567-e89b-12d3-a456-426614174000"));

        assertThat(decode(codec.encode(headers))).containsExactlyEntriesOf(headers);
    }

    @Test
    void writesAsciiOnly() {
        assertThat(codec.encode(Map.of("name", "Müller", "größe", 7)))
                .matches("\\p{ASCII}*")
                .contains("M\\u00FCller");
    }

    @Test
    void escapesControlCharactersWhichDatabasesRefuse() {
        Map<String, Object> headers = Map.of("name", "a\u0000b\u001fc\u007fd");

        assertThat(codec.encode(headers)).matches("[ -\\x7f]*");
        assertThat(decode(codec.encode(headers))).isEqualTo(headers);
    }

    @Test
    void leavesOutValuesThatAreNotSimple() {
        Map<String, Object> headers = new HashMap<>();
        headers.put("file", new File("x"));
        headers.put("list", List.of("a"));
        headers.put("bytes", new byte[] {1});
        headers.put("sql", new java.sql.Timestamp(1));
        headers.put("null", null);
        headers.put("kept", "yes");

        assertThat(decode(codec.encode(headers))).isEqualTo(Map.of("kept", "yes"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Authorization",
                "AUTHORIZATION",
                "Proxy-Authorization",
                "Cookie",
                "cookie",
                "Set-Cookie",
                "X-Amz-Security-Token",
                "x-api-key",
                "CamelHttpUri",
                "camelhttpresponsecode",
                "CamelAwsSageMakerAsyncInferenceId",
                "CamelAwsSageMakerAsyncRequestEndpointName",
                "Content-Type",
                "content-length",
                "Transfer-Encoding",
                "CamelCharsetName",
                "camelMessageTimestamp",
                "x-amzn-oidc-accesstoken",
                "x-amzn-oidc-data",
                "X-Forwarded-Access-Token",
                "X-Goog-Iap-Jwt-Assertion",
                "api_key",
                "apikey",
                "db.password",
                "token",
                "client_secret",
                "CamelRedelivered",
                "CamelRedeliveryCounter",
                "CamelRollbackOnly"
            })
    void neverKeepsCredentialsOrWhatDescribesTheRequest(String name) {
        assertThat(codec.encode(Map.of(name, "secret", "order", "7"))).isEqualTo("{\"order\":\"7\"}");
        assertThat(new HeaderCodec(name).keeps(name)).isFalse();
    }

    @Test
    void keepsOnlyTheHeadersNamed() {
        HeaderCodec some = new HeaderCodec("order*, tenant");

        assertThat(decode(some.encode(Map.of("orderId", 1, "tenant", "t", "tenantId", "x", "other", "y"))))
                .isEqualTo(Map.of("orderId", 1, "tenant", "t"));
    }

    @Test
    void takesHeadersUpToTheLimitAndNamesTheLargestBeyondIt() {
        // {"big":"..."}
        int frame = "{\"big\":\"\"}".length();
        int overhead = 2;
        String largest = "x".repeat(HeaderCodec.MAX_LENGTH - frame - overhead);

        assertThat(codec.encode(Map.of("big", largest))).hasSizeLessThanOrEqualTo(HeaderCodec.MAX_LENGTH);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> codec.encode(Map.of("big", largest + "x")))
                .withMessageContaining("'big'")
                .withMessageContaining("32768")
                .withMessageContaining("pendingHeaders")
                .withMessageNotContaining("xxxx");
    }

    @Test
    void namesTheLargestOfManyThatAreTooLargeTogether() {
        Map<String, Object> headers = new LinkedHashMap<>();
        headers.put("large", "x".repeat(20_000));
        for (int i = 0; i < 20; i++) {
            headers.put("small" + i, "x".repeat(1_000));
        }

        assertThatIllegalArgumentException()
                .isThrownBy(() -> codec.encode(headers))
                .withMessageContaining("'large'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nonsense", "[]", "null"})
    void doesWithoutHeadersThatItDidNotWrite(String text) {
        assertThat(decode(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "{\"int\":\"x\"}", "{\"java.lang.Runtime\":\"x\"}", "null"})
    void aHeaderThatCannotBeReadIsLeftOutAndTheOthersStay(String value) {
        assertThat(decode("{\"a\":" + value + ",\"order\":\"7\"}")).isEqualTo(Map.of("order", "7"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"max_tokens", "tokens", "customer", "accessMode"})
    void keepsWhatOnlyResemblesACredential(String name) {
        assertThat(decode(codec.encode(Map.of(name, "7")))).containsKey(name);
    }
}
