package io.github.camelsagemaker.async.fuzz;

import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;

/** Keys of S3 objects, by the words of the S3 user guide and not by the component's. */
final class S3Keys {

    static final int MAX_BYTES = 1024;

    private S3Keys() {}

    /** Whether it is a sequence of Unicode characters of 1 to 1,024 bytes in UTF-8, without segments that clients fold. */
    static boolean isLegal(String key) {
        int length = utf8Length(key);
        return length >= 1 && length <= MAX_BYTES && hasNoDotSegment(key);
    }

    static boolean hasNoDotSegment(String key) {
        return Arrays.stream(key.split("/", -1)).noneMatch(List.of(".", "..")::contains);
    }

    /** The length in UTF-8; -1 if it is no Unicode text. */
    static int utf8Length(String text) {
        try {
            return StandardCharsets.UTF_8
                    .newEncoder()
                    .encode(CharBuffer.wrap(text))
                    .remaining();
        } catch (CharacterCodingException e) {
            return -1;
        }
    }

    /** Keys of up to 1,024 bytes; many of them near that limit. */
    static Arbitrary<String> legal() {
        Arbitrary<String> joined = segments().list().ofMinSize(1).ofMaxSize(6).map(parts -> String.join("/", parts));
        Arbitrary<String> longest = Arbitraries.of("a", "é", "€", "😀", "%", "+", " ")
                .map(letter -> letter.repeat(MAX_BYTES / letter.getBytes(StandardCharsets.UTF_8).length));
        return Arbitraries.frequencyOf(Tuple.of(8, joined), Tuple.of(1, longest), Tuple.of(1, unicode(300)))
                .filter(S3Keys::isLegal);
    }

    /** Parts of a key between slashes, empty ones among them, none that is folded. */
    static Arbitrary<String> segments() {
        Arbitrary<String> odd = Arbitraries.of(
                "",
                " ",
                "+",
                "%",
                "%2e%2e",
                "%2F",
                "..a",
                "a..",
                "...",
                "a b+c%20d",
                "ä",
                "日本",
                "😀",
                "\u0000",
                "\n",
                "\r\n",
                "\u202E",
                "\uFEFF",
                "?x=y",
                "#z",
                "&",
                "=",
                "\"",
                "'",
                "\\",
                "s3:",
                "https:",
                "\uFFFD",
                "~",
                "e\u0301",
                "\u00E9");
        return Arbitraries.oneOf(odd, unicode(12)).filter(S3Keys::hasNoDotSegment);
    }

    private static Arbitrary<String> unicode(int length) {
        return Arbitraries.strings().ofMaxLength(length).filter(text -> utf8Length(text) >= 0);
    }
}
