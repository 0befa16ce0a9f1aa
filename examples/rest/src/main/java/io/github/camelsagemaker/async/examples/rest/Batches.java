package io.github.camelsagemaker.async.examples.rest;

import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.processor.aggregate.jdbc.JdbcAggregationRepository;

/**
 * Each line of a document is a request of its own, a thousand lines at once. The answers are gathered by the batch's id, which
 * comes back as a header with each result, and go to the queue together.
 *
 * <p>A batch ends: every part comes back as a result, a failure or an expiry, or was refused when it was sent. What was
 * gathered is in the database before a result counts as handled.
 */
final class Batches extends RestRoutes {

    static final String ID = "batchId";
    static final String SIZE = "batchSize";

    private final JdbcAggregationRepository repository;

    Batches(JdbcAggregationRepository repository) {
        this.repository = repository;
    }

    @Override
    void routes() {
        from("platform-http:/batches?httpMethodRestrict=POST")
                .routeId("scatter")
                .convertBodyTo(String.class)
                .setHeader(ID, simple("${exchangeId}"))
                .process(exchange -> exchange.getMessage()
                        .setHeader(
                                SIZE,
                                exchange.getMessage()
                                        .getBody(String.class)
                                        .lines()
                                        .count()))
                .split(body().tokenize("\n"))
                .parallelProcessing()
                .doTry()
                .to(SAGEMAKER + TRACKED)
                .doCatch(Exception.class)
                .setHeader(SageMakerAsyncConstants.INVOCATION_STATUS, constant("REFUSED"))
                .setHeader(SageMakerAsyncConstants.INFERENCE_ID, simple("${exchangeId}"))
                .setBody(exceptionMessage())
                .to("direct:gather")
                .end()
                .end()
                .setBody(header(ID))
                .removeHeaders("*")
                .setHeader(Exchange.HTTP_RESPONSE_CODE, constant(202));

        from("direct:gather")
                .routeId("gather")
                .process(RestRoutes::answerOrReason)
                .aggregate(header(ID), new Parts())
                .aggregationRepository(repository)
                .completionPredicate(exchange ->
                        parts(exchange).size() >= exchange.getMessage().getHeader(SIZE, Integer.class))
                .setBody(exchange -> String.join("\n", parts(exchange).values()))
                .to("aws2-sqs:{{rest.answers}}");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> parts(Exchange exchange) {
        return exchange.getMessage().getBody(Map.class);
    }

    /** Parts by inference id: a result that comes twice is one part. */
    private static final class Parts implements AggregationStrategy {

        @Override
        public Exchange aggregate(Exchange gathered, Exchange part) {
            Map<String, String> parts = gathered == null ? new LinkedHashMap<>() : parts(gathered);
            parts.put(
                    part.getMessage().getHeader(SageMakerAsyncConstants.INFERENCE_ID, String.class),
                    part.getMessage().getHeader(SageMakerAsyncConstants.INVOCATION_STATUS, String.class)
                            + " "
                            + part.getMessage().getBody(String.class));
            Exchange result = gathered == null ? part : gathered;
            result.getMessage().setBody(parts);
            return result;
        }
    }
}
