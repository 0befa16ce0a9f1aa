package io.github.camelsagemaker.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.ConsumerTemplate;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.support.LoggingExceptionHandler;
import org.apache.camel.support.processor.idempotent.MemoryIdempotentRepository;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A result is settled with the unit of work that owns its exchange, wherever Camel hands that over to. */
class ScanUnitOfWorkTest extends ScanTestSupport {

    private final List<String> read = new CopyOnWriteArrayList<>();
    private final AtomicInteger attempts = new AtomicInteger();

    @Nested
    class OtherThreads {

        @Test
        void aResultThatFailedBehindASedaQueueIsTriedAgain() throws Exception {
            put("out/a", "result");
            start(new RouteBuilder() {
                @Override
                public void configure() {
                    from(scan()).to("seda:next?waitForTaskToComplete=Never");
                    from("seda:next").errorHandler(noErrorHandler()).process(failingTwice());
                }
            });

            eventually(() -> keys().isEmpty());
            assertThat(attempts).hasValue(3);
        }

        @Test
        void aResultBehindTwoSedaQueuesIsSettledByTheLast() throws Exception {
            put("out/a", "result");
            start(new RouteBuilder() {
                @Override
                public void configure() {
                    from(scan("streamBody=true", "maxInFlight=1")).to("seda:one?waitForTaskToComplete=Never");
                    from("seda:one").to("seda:two?waitForTaskToComplete=Never");
                    from("seda:two")
                            .errorHandler(noErrorHandler())
                            .process(reading())
                            .process(failingTwice());
                }
            });

            eventually(() -> keys().isEmpty());
            assertThat(read).containsExactly("result", "result", "result");
        }

        @Test
        void aResultThatFailedOnAnotherThreadIsTriedAgain() throws Exception {
            put("out/a", "result");
            start(new RouteBuilder() {
                @Override
                public void configure() {
                    from(scan()).errorHandler(noErrorHandler()).threads(1).process(failingTwice());
                }
            });

            eventually(() -> keys().isEmpty());
            assertThat(attempts).hasValue(3);
        }

        @Test
        void aResultThatASedaQueueDroppedIsTriedAgain() throws Exception {
            put("out/a", "result");
            start(new RouteBuilder() {
                @Override
                public void configure() {
                    from(scan())
                            .errorHandler(noErrorHandler())
                            .process(exchange -> attempts.incrementAndGet())
                            .choice()
                            .when(exchange -> attempts.get() < 3)
                            .to("seda:full?size=1&discardWhenFull=true&waitForTaskToComplete=Never");
                }
            });
            context.createProducerTemplate().sendBody("seda:full?size=1&discardWhenFull=true", "fills it");

            eventually(() -> {
                System.gc(); // nothing but this tells that Camel dropped an exchange
                return keys().isEmpty();
            });
            assertThat(attempts.get()).isGreaterThanOrEqualTo(3);
        }
    }

    @Nested
    class Streams {

        @Test
        void aTappedCopyOfAStreamIsReadableAsLongAsItsOwnExchange() throws Exception {
            put("out/a", "result");
            CountDownLatch routeDone = new CountDownLatch(1);
            start(new RouteBuilder() {
                @Override
                public void configure() {
                    from(scan("streamBody=true"))
                            .onCompletion()
                            .process(exchange -> routeDone.countDown())
                            .end()
                            .wireTap("direct:tap");
                    from("direct:tap")
                            .process(exchange -> assertThat(routeDone.await(30, TimeUnit.SECONDS))
                                    .isTrue())
                            .process(reading());
                }
            });

            eventually(() -> keys().isEmpty());
            assertThat(read).containsExactly("result");
        }

        @Test
        void aCopyThatASedaQueueDroppedIsNotWaitedFor() throws Exception {
            put("out/a", "result");
            put("out/b", "result");
            start(new RouteBuilder() {
                @Override
                public void configure() {
                    from(scan("streamBody=true", "maxInFlight=1"))
                            .process(reading())
                            .wireTap("seda:full?size=1&discardWhenFull=true");
                }
            });
            context.createProducerTemplate().sendBody("seda:full?size=1&discardWhenFull=true", "fills it");

            eventually(() -> {
                System.gc(); // nothing but this tells that Camel dropped an exchange
                return keys().isEmpty();
            });
            assertThat(read).containsExactly("result", "result");
        }

        @Test
        void noAttemptFollowsOneWhoseCopyIsStillToBeRead() throws Exception {
            put("out/a", "result");
            CountDownLatch gate = new CountDownLatch(1);
            start(new RouteBuilder() {
                @Override
                public void configure() {
                    errorHandler(noErrorHandler());
                    from(scan("streamBody=true")).wireTap("direct:tap").process(exchange -> {
                        if (attempts.incrementAndGet() == 1) {
                            throw new IllegalStateException("The first attempt fails");
                        }
                    });
                    from("direct:tap")
                            .process(exchange ->
                                    assertThat(gate.await(30, TimeUnit.SECONDS)).isTrue())
                            .process(reading());
                }
            });

            eventually(() -> attempts.get() >= 1);
            await().during(Duration.ofSeconds(1)).until(() -> attempts.get() == 1);
            gate.countDown();
            eventually(() -> keys().isEmpty());
            assertThat(read).containsExactly("result", "result");
        }

        @Test
        void aStreamIsReadableInParallelBranchesAndParts() throws Exception {
            put("out/a", "result");
            start(new RouteBuilder() {
                @Override
                public void configure() {
                    from(scan("streamBody=true"))
                            .multicast()
                            .parallelProcessing()
                            .to("direct:one", "direct:two")
                            .end()
                            .split(constant(List.of(1, 2)))
                            .process(exchange -> attempts.incrementAndGet())
                            .end()
                            .process(reading());
                    from("direct:one").process(reading());
                    from("direct:two").process(reading());
                }
            });

            eventually(() -> keys().isEmpty());
            assertThat(read).containsExactly("result", "result", "result");
        }

        @Test
        void aResultOfARecipientListIsReadByEachAndKeptUntilAllOfThemSucceeded() throws Exception {
            put("out/a", "result");
            start(new RouteBuilder() {
                @Override
                public void configure() {
                    from(scan("streamBody=true"))
                            .recipientList(constant("direct:one,seda:two,direct:three"))
                            .stopOnException();
                    from("direct:one").process(reading());
                    from("seda:two").process(reading());
                    from("direct:three")
                            .errorHandler(noErrorHandler())
                            .process(reading())
                            .process(exchange -> {
                                assertThat(keys()).containsExactly("out/a");
                                failingTwice().process(exchange);
                            });
                }
            });

            eventually(() -> keys().isEmpty());
            assertThat(attempts).hasValue(3);
            assertThat(read).isNotEmpty().containsOnly("result");
        }

        @Test
        void whatRunsOnCompletionCanReadAStream() throws Exception {
            put("out/a", "result");
            start(new RouteBuilder() {
                @Override
                public void configure() {
                    from(scan("streamBody=true"))
                            .onCompletion()
                            .process(reading())
                            .end()
                            .process(exchange -> attempts.incrementAndGet());
                }
            });

            eventually(() -> keys().isEmpty());
            assertThat(read).containsExactly("result");
        }

        @Test
        void whatRunsOnCompletionBeforeTheConsumerCanReadAStream() throws Exception {
            put("out/a", "result");
            start(new RouteBuilder() {
                @Override
                public void configure() {
                    from(scan("streamBody=true"))
                            .onCompletion()
                            .modeBeforeConsumer()
                            .process(reading())
                            .end()
                            .process(exchange -> attempts.incrementAndGet());
                }
            });

            eventually(() -> keys().isEmpty());
            assertThat(read).containsExactly("result");
        }
    }

    @Nested
    class FailedExchanges {

        @Test
        void markedForRollbackOfTheLastTransactionItIsTriedAgain() throws Exception {
            put("out/a", "result");
            start(new RouteBuilder() {
                @Override
                public void configure() {
                    from(scan())
                            .process(exchange -> attempts.incrementAndGet())
                            .choice()
                            .when(exchange -> attempts.get() < 3)
                            .markRollbackOnlyLast();
                }
            });

            eventually(() -> keys().isEmpty());
            assertThat(attempts).hasValue(3);
        }

        @Test
        void markedForRollbackWhileAnExceptionIsHandledItIsTriedAgain() throws Exception {
            put("out/a", "result");
            start(new RouteBuilder() {
                @Override
                public void configure() {
                    onException(IllegalStateException.class).handled(true).markRollbackOnlyLast();
                    onException(IllegalArgumentException.class).handled(true).markRollbackOnly();
                    from(scan()).process(exchange -> {
                        switch (attempts.incrementAndGet()) {
                            case 1 -> throw new IllegalStateException("once");
                            case 2 -> throw new IllegalArgumentException("twice");
                            default -> {}
                        }
                    });
                }
            });

            eventually(() -> keys().isEmpty());
            assertThat(attempts).hasValue(3);
        }

        @Test
        void anErrorOfTheRouteFailsTheExchangeAndGivesThePermitBack() throws Exception {
            put("out/a", "result");
            context.getRegistry().bind("throwing", throwingHandler());
            context.getShutdownStrategy().setTimeout(1); // to Camel what ended with an Error is in the route for ever
            start(new RouteBuilder() {
                @Override
                public void configure() {
                    from(scan("maxInFlight=1", "exceptionHandler=#throwing"))
                            .errorHandler(noErrorHandler())
                            .filter(exchange -> {
                                if (attempts.incrementAndGet() < 3) {
                                    throw new StackOverflowError("filter");
                                }
                                return true;
                            })
                            .process(reading());
                }
            });

            eventually(() -> keys().isEmpty());
            assertThat(read).containsExactly("result");
            assertThat(context.getInflightRepository().size()).isZero();
        }
    }

    @Nested
    class Polls {

        @Test
        void aPolledResultIsSettledByWhoeverPolledIt() throws Exception {
            put("out/a", "result");
            context.start();
            ConsumerTemplate polling = context.createConsumerTemplate();

            Exchange polled = polling.receive(scan(), 30_000);

            assertThat(polled.getMessage().getBody(String.class)).isEqualTo("result");
            assertThat(keys()).containsExactly("out/a");
            polling.doneUoW(polled);
            eventually(() -> keys().isEmpty());
            polling.stop();
        }

        @Test
        void aResultThatARouteEnrichesWithIsSettledWithTheRoutesExchange() throws Exception {
            put("out/a", "result");
            CountDownLatch mayEnd = new CountDownLatch(1);
            start(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:start")
                            .pollEnrich(scan(), 30_000)
                            .process(reading())
                            .process(exchange -> mayEnd.await(30, TimeUnit.SECONDS));
                }
            });

            context.createProducerTemplate().asyncSendBody("direct:start", "");

            eventually(() -> !read.isEmpty());
            assertThat(keys()).containsExactly("out/a");
            mayEnd.countDown();
            eventually(() -> keys().isEmpty());
        }
    }

    @Nested
    class Claims {

        @Test
        void aResultIsNotInTheRouteTwiceAfterAForcedStopAndAStart() throws Exception {
            put("out/a", "result");
            AtomicInteger inRoute = new AtomicInteger();
            CountDownLatch mayEnd = new CountDownLatch(1);
            start(new RouteBuilder() {
                @Override
                public void configure() {
                    from(scan()).routeId("results").process(exchange -> {
                        read.add("" + inRoute.incrementAndGet());
                        mayEnd.await(60, TimeUnit.SECONDS);
                        inRoute.decrementAndGet();
                    });
                }
            });
            eventually(() -> !read.isEmpty());

            context.getRouteController().stopRoute("results", 1, TimeUnit.SECONDS);
            context.getRouteController().startRoute("results");
            long listed = aws().ledger().calls("ListObjectsV2");
            eventually(() -> aws().ledger().calls("ListObjectsV2") > listed + 3);
            mayEnd.countDown();

            eventually(() -> keys().isEmpty());
            assertThat(read).containsExactly("1");
        }

        @Test
        void eagerModeWithARepositoryThatNodesShareNeedsClaimsThatTheyShare() {
            context.getRegistry().bind("shared", new ForwardingRepository(new MemoryIdempotentRepository()) {});

            assertThatThrownBy(() -> start(new RouteBuilder() {
                        @Override
                        public void configure() {
                            from(scan("idempotentRepository=#shared", "idempotentEager=true"))
                                    .process(reading());
                        }
                    }))
                    .hasStackTraceContaining("idempotentEager")
                    .hasStackTraceContaining("inProgressRepository");
        }

        @Test
        void aClaimThatASharedRepositoryDoesNotTakeBackKeepsNoResultFromThisNodeAndIsTold() throws Exception {
            put("out/a", "result");
            AtomicInteger refusals = new AtomicInteger();
            MemoryIdempotentRepository claims = new MemoryIdempotentRepository() {
                @Override
                public boolean remove(String key) {
                    if (refusals.incrementAndGet() <= 2) {
                        throw new IllegalStateException("no connection");
                    }
                    return super.remove(key);
                }
            };
            context.getRegistry().bind("claims", claims);
            start(new RouteBuilder() {
                @Override
                public void configure() {
                    from(scan("inProgressRepository=#claims"))
                            .routeId("results")
                            .errorHandler(noErrorHandler())
                            .process(failingTwice());
                }
            });

            eventually(() -> keys().isEmpty());
            eventually(() -> claims.getCacheSize() == 0);
            assertThat(attempts).hasValue(3);
            eventually(() -> ((SageMakerAsyncScanConsumer)
                            context.getRoute("results").getConsumer())
                    .getFailing()
                    .isEmpty());
        }
    }

    private Processor reading() {
        return exchange -> read.add(exchange.getMessage().getBody(String.class));
    }

    private Processor failingTwice() {
        return exchange -> {
            if (attempts.incrementAndGet() < 3) {
                throw new IllegalStateException("fails twice");
            }
        };
    }

    private ExceptionHandler throwingHandler() {
        return new LoggingExceptionHandler(context, getClass()) {
            @Override
            public void handleException(String message, Exchange exchange, Throwable exception) {
                throw new StackOverflowError("handler");
            }
        };
    }
}
