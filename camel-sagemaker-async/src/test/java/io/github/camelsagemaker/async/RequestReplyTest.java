package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.error.InferenceFailedException;
import io.github.camelsagemaker.async.error.ReplyCancelledException;
import io.github.camelsagemaker.async.error.ResultTimedOutException;
import io.github.camelsagemaker.async.internal.EndpointContext;
import io.github.camelsagemaker.async.internal.concurrent.MemoryBudget;
import io.github.camelsagemaker.async.testinfra.Fault;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeTimedOutException;
import org.apache.camel.StreamCache;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.processor.aggregate.UseLatestAggregationStrategy;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.DefaultHeaderFilterStrategy;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkResponse;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** A route that waits for its result, through real sockets. */
class RequestReplyTest extends ReplyTestSupport {

    private static final String TO = "sagemaker-async:echo?awaitResult=true&resultPollDelay=20&resultPollMaxDelay=200";

    @BeforeEach
    void createEndpoint() {
        endpoint().create();
    }

    @Nested
    class Results {

        @Test
        void theExchangeGoesOnWithItsResult() throws Exception {
            route(TO);

            Exchange exchange = send("hello");

            assertThat(exchange.getException()).isNull();
            assertThat(exchange.getMessage().getBody()).isEqualTo("echo of hello".getBytes(StandardCharsets.UTF_8));
            assertThat(exchange.getMessage().getHeaders())
                    .containsEntry(SageMakerAsyncConstants.INVOCATION_STATUS, InferenceStatus.COMPLETED)
                    .containsEntry(SageMakerAsyncConstants.INFERENCE_ID, "id-of-hello")
                    .containsEntry(SageMakerAsyncConstants.ENDPOINT_NAME, "echo")
                    .containsEntry(SageMakerAsyncConstants.PAYLOAD_MODE, PayloadMode.INLINE)
                    .containsEntry(SageMakerAsyncConstants.CONTENT_TYPE, "text/x-echo")
                    .containsEntry(SageMakerAsyncConstants.CONTENT_LENGTH, 13L)
                    .containsEntry("mine", "kept")
                    .containsKeys(
                            SageMakerAsyncConstants.OUTPUT_LOCATION,
                            SageMakerAsyncConstants.FAILURE_LOCATION,
                            SageMakerAsyncConstants.ETAG,
                            SageMakerAsyncConstants.EVENT_TIME)
                    .doesNotContainKey(SageMakerAsyncConstants.REQUEST_INFERENCE_ID);
            assertThat(exchange.getMessage().getHeader(SageMakerAsyncConstants.OUTPUT_LOCATION, String.class))
                    .matches("s3://" + bucket + "/out/camel-await/\\w{12}/\\d{12}-\\w{4}/.+");
            await().untilAsserted(() -> assertThat(keys("")).isEmpty());
        }

        @Test
        void theResultCanBeAStream() throws Exception {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:in").to(TO + "&streamBody=true").convertBodyTo(String.class);
                }
            });

            assertThat(send("hello").getMessage().getBody()).isEqualTo("echo of hello");
            await().untilAsserted(() -> assertThat(keys("")).isEmpty());
        }

        @Test
        void aCallerWhoExpectsBytesMayReadAResultThatDidNotFitAfterItsExchange() throws Exception {
            MemoryBudget memory = component(context).memory;
            memory.take(memory.free());
            String text = "x".repeat(2 << 20);

            Object body = context.createProducerTemplate()
                    .requestBody(TO + "&inputLocation=s3://" + bucket + "/in/&deleteInputAfterAwait=true", text);

            assertThat(body).isInstanceOf(StreamCache.class);
            assertThat(context.getTypeConverter().convertTo(String.class, body)).isEqualTo("echo of " + text);
            assertThat(keys("out/")).hasSize(1);

            body = null;
            await().untilAsserted(() -> {
                System.gc();
                assertThat(keys("")).isEmpty();
            });
        }

        @Test
        void theMemoryOfAResultIsGivenBackWithItsExchange() throws Exception {
            MemoryBudget memory = component(context).memory;
            long before = memory.free();

            Object body = context.createProducerTemplate()
                    .requestBody(TO + "&inputLocation=s3://" + bucket + "/in/", "x".repeat(2 << 20));

            assertThat(body).isInstanceOf(byte[].class);
            assertThat(memory.free()).isEqualTo(before);
        }

        @Test
        void requestsWithTheSameFilenameGetEachTheirOwnResult() throws Exception {
            route(TO);
            List<CompletableFuture<Exchange>> sent = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String body = "body" + i;
                sent.add(context.createProducerTemplate().asyncSend("direct:in", e -> {
                    e.getMessage().setBody(body);
                    e.getMessage().setHeader(SageMakerAsyncConstants.REQUEST_FILENAME, "same.json");
                    e.getMessage().setHeader(SageMakerAsyncConstants.REQUEST_OUTPUT_PATH_EXTENSION, "mine");
                }));
            }
            for (int i = 0; i < 20; i++) {
                assertThat(sent.get(i).get(20, TimeUnit.SECONDS).getMessage().getBody(String.class))
                        .isEqualTo("echo of body" + i);
            }
        }

        @Test
        void processReturnsAtOnceAndNoThreadWaits() throws Exception {
            modelGate = new CountDownLatch(1);
            SageMakerAsyncProducer producer = (SageMakerAsyncProducer)
                    context.getEndpoint(TO + "&maxInFlight=4").createProducer();
            producer.start();
            for (int i = 0; i < 50; i++) {
                process(producer, "warm up", new ArrayList<>());
            }
            awaitWaiting(50);
            int threads = Thread.activeCount();
            List<Exchange> done = java.util.Collections.synchronizedList(new ArrayList<>());

            for (int i = 0; i < 150; i++) {
                assertThat(process(producer, "body" + i, done)).isFalse();
            }
            awaitWaiting(200);

            // The SDK's own pool may still grow to its fixed size.
            await().untilAsserted(
                            () -> assertThat(Thread.activeCount() - threads).isLessThanOrEqualTo(50));
            modelGate.countDown();
            await().until(() -> done.size() == 150);
            assertThat(done).allMatch(exchange -> exchange.getException() == null);
            producer.stop();
        }

        /** The endpoint's output path, and all above it: the reserved folder is then further below. */
        @ParameterizedTest
        @ValueSource(strings = {"out/", ""})
        void aConsumerThatScansWhereAwaitedResultsLandStealsNoReply(String outputs) throws Exception {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("sagemaker-async:echo?delay=10&initialDelay=0&outputLocation=s3://" + bucket + "/" + outputs)
                            .to("mock:consumed");
                    from("direct:in").to(TO);
                    from("direct:fire").to("sagemaker-async:echo");
                }
            });
            MockEndpoint consumed = context.getEndpoint("mock:consumed", MockEndpoint.class);
            consumed.expectedMessageCount(1);

            for (int i = 0; i < 20; i++) {
                assertThat(send("awaited" + i).getMessage().getBody(String.class))
                        .isEqualTo("echo of awaited" + i);
            }
            send("direct:fire", "forgotten");

            consumed.assertIsSatisfied();
            assertThat(consumed.getExchanges().get(0).getMessage().getBody(String.class))
                    .isEqualTo("echo of forgotten");
        }

        @Test
        void withoutPermissionToListItStillWorks() throws Exception {
            AWS.aws().faults().denyListBucket(true);
            route(TO);

            List<CompletableFuture<Exchange>> sent = sendMany("body", 60);

            for (CompletableFuture<Exchange> exchange : sent) {
                assertThat(exchange.get(20, TimeUnit.SECONDS).getException()).isNull();
            }
            AWS.aws().faults().clear();
        }
    }

    @Nested
    class CleanUp {

        @Test
        void theResultAndTheUploadedPayloadStayIfAsked() throws Exception {
            route(TO + "&deleteResultAfterAwait=false&payloadMode=S3&inputLocation=s3://" + bucket + "/in/");

            send("hello");

            context.stop();
            assertThat(keys("out/")).hasSize(1);
            assertThat(keys("in/")).hasSize(1);
        }

        @Test
        void theUploadedPayloadIsDeletedIfAsked() throws Exception {
            route(TO + "&deleteInputAfterAwait=true&payloadMode=S3&inputLocation=s3://" + bucket + "/in/");

            send("hello");

            await().untilAsserted(() -> assertThat(keys("")).isEmpty());
        }

        @Test
        void aPayloadThatTheExchangeNamedItselfIsNotDeleted() throws Exception {
            AWS.aws().putObject(bucket, "mine/hello", "hello".getBytes(StandardCharsets.UTF_8), "text/plain");
            route(TO + "&deleteInputAfterAwait=true&requestHeaders=InputLocation");

            Exchange exchange = context.createProducerTemplate().send("direct:in", e -> e.getMessage()
                    .setHeader(SageMakerAsyncConstants.REQUEST_INPUT_LOCATION, "s3://" + bucket + "/mine/hello"));

            assertThat(exchange.getMessage().getBody(String.class)).isEqualTo("echo of hello");
            context.stop();
            assertThat(keys("")).containsExactly("mine/hello");
        }

        @Test
        void theResultStaysWhenTheRouteFailsAfterwards() throws Exception {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:in").to(TO).throwException(new IllegalStateException("later"));
                }
            });

            assertThat(send("hello").getException()).hasMessage("later");

            context.stop();
            assertThat(keys("out/")).hasSize(1);
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void theResultStaysWhenTheExchangeIsMarkedForRollback(boolean last) throws Exception {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:in").to(TO).process(exchange -> {
                        exchange.setRollbackOnly(!last);
                        exchange.setRollbackOnlyLast(last);
                    });
                }
            });

            assertThat(send("hello").getException()).isNull();

            context.stop();
            assertThat(keys("out/")).hasSize(1);
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void whatPartsOfASplitAwaitedStaysUntilTheWholeSucceeds(boolean fails) throws Exception {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:in")
                            .split(body().tokenize(","), new UseLatestAggregationStrategy())
                            .to(TO + "&streamBody=true")
                            .end()
                            .process(exchange -> assertThat(keys("out/")).hasSize(2))
                            .process(
                                    exchange -> assertThat(exchange.getMessage().getBody(String.class))
                                            .isEqualTo("echo of two"))
                            .filter(constant(fails))
                            .throwException(new IllegalStateException("later"));
                }
            });

            Exchange exchange = context.createProducerTemplate()
                    .send("direct:in", e -> e.getMessage().setBody("one,two"));

            if (fails) {
                assertThat(exchange.getException()).hasMessage("later");
                context.stop();
                assertThat(keys("out/")).hasSize(2);
            } else {
                assertThat(exchange.getException()).isNull();
                await().untilAsserted(() -> assertThat(keys("out/")).isEmpty());
            }
        }

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void whatARouteIsEnrichedWithStaysUntilItSucceeds(boolean fails) throws Exception {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:in")
                            .enrich(TO + "&streamBody=true")
                            .process(exchange -> assertThat(keys("out/")).hasSize(1))
                            .process(
                                    exchange -> assertThat(exchange.getMessage().getBody(String.class))
                                            .isEqualTo("echo of hello"))
                            .filter(constant(fails))
                            .throwException(new IllegalStateException("later"));
                }
            });

            Exchange exchange = send("hello");

            if (fails) {
                assertThat(exchange.getException()).hasMessage("later");
                context.stop();
                assertThat(keys("out/")).hasSize(1);
            } else {
                assertThat(exchange.getException()).isNull();
                await().untilAsserted(() -> assertThat(keys("out/")).isEmpty());
            }
        }

        @Test
        void aTappedCopyReadsAStreamAlsoAfterTheExchangeThatAwaitedIt() throws Exception {
            CountDownLatch isDone = new CountDownLatch(1);
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:in").to(TO + "&streamBody=true").wireTap("direct:tap");
                    from("direct:tap")
                            .process(exchange -> assertThat(isDone.await(30, TimeUnit.SECONDS))
                                    .isTrue())
                            .convertBodyTo(String.class)
                            .to("mock:tapped");
                }
            });
            MockEndpoint tapped = context.getEndpoint("mock:tapped", MockEndpoint.class);
            tapped.expectedBodiesReceived("echo of hello");

            assertThat(send("hello").getException()).isNull();
            isDone.countDown();

            tapped.assertIsSatisfied();
            await().untilAsserted(() -> assertThat(keys("out/")).isEmpty());
        }

        @Test
        void afterAFailureInTheRouteNobodyHoldsTheClients() throws Exception {
            EndpointContext endpoint =
                    context.getEndpoint(TO, SageMakerAsyncEndpoint.class).context();
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:in").routeId("in").to(TO).throwException(new IllegalStateException("later"));
                }
            });
            assertThat(send("hello").getException()).hasMessage("later");

            context.getRouteController().stopRoute("in");
            endpoint.close();

            await().until(() -> !endpoint.clients().isHeld());
        }
    }

    @Nested
    class Failures {

        @Test
        void aFailedInferenceIsAnException() throws Exception {
            route(TO);

            Exchange exchange = send("broken");

            assertThat(exchange.getException()).isInstanceOfSatisfying(InferenceFailedException.class, e -> {
                assertThat(e.getInferenceId()).isEqualTo("id-of-broken");
                assertThat(e.getFailureBody()).contains("cannot read this");
                assertThat(e.getFailureLocation()).startsWith("s3://" + bucket + "/failed/");
                assertThat(e.getOutputLocation()).startsWith("s3://" + bucket + "/out/camel-await/");
                assertThat(e).hasMessageNotContaining("cannot read this");
            });
            assertThat(exchange.getMessage().getBody()).isEqualTo("broken");
        }

        @Test
        void afterAFailureTheExchangeCanBeTriedAgain() throws Exception {
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    errorHandler(defaultErrorHandler().maximumRedeliveries(1).redeliveryDelay(0));
                    from("direct:in").to(TO);
                }
            });
            long before = AWS.aws().ledger().acceptedCount();

            Exchange exchange = send("broken");

            assertThat(exchange.getException()).isInstanceOf(InferenceFailedException.class);
            assertThat(AWS.aws().ledger().acceptedCount() - before).isEqualTo(2);
            assertThat(exchange.getMessage().getHeader(SageMakerAsyncConstants.INFERENCE_ID))
                    .isEqualTo("id-of-broken");
        }

        @Test
        void withoutResultInTimeTheExchangeTimesOut() throws Exception {
            modelGate = new CountDownLatch(1);
            route(TO + "&resultTimeout=150");

            Exchange exchange = send("hello");

            assertThat(exchange.getException())
                    .isInstanceOf(ExchangeTimedOutException.class)
                    .isInstanceOfSatisfying(ResultTimedOutException.class, e -> {
                        assertThat(e.getTimeout()).isEqualTo(150);
                        assertThat(e.getInferenceId()).isEqualTo("id-of-hello");
                    });
            assertThat(exchange.getMessage().getHeaders())
                    .containsKeys(
                            SageMakerAsyncConstants.OUTPUT_LOCATION, SageMakerAsyncConstants.REQUEST_INFERENCE_ID);
            modelGate.countDown();
            await().untilAsserted(() -> assertThat(keys("out/")).hasSize(1));
        }

        @Test
        void anErrorOfAHeaderFilterEndsTheExchange() throws Exception {
            ExecutionInterceptor withMetadata = new ExecutionInterceptor() {
                @Override
                public SdkResponse modifyResponse(Context.ModifyResponse call, ExecutionAttributes attributes) {
                    return call.response() instanceof GetObjectResponse object
                            ? object.toBuilder()
                                    .metadata(Map.of("some", "thing"))
                                    .build()
                            : call.response();
                }
            };
            try (S3AsyncClient s3 = S3AsyncClient.builder()
                    .endpointOverride(URI.create(AWS.aws().sdkSystemProperties().get("aws.endpointUrlS3")))
                    .region(Region.of(AWS.aws().region()))
                    .forcePathStyle(true)
                    .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(
                            AWS.aws().accessKeyId(), AWS.aws().secretAccessKey())))
                    .overrideConfiguration(override -> override.addExecutionInterceptor(withMetadata))
                    .build()) {
                context.getRegistry().bind("s3", s3);
                context.getRegistry().bind("broken", new DefaultHeaderFilterStrategy() {
                    @Override
                    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
                        throw new NoClassDefFoundError("broken");
                    }
                });
                route(TO + "&s3AsyncClient=#s3&headerFilterStrategy=#broken");

                Exchange exchange = send("hello");

                assertThat(exchange.getException(NoClassDefFoundError.class)).hasMessage("broken");
                context.stop();
            }
        }

        @Test
        void howAwaitedRequestsEndedIsCounted() throws Exception {
            SimpleMeterRegistry meters = new SimpleMeterRegistry();
            context.getRegistry().bind("meters", meters);
            route(context, "direct:in", TO);
            route(context, "direct:impatient", TO + "&resultTimeout=150");

            send("hello");
            send("broken");
            modelGate = new CountDownLatch(1);
            send("direct:impatient", "slow");

            for (String outcome : List.of("completed", "failed", "timed_out")) {
                assertThat(meters.get("camel.sagemaker.async.awaited")
                                .tag("outcome", outcome)
                                .counter()
                                .count())
                        .as(outcome)
                        .isEqualTo(1);
            }
        }

        @Test
        void anotherAttemptAfterATimeOutNamesThePayloadThatIsThere() throws Exception {
            modelGate = new CountDownLatch(1);
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    errorHandler(defaultErrorHandler().maximumRedeliveries(2).redeliveryDelay(0));
                    from("direct:in")
                            .to(TO + "&resultTimeout=150&payloadMode=S3&inputLocation=s3://" + bucket + "/in/");
                }
            });

            Exchange exchange = send("hello");

            assertThat(exchange.getException()).isInstanceOf(ResultTimedOutException.class);
            assertThat(keys("in/")).hasSize(1);
        }

        @Test
        void aRefusedRequestFailsAtOnce() throws Exception {
            route("sagemaker-async:nobody?awaitResult=true");

            assertThat(send("hello").getException()).hasMessageContaining("nobody");
        }

        @Test
        void badOptionsStopTheRouteAtStart() {
            assertRefused("resultTimeout=0", "resultTimeout is 0");
            assertRefused("resultPollDelay=0", "resultPollDelay");
            assertRefused("resultPollDelay=100&resultPollMaxDelay=50", "resultPollMaxDelay");
            assertRefused("s3OutputPathExtension=" + "x".repeat(470), "470 characters");
        }
    }

    @Nested
    class Stops {

        @Test
        void stoppingTheContextEndsManyWaitsWithAClearErrorLongBeforeTheShutdownTimeOut() throws Exception {
            modelGate = new CountDownLatch(1);
            route(TO);
            List<CompletableFuture<Exchange>> sent = sendMany("body", 200);
            awaitWaiting(200);

            long start = System.nanoTime();
            context.stop();
            Duration took = Duration.ofNanos(System.nanoTime() - start);

            assertThat(took).isLessThan(shutdownTimeout());
            for (CompletableFuture<Exchange> exchange : sent) {
                assertThat(exchange.get(30, TimeUnit.SECONDS).getException())
                        .isInstanceOf(ReplyCancelledException.class)
                        .hasMessageContaining("The CamelContext is being stopped")
                        .extracting(Throwable::getStackTrace)
                        .isEqualTo(new StackTraceElement[0]);
            }
        }

        @Test
        void aProducerThatACacheDropsFinishesItsWaits() throws Exception {
            modelGate = new CountDownLatch(1);
            String options = TO.substring(TO.indexOf('?'));
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:dynamic").toD("sagemaker-async:echo" + options + "&resultTimeout=${body}0000", 1);
                }
            });
            context.start();
            // Each has an endpoint of its own.
            List<CompletableFuture<Exchange>> sent = sendMany(context, "direct:dynamic", "1", 20);
            awaitWaiting(20);

            modelGate.countDown();

            for (CompletableFuture<Exchange> exchange : sent) {
                assertThat(exchange.get(30, TimeUnit.SECONDS).getException()).isNull();
            }
        }

        @Test
        void aProducerThatACacheDropsSendsWhatItUploads() throws Exception {
            String options = TO.substring(TO.indexOf('?'));
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:dynamic")
                            .toD(
                                    "sagemaker-async:echo" + options + "&payloadMode=S3&inputLocation=s3://" + bucket
                                            + "/in&resultTimeout=${body}0000",
                                    1);
                }
            });
            context.start();
            // Longer than a dropped producer waits for who took it out of the cache.
            AWS.aws().faults().forS3("PutObject", 1, Fault.slow(Duration.ofSeconds(7)));
            CompletableFuture<Exchange> slow =
                    sendMany(context, "direct:dynamic", "1", 1).get(0);
            await().until(() -> AWS.aws().faults().pending() == 0);

            // The second drops the first's producer, the third has Camel stop it.
            assertThat(send("direct:dynamic", "2").getException()).isNull();
            assertThat(send("direct:dynamic", "3").getException()).isNull();

            assertThat(slow.get(30, TimeUnit.SECONDS).getException()).isNull();
        }

        @Test
        void aRequestUnderWayWhenItsProducerStartsAgainEndsWithWhatItBegan() throws Exception {
            SageMakerAsyncProducer producer = slowProducer();
            List<Exchange> done = java.util.Collections.synchronizedList(new ArrayList<>());
            process(producer, "hello", done);

            producer.stop();
            producer.start();

            await().until(() -> done.size() == 1);
            assertThat(done.get(0).getMessage().getBody(String.class)).isEqualTo("echo of hello");
            assertThat(producer.getInFlight()).isZero();
            await().until(() -> waiting(context).size() == 1);
            producer.stop();
        }

        @Test
        void aRequestUnderWayIsAwaitedAlsoIfItsProducerCouldNotStartAgain() throws Exception {
            SageMakerAsyncProducer producer = slowProducer();
            List<Exchange> done = java.util.Collections.synchronizedList(new ArrayList<>());
            process(producer, "hello", done);

            producer.stop();
            producer.getEndpoint().getConfiguration().setResultPollDelay(0);
            assertThatThrownBy(producer::start).hasStackTraceContaining("resultPollDelay");

            await().until(() -> done.size() == 1);
            assertThat(done.get(0).getMessage().getBody(String.class)).isEqualTo("echo of hello");
        }

        /** Started; the payload of its first request takes a while. */
        private SageMakerAsyncProducer slowProducer() throws Exception {
            SageMakerAsyncProducer producer = (SageMakerAsyncProducer)
                    context.getEndpoint(TO + "&payloadMode=S3&inputLocation=s3://" + bucket + "/in/")
                            .createProducer();
            producer.start();
            AWS.aws().faults().forS3("PutObject", 1, Fault.slow(Duration.ofSeconds(2)));
            return producer;
        }

        @Test
        void stoppingARouteEndsOnlyItsOwnWaits() throws Exception {
            modelGate = new CountDownLatch(1);
            route(context, "direct:one", TO);
            route(context, "direct:two", TO);
            List<CompletableFuture<Exchange>> one = sendMany(context, "direct:one", "one", 20);
            List<CompletableFuture<Exchange>> two = sendMany(context, "direct:two", "two", 20);
            awaitWaiting(40);

            long start = System.nanoTime();
            context.getRouteController().stopRoute("direct:one");

            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(shutdownTimeout());
            for (CompletableFuture<Exchange> exchange : one) {
                assertThat(exchange.get(30, TimeUnit.SECONDS).getException())
                        .isInstanceOf(ReplyCancelledException.class)
                        .hasMessageContaining("direct:one");
            }
            assertThat(two).noneMatch(CompletableFuture::isDone);

            modelGate.countDown();
            for (CompletableFuture<Exchange> exchange : two) {
                assertThat(exchange.get(20, TimeUnit.SECONDS).getException()).isNull();
            }
            context.getRouteController().startRoute("direct:one");
            assertThat(send("direct:one", "again").getException()).isNull();
        }

        @Test
        void afterAStopThatGaveUpTheRouteAndThoseItCallsAwaitResultsAsBefore() throws Exception {
            CountDownLatch holds = new CountDownLatch(1);
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:in")
                            .routeId("in")
                            .filter(body().isEqualTo("holds"))
                            .process(exchange -> holds.await())
                            .end()
                            .to("direct:sub");
                    from("direct:sub").routeId("sub").to(TO);
                }
            });
            CompletableFuture<Exchange> held = CompletableFuture.supplyAsync(() -> send("holds"));
            await().until(() -> context.getInflightRepository().size("in") == 1);

            assertThat(context.getRouteController().stopRoute("in", 1, TimeUnit.SECONDS, true))
                    .isFalse();

            assertThat(send("hello").getException()).isNull();
            holds.countDown();
            assertThat(held.get(30, TimeUnit.SECONDS).getException()).isNull();
        }

        @Test
        void howeverShortTheTimeOutOfAStopThatGivesUpRequestsAreAwaitedAfterwards() throws Exception {
            CountDownLatch holds = new CountDownLatch(1);
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:in")
                            .routeId("in")
                            .filter(body().isEqualTo("holds"))
                            .process(exchange -> holds.await())
                            .end()
                            .to(TO);
                }
            });
            CompletableFuture<Exchange> held = CompletableFuture.supplyAsync(() -> send("holds"));
            await().until(() -> context.getInflightRepository().size("in") == 1);
            for (int micros = 1; micros < 4000; micros += 131) {
                assertThat(context.getRouteController().stopRoute("in", micros, TimeUnit.MICROSECONDS, true))
                        .isFalse();
            }

            assertThat(send("hello").getException()).isNull();
            holds.countDown();
            assertThat(held.get(30, TimeUnit.SECONDS).getException()).isNull();
        }

        @Test
        void suspendingARouteLetsItsWaitsGoOn() throws Exception {
            modelGate = new CountDownLatch(1);
            context.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("seda:in").routeId("in").to(TO).to("mock:done");
                }
            });
            context.createProducerTemplate().sendBody("seda:in", "hello");
            awaitWaiting(1);
            CompletableFuture<Void> suspended = CompletableFuture.runAsync(() -> {
                try {
                    context.getRouteController().suspendRoute("in");
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            MockEndpoint done = context.getEndpoint("mock:done", MockEndpoint.class);
            done.expectedBodiesReceived("echo of hello".getBytes(StandardCharsets.UTF_8));

            modelGate.countDown();

            done.assertIsSatisfied();
            suspended.get(10, TimeUnit.SECONDS);
        }
    }

    /** What a stop takes at least that waits for the exchanges to end by themselves. */
    private Duration shutdownTimeout() {
        return Duration.ofSeconds(context.getShutdownStrategy().getTimeout());
    }

    private boolean process(SageMakerAsyncProducer producer, String body, List<Exchange> done) {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(body);
        return producer.process(exchange, sync -> done.add(exchange));
    }
}
