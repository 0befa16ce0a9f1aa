package io.github.camelsagemaker.async.tracking;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** The types of header values that JSON has no type for, and how they are written. The tags are part of stored records. */
enum HeaderType {
    BYTE("byte", Byte.class, Object::toString, Byte::valueOf),
    SHORT("short", Short.class, Object::toString, Short::valueOf),
    INTEGER("int", Integer.class, Object::toString, Integer::valueOf),
    LONG("long", Long.class, Object::toString, Long::valueOf),
    FLOAT("float", Float.class, Object::toString, Float::valueOf),
    DOUBLE("double", Double.class, Object::toString, Double::valueOf),
    BIG_INTEGER("bigint", BigInteger.class, Object::toString, BigInteger::new),
    BIG_DECIMAL("decimal", BigDecimal.class, Object::toString, BigDecimal::new),
    CHARACTER("char", Character.class, Object::toString, text -> text.charAt(0)),
    INSTANT("instant", Instant.class, Object::toString, Instant::parse),
    DATE("date", Date.class, value -> Long.toString(((Date) value).getTime()), text -> new Date(Long.parseLong(text))),
    UUID_("uuid", UUID.class, Object::toString, UUID::fromString);

    private final String tag;
    private final Class<?> type;
    private final Function<Object, String> writer;
    private final Function<String, Object> reader;

    HeaderType(String tag, Class<?> type, Function<Object, String> writer, Function<String, Object> reader) {
        this.tag = tag;
        this.type = type;
        this.writer = writer;
        this.reader = reader;
    }

    /** The type of exactly this value: a subclass could not be made again. */
    static Optional<HeaderType> of(Object value) {
        return Arrays.stream(values())
                .filter(candidate -> value != null && candidate.type == value.getClass())
                .findFirst();
    }

    static Optional<HeaderType> ofTag(String tag) {
        return Arrays.stream(values())
                .filter(candidate -> candidate.tag.equals(tag))
                .findFirst();
    }

    String tag() {
        return tag;
    }

    String text(Object value) {
        return writer.apply(value);
    }

    Object value(String header, String text) {
        try {
            return reader.apply(text);
        } catch (RuntimeException e) {
            throw new PendingStoreException("The header '" + header + "' kept for a request is no " + tag, e);
        }
    }
}
