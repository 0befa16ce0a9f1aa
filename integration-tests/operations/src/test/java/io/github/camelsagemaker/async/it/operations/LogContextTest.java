package io.github.camelsagemaker.async.it.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.github.camelsagemaker.async.internal.observe.LogContext;
import io.github.camelsagemaker.async.testinfra.Fault;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** The logging context of our own log lines, and of the exchanges of results. */
class LogContextTest extends OperationsTestSupport {

    private final List<ILoggingEvent> lines = new CopyOnWriteArrayList<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Logger ours = (Logger) LoggerFactory.getLogger("io.github.camelsagemaker.async.internal.request");
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            event.prepareForDeferredProcessing();
            lines.add(event);
        }
    };

    @BeforeEach
    void listen() {
        appender.start();
        root.addAppender(appender);
        ours.setLevel(Level.DEBUG);
    }

    @AfterEach
    void stopListening() {
        root.detachAppender(appender);
        ours.setLevel(null);
        MDC.clear();
    }

    private ILoggingEvent line(Predicate<ILoggingEvent> which) {
        await().atMost(SOON).until(() -> lines.stream().anyMatch(which));
        return lines.stream().filter(which).findFirst().orElseThrow();
    }

    @Test
    void anAcceptedRequestIsLoggedWithItsIdAndThatOfAws() throws Exception {
        routes("");

        Exchange sent = send("hello", Map.of());

        assertThat(line(l -> l.getMessage().contains("accepted request")).getMDCPropertyMap())
                .containsEntry(
                        LogContext.INFERENCE_ID,
                        sent.getMessage().getHeader(SageMakerAsyncConstants.INFERENCE_ID, String.class))
                .containsKey(LogContext.AWS_REQUEST_ID);
    }

    @Test
    void theRoutesOwnLinesCarryTheInferenceIdOfTheResult() throws Exception {
        routes("");

        Exchange sent = send("hello", Map.of());

        assertThat(line(l -> l.getFormattedMessage().startsWith("got ")).getMDCPropertyMap())
                .containsEntry(
                        LogContext.INFERENCE_ID,
                        sent.getMessage().getHeader(SageMakerAsyncConstants.INFERENCE_ID, String.class));
    }

    @Test
    void aFailedReceiveIsLoggedWithTheRequestIdOfAws() throws Exception {
        aws().faults().forCalls("ReceiveMessage", 1, Fault.accessDenied403());
        routes("");

        assertThat(line(l -> l.getFormattedMessage().contains("Receiving from the queue failed"))
                        .getMDCPropertyMap())
                .containsKey(LogContext.AWS_REQUEST_ID);
    }

    @Test
    void whatWasThereBeforeComesBack() {
        MDC.put(LogContext.INFERENCE_ID, "outer");

        try (LogContext inner = new LogContext("inner", "request")) {
            assertThat(MDC.get(LogContext.INFERENCE_ID)).isEqualTo("inner");
            try (LogContext unknown = new LogContext(null, null)) {
                assertThat(MDC.get(LogContext.INFERENCE_ID)).isEqualTo("inner");
            }
        }

        assertThat(MDC.get(LogContext.INFERENCE_ID)).isEqualTo("outer");
        assertThat(MDC.get(LogContext.AWS_REQUEST_ID)).isNull();
    }
}
