package io.github.camelsagemaker.async.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.SageMakerAsyncComponent;
import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.github.camelsagemaker.async.SageMakerAsyncEndpoint;
import io.github.camelsagemaker.async.error.InferenceFailedException;
import io.github.camelsagemaker.async.tracking.PendingInvocationStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.MessageHistory;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.Route;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.EventNotifierSupport;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the routes on the pages do with a failed inference, and where requests are tracked with one that is never answered: they
 * get it, end well, and do something else than with a result. Who copies them loses no failure and takes none for a result.
 */
class SnippetOutcomesTest {

    private static final Duration DEADLINE = Duration.ofMinutes(2);

    private DocumentedAws aws;
    private CamelContext context;
    private final Journeys journeys = new Journeys();

    static Stream<Page.Block> snippets() {
        return Stream.concat(RouteSnippetsTest.java().stream(), RouteSnippetsTest.yaml().stream())
                .filter(SnippetOutcomesTest::hasOutcome);
    }

    /** Whether its routes receive or await results. */
    static boolean hasOutcome(Page.Block block) {
        String routes = block.content();
        return (routes.contains("sagemaker-async") || routes.contains("sagemakerAsync"))
                && (routes.contains("utputLocation") || routes.contains("awaitResult=true"));
    }

    @BeforeEach
    void start() {
        aws = new DocumentedAws();
        context = DocumentedAws.camel();
        context.setMessageHistory(true);
        context.getManagementStrategy().addEventNotifier(journeys);
    }

    @AfterEach
    void stop() {
        context.stop();
        aws.close();
    }

    @ParameterizedTest
    @MethodSource("snippets")
    void aFailureIsNotLostAndTakesAnotherWayThanAResult(Page.Block block) throws Exception {
        if (block.language().equals("java")) {
            context.addRoutes(JavaSnippet.compileRoutes(block.content()));
        } else {
            PluginHelper.getRoutesLoader(context)
                    .loadRoutes(ResourceHelper.fromString("snippet.yaml", block.content()));
        }
        boolean tracks = context.getRegistry().findSingleByType(PendingInvocationStore.class) != null;
        if (tracks) {
            context.getComponent("sagemaker-async", SageMakerAsyncComponent.class)
                    .getConfiguration()
                    .setPendingSweepInterval(100);
        }
        RouteSnippetsTest.assertStarts(context, true);
        ProducerTemplate template = context.createProducerTemplate();

        if (context.getRoutes().stream().anyMatch(SnippetOutcomesTest::receives)) {
            template.sendBody("sagemaker-async:summarizer", "a document");
            template.sendBody("sagemaker-async:summarizer", "fail on this one");
            List<String> result = journeys.of(InferenceStatus.COMPLETED);
            assertThat(journeys.of(InferenceStatus.FAILED)).isNotEqualTo(result);
            if (tracks) {
                template.sendBody("sagemaker-async:summarizer?pendingDeadline=1000", "silent on this one");
                assertThat(journeys.of(InferenceStatus.EXPIRED)).isNotEqualTo(result);
            }
        }
        if (block.content().contains("awaitResult=true")) {
            for (Route route : List.copyOf(context.getRoutes())) {
                AdviceWith.adviceWith(
                        context, route.getRouteId(), advice -> advice.replaceFromWith("direct:" + route.getRouteId()));
                assertThat(ended(template, route, "a document").getException()).isNull();
                Exchange failure = ended(template, route, "fail on this one");
                assertThat(
                                failure.getException() != null
                                        ? failure.getException()
                                        : failure.getProperty(Exchange.EXCEPTION_CAUGHT))
                        .isInstanceOf(InferenceFailedException.class);
            }
        }
    }

    private static Exchange ended(ProducerTemplate template, Route route, String document) {
        return template.send("direct:" + route.getRouteId(), exchange -> {
            exchange.getMessage().setHeader(Exchange.FILE_NAME, "document.txt");
            exchange.getMessage().setBody(document);
        });
    }

    private static boolean receives(Route route) {
        return route.getEndpoint() instanceof SageMakerAsyncEndpoint;
    }

    /** Where results went: the steps and endpoints that they passed, by status. */
    private static final class Journeys extends EventNotifierSupport {

        private final Map<InferenceStatus, List<String>> sentTo = new ConcurrentHashMap<>();
        private final Map<InferenceStatus, List<String>> ended = new ConcurrentHashMap<>();
        private final List<Throwable> failures = new ArrayList<>();

        @Override
        public void notify(CamelEvent event) {
            if (event instanceof CamelEvent.ExchangeSendingEvent sending && status(sending) != null) {
                sentTo.computeIfAbsent(status(sending), status -> new CopyOnWriteArrayList<>())
                        .add(sending.getEndpoint().getEndpointUri());
            } else if (event instanceof CamelEvent.ExchangeFailedEvent failed) {
                synchronized (failures) {
                    failures.add(failed.getExchange().getException());
                }
            } else if (event instanceof CamelEvent.ExchangeCompletedEvent completed
                    && completed.getExchange().getFromEndpoint() instanceof SageMakerAsyncEndpoint) {
                List<String> steps = new ArrayList<>(sentTo.getOrDefault(status(completed), List.of()));
                List<?> history = completed.getExchange().getProperty(Exchange.MESSAGE_HISTORY, List.of(), List.class);
                history.forEach(
                        step -> steps.add(((MessageHistory) step).getNode().getId()));
                ended.put(status(completed), steps);
            }
        }

        private static InferenceStatus status(CamelEvent.ExchangeEvent event) {
            return event.getExchange()
                    .getMessage()
                    .getHeader(SageMakerAsyncConstants.INVOCATION_STATUS, InferenceStatus.class);
        }

        List<String> of(InferenceStatus status) {
            await().atMost(DEADLINE)
                    .failFast(() -> assertThat(failures).isEmpty())
                    .until(() -> ended.containsKey(status));
            return ended.get(status);
        }
    }
}
