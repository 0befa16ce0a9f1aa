package io.github.camelsagemaker.async.faults;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the payloads and awaited results that log lines of the component name: an operator who is told of each can delete it. Exceptions, which may name
 * a place for another reason, do not count.
 */
public final class Warnings extends AppenderBase<ILoggingEvent> {

    private static final String COMPONENT = "io.github.camelsagemaker.async";
    private static final Pattern OBJECT =
            Pattern.compile("s3://([a-z0-9-]+)/(?:in/[0-9a-f-]{36}|out/camel-await/[0-9a-zA-Z/-]+\\.out)");
    private static final Map<String, Consumer<String>> LISTENERS = new ConcurrentHashMap<>();

    /** Has the objects of a bucket told to the listener. */
    static void listen(String bucket, Consumer<String> listener) {
        LISTENERS.put(bucket, listener);
    }

    static void stopListening(String bucket) {
        LISTENERS.remove(bucket);
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (!event.getLoggerName().startsWith(COMPONENT)) {
            return;
        }
        Matcher objects = OBJECT.matcher(event.getFormattedMessage());
        while (objects.find()) {
            LISTENERS.getOrDefault(objects.group(1), place -> {}).accept(objects.group());
        }
    }
}
