package io.github.camelsagemaker.async.faults;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A store as a node sees it whose clock differs from that of others: each time the node writes is off by as much, and each it reads
 * is off by as much the other way.
 */
final class OtherClock {

    private OtherClock() {}

    static <T> T of(Class<T> type, T store, Duration ahead) {
        return ahead.isZero() ? store : of(type, store, () -> ahead);
    }

    /** Of a node whose clock is set. */
    static <T> T of(Class<T> type, T store, Supplier<Duration> clock) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, args) -> {
            Duration ahead = clock.get();
            try {
                Object[] moved = args == null ? null : new Object[args.length];
                for (int i = 0; moved != null && i < moved.length; i++) {
                    moved[i] = moved(args[i], ahead);
                }
                return moved(method.invoke(store, moved), ahead.negated());
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }));
    }

    private static Object moved(Object value, Duration by) throws ReflectiveOperationException {
        if (value instanceof Instant time) {
            return time.plus(by);
        }
        if (value instanceof Optional<?> optional) {
            return optional.isEmpty() ? optional : Optional.of(moved(optional.get(), by));
        }
        if (value instanceof List<?> list) {
            Object[] elements = list.toArray();
            for (int i = 0; i < elements.length; i++) {
                elements[i] = moved(elements[i], by);
            }
            return List.of(elements);
        }
        return value instanceof Record facts && hasTimes(facts) ? movedRecord(facts, by) : value;
    }

    private static boolean hasTimes(Record facts) {
        return Arrays.stream(facts.getClass().getRecordComponents())
                .anyMatch(component -> component.getType() == Instant.class);
    }

    private static Object movedRecord(Record facts, Duration by) throws ReflectiveOperationException {
        RecordComponent[] components = facts.getClass().getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = moved(components[i].getAccessor().invoke(facts), by);
        }
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        Constructor<?> constructor = facts.getClass().getDeclaredConstructor(types);
        return constructor.newInstance(values);
    }
}
