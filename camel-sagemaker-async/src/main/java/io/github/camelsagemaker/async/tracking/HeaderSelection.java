package io.github.camelsagemaker.async.tracking;

import java.util.Locale;
import java.util.Set;
import org.apache.camel.support.PatternHelper;

/**
 * Which of a request's headers are kept for its result.
 *
 * <p>Never kept, whatever their case: credentials ({@code Authorization}, {@code Cookie} and their kin); {@code CamelHttp*},
 * which would steer an HTTP endpoint later in the route; this component's own headers, which would describe the request and
 * not the result; and what describes the request's payload ({@code Content-Type}, {@code Content-Length}, ...).
 */
public final class HeaderSelection {

    private static final Set<String> NEVER = Set.of(
            "authorization",
            "proxy-authorization",
            "proxy-authenticate",
            "www-authenticate",
            "cookie",
            "cookie2",
            "set-cookie",
            "set-cookie2",
            "x-amz-security-token",
            "x-api-key",
            "x-auth-token",
            "content-type",
            "content-length",
            "content-encoding",
            "content-md5",
            "transfer-encoding");
    private static final String[] NEVER_PREFIXES = {"camelhttp", "camelawssagemakerasync"};

    private final String[] patterns;

    /**
     * A selection.
     *
     * @param patterns names or patterns of Camel's PatternHelper, separated by commas: an exact name, a beginning and {@code *},
     *     or a regular expression; null for all
     */
    public HeaderSelection(String patterns) {
        this.patterns = patterns == null || patterns.isBlank()
                ? new String[] {"*"}
                : patterns.strip().split("\\s*,\\s*");
    }

    /** Whether a header of this name is kept. */
    public boolean keeps(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        for (String prefix : NEVER_PREFIXES) {
            if (lower.startsWith(prefix)) {
                return false;
            }
        }
        return !NEVER.contains(lower) && PatternHelper.matchPatterns(name, patterns);
    }
}
