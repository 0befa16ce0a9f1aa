package io.github.camelsagemaker.async.faults;

import static io.github.camelsagemaker.async.faults.Expect.SHORTLY;
import static org.awaitility.Awaitility.await;

import io.github.camelsagemaker.async.SageMakerAsyncConstants;
import io.github.camelsagemaker.async.faults.History.Kind;
import io.github.camelsagemaker.async.faults.HistoryPlan.Event;
import io.github.camelsagemaker.async.faults.HistoryPlan.Means;
import io.github.camelsagemaker.async.faults.HistoryPlan.Request;
import io.github.camelsagemaker.async.faults.HistoryPlan.Unit;
import io.github.camelsagemaker.async.testinfra.Fault;
import io.github.camelsagemaker.async.testinfra.HttpCall;
import io.github.camelsagemaker.async.testinfra.LocalAws;
import io.github.camelsagemaker.async.testinfra.LocalEndpoint;
import io.github.camelsagemaker.async.testinfra.ModelException;
import io.github.camelsagemaker.async.testinfra.ModelRequest;
import io.github.camelsagemaker.async.testinfra.ModelResponse;
import io.github.camelsagemaker.async.testinfra.notification.NotificationFaults;
import io.github.camelsagemaker.async.tracking.MemoryPendingInvocationStore;
import io.github.camelsagemaker.async.tracking.PendingInvocationStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.NamedNode;
import org.apache.camel.Processor;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.StatefulService;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.camel.support.processor.DelegateAsyncProcessor;
import org.awaitility.core.ConditionTimeoutException;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.sagemakerruntime.SageMakerRuntimeAsyncClient;
import software.amazon.awssdk.services.sns.SnsAsyncClient;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * An application whose requests have their ends in every way: it asks in units, things happen between them, the model answers, fails, is
 * late or silent. What is seen meanwhile is its history, which a {@link HistoryChecker} judges.
 */
final class HistoryTrial implements Seeds.Attempt {

    private static final Path HISTORIES = Path.of("target", "histories");
    private static final Duration DEADLINE = Duration.ofSeconds(90);

    /** So long faults go on when nothing is held any more. */
    private static final Duration FAULTY = Duration.ofSeconds(2);

    private static final Duration PAUSE = Duration.ofMillis(1_500);
    private static final Duration CLOCK_SET = Duration.ofMinutes(10);

    /** A header of the application's own. */
    private static final String NAME = "document";

    private static final String UNIT = "unit";

    private final LocalAws aws;
    private final HistoryPlan plan;
    private final String name;
    private final CallFaults faults;
    private final History history = new History();
    private final Times times = new Times();
    private final List<String> violations = new ArrayList<>();
    private final List<SdkAutoCloseable> clients = new ArrayList<>();
    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final CountDownLatch held = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private final Map<String, CountDownLatch> late;
    private final AtomicInteger handled = new AtomicInteger();
    private final Set<String> failedOnce = ConcurrentHashMap.newKeySet();
    private volatile long pausedUntil = System.nanoTime();
    private volatile long awayUntil = System.nanoTime();
    private volatile Duration ahead = Duration.ZERO;
    private volatile ProducerTemplate template;
    private volatile DefaultCamelContext context;
    private Database database;
    private PendingInvocationStore store;
    private RepositoryFaults storeFaults;
    private HistoryChecker checker;

    HistoryTrial(LocalAws aws, long seed) {
        this.aws = aws;
        this.plan = HistoryPlan.of(seed);
        this.name = "history-" + seed;
        this.faults = new CallFaults(plan.seeded(), plan.rate());
        this.late = plan.requests().stream().collect(Collectors.toMap(Request::name, request -> new CountDownLatch(1)));
    }

    @Override
    public List<String> run() throws Exception {
        aws.faults().clear();
        aws.ledger().reset();
        prepare();
        try {
            aws.faults().plan(this::fault);
            start();
            ask();
            end();
        } finally {
            aws.faults().clear();
            over.countDown();
            held.countDown();
            late.values().forEach(CountDownLatch::countDown);
            close();
        }
        // ElasticMQ answers 21 s later if a queue is deleted that somebody is just receiving from.
        expectNone("connections to the servers are left", SHORTLY.multipliedBy(2), aws::openConnections);
        expectNone("reply queues are left", SHORTLY, () -> aws.sqsClient()
                .listQueues(list -> list.queueNamePrefix(name + "-"))
                .join()
                .queueUrls());
        violations.addAll(checker.violations());
        times.passed("closed");
        if (!violations.isEmpty()) {
            Files.write(
                    Files.createDirectories(HISTORIES).resolve(name),
                    Stream.concat(history.all(), aws.ledger().accepted().stream())
                            .map(Object::toString)
                            .toList());
        }
        return violations;
    }

    private void prepare() throws Exception {
        aws.createBucket(name);
        LocalEndpoint.Builder endpoint = aws.endpoint(name)
                .outputPath("s3://" + name + "/out/")
                .failurePath("s3://" + name + "/failed/")
                .concurrency(Document.COUNT * 3)
                .model(this::infer);
        if (plan.means().byQueue()) {
            String topic = aws.snsClient()
                    .createTopic(create -> create.name(name))
                    .join()
                    .topicArn();
            if (plan.means() != Means.AWAIT_OWN_QUEUE) {
                aws.subscribe(name, topic, true);
            }
            endpoint.successTopic(topic).errorTopic(topic);
            if (plan.seeded().unit("in notification", 0) < 0.5) {
                endpoint.responseInNotification();
            }
        }
        endpoint.create();
        boolean faulty = plan.rate() > 0;
        aws.notificationFaults(new NotificationFaults(
                plan.seeded().seed(), faulty ? 0.15 : 0, faulty ? 0.2 : 0, 0.3, Duration.ofMillis(300)));
        if (!plan.means().awaits()) {
            if (plan.means().name().startsWith("JDBC")) {
                database = Database.create(name);
            }
            store = database == null ? new MemoryPendingInvocationStore() : database.store();
        }
        storeFaults = new RepositoryFaults(plan.seeded(), plan.storeRate());
        checker = new HistoryChecker(aws, plan, name, history, store);
        Warnings.listen(name, place -> history.add(Kind.WARNED, place));
    }

    private ModelResponse infer(ModelRequest request) throws Exception {
        Request asked = plan.request(request.customAttributes());
        try {
            switch (asked.fate()) {
                case HELD -> held.await();
                case LATE -> late.get(asked.name()).await();
                case NEVER -> {
                    over.await();
                    throw new ModelException("The trial is over");
                }
                default -> {
                    // at once
                }
            }
            return Place.infer(request);
        } finally {
            history.add(Kind.LANDED, asked.name());
        }
    }

    private Fault fault(HttpCall call) {
        long pause = pausedUntil - System.nanoTime();
        if (awayUntil - System.nanoTime() > 0 && CallFaults.OPERATIONS.contains(call.operation())) {
            return Fault.unavailable503();
        }
        return pause > 0 && call.service().equals("s3") ? Fault.slow(Duration.ofNanos(pause)) : faults.apply(call);
    }

    private void start() throws Exception {
        Map<String, String> servers = aws.sdkSystemProperties();
        context = new DefaultCamelContext();
        bind(Application.client(SageMakerRuntimeAsyncClient.builder(), servers, "aws.endpointUrlSageMakerRuntime"));
        bind(Application.client(S3AsyncClient.builder().forcePathStyle(true), servers, "aws.endpointUrlS3"));
        bind(Application.client(SqsAsyncClient.builder(), servers, "aws.endpointUrlSqs"));
        bind(Application.client(SnsAsyncClient.builder(), servers, "aws.endpointUrlSns"));
        if (store != null) {
            context.getRegistry()
                    .bind(
                            "pending",
                            storeFaults.in(
                                    PendingInvocationStore.class,
                                    OtherClock.of(PendingInvocationStore.class, store, () -> ahead),
                                    Set.of(),
                                    call -> {}));
        }
        context.getShutdownStrategy().setTimeout(10);
        context.getCamelContextExtension().addInterceptStrategy(this::watched);
        context.addRoutes(routes());
        context.start();
        template = context.createProducerTemplate();
        times.passed("started");
    }

    private void bind(SdkAutoCloseable client) {
        clients.add(client);
        context.getRegistry().bind(client.getClass().getSimpleName(), client);
    }

    private RouteBuilder routes() {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:one")
                        .process(HistoryTrial.this::begin)
                        .to("direct:ask")
                        .process(HistoryTrial.this::goOn);
                from("seda:one?concurrentConsumers=3")
                        .process(HistoryTrial.this::begin)
                        .to("direct:ask")
                        .process(HistoryTrial.this::goOn);
                from("direct:split")
                        .process(HistoryTrial.this::begin)
                        .split(body())
                        .parallelProcessing()
                        .to("direct:ask")
                        .end()
                        .process(HistoryTrial.this::goOn);
                from("direct:multicast")
                        .process(HistoryTrial.this::begin)
                        .multicast()
                        .parallelProcessing()
                        .to("direct:branch0", "direct:branch1")
                        .end()
                        .process(HistoryTrial.this::goOn);
                for (int branch = 0; branch < 2; branch++) {
                    from("direct:branch" + branch)
                            .filter(simple("${body.size} > " + branch))
                            .setBody(simple("${body[" + branch + "]}"))
                            .to("direct:ask");
                }
                var asking = from("direct:ask").routeId("ask");
                if (plan.redelivers()) {
                    asking.errorHandler(defaultErrorHandler()
                            .maximumRedeliveries(1)
                            .redeliveryDelay(20)
                            .logExhausted(false));
                }
                asking.process(HistoryTrial.this::fill);
                if (plan.dynamic()) {
                    // Camel's pool of producers deadlocks when it drops one while its route stops.
                    asking.toD(producer("${header." + UNIT + "}"), plan.stops() ? 100 : 2)
                            .id("call");
                } else {
                    asking.to(producer("0")).id("call");
                }
                if (!plan.means().awaits()) {
                    from(consumer()).routeId("results").process(HistoryTrial.this::handle);
                }
            }
        };
    }

    /** @param variant tells endpoints apart that are alike */
    private String producer(String variant) {
        String uri =
                "sagemaker-async:" + name + "?inputLocation=s3://" + name + "/in/&maxInFlight=8&maxUploads=1" + variant;
        if (!plan.means().awaits()) {
            return uri + "&pendingStore=#pending&pendingDeadline="
                    + HistoryChecker.deadline(plan).toMillis();
        }
        uri += "&awaitResult=true&resultPollDelay=50&resultPollMaxDelay=500&deleteInputAfterAwait=true&resultTimeout="
                + HistoryChecker.deadline(plan).toMillis();
        return switch (plan.means()) {
            case AWAIT_OWN_QUEUE ->
                uri + "&resultReconcileInterval=1000&autoCreateQueue=true&waitTimeSeconds=1&notificationQueue=" + name
                        + "&topicArn=arn:aws:sns:" + aws.region() + ":000000000000:" + name;
            case AWAIT_GIVEN_QUEUE ->
                uri + "&resultReconcileInterval=1000&waitTimeSeconds=1&notificationQueue=" + name
                        + (plan.dynamic() ? "" : "&foreignReplies=ACKNOWLEDGE");
            default -> uri;
        };
    }

    private String consumer() {
        String uri = "sagemaker-async:" + name + "?outputLocation=s3://" + name + "/out/&failureLocation=s3://" + name
                + "/failed/&inputLocation=s3://" + name + "/in/&deleteAfterRead=true&deleteInputAfterRead=true"
                + "&maxInFlight=8&pendingStore=#pending&pendingSweepInterval=300&pendingLease=6000";
        return plan.means().byQueue()
                ? uri + "&notificationQueue=" + name + "&waitTimeSeconds=1&visibilityTimeout=2&reconcileInterval=1000"
                        + "&reconcileMinAge=3000"
                : uri + "&delay=150&initialDelay=0";
    }

    /** Writes down how the step that asks ends. */
    private Processor watched(CamelContext camel, NamedNode step, Processor target, Processor next) {
        if (!"call".equals(step.getId())) {
            return target;
        }
        return new DelegateAsyncProcessor(target) {
            @Override
            public boolean process(Exchange exchange, AsyncCallback callback) {
                String asked = exchange.getMessage().getHeader(NAME, String.class);
                history.add(Kind.SENT, asked);
                return super.process(exchange, doneSync -> {
                    history.told(
                            asked,
                            Told.of(exchange, plan.means().awaits()),
                            exchange.getMessage().getHeader(SageMakerAsyncConstants.OUTPUT_LOCATION, String.class));
                    if (plan.means().awaits()) {
                        late.get(asked).countDown();
                    }
                    callback.done(doneSync);
                });
            }
        };
    }

    private void begin(Exchange exchange) {
        Unit unit = unit(exchange);
        history.add(Kind.BEGUN, unit.toString());
        List<String> names = unit.requests().stream().map(Request::name).toList();
        switch (unit.sender()) {
            case SPLIT, MULTICAST -> exchange.getMessage().setBody(names);
            default -> exchange.getMessage().setBody(names.get(0));
        }
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onComplete(Exchange done) {
                history.add(Kind.SUCCEEDED, unit.toString());
            }

            @Override
            public void onFailure(Exchange done) {
                history.add(Kind.FAILED, unit.toString());
            }
        });
    }

    private Unit unit(Exchange exchange) {
        return plan.units().get(exchange.getMessage().getHeader(UNIT, Integer.class));
    }

    private void fill(Exchange exchange) {
        Request request = plan.request(exchange.getMessage().getBody(String.class));
        exchange.getMessage().setBody(request.document().body());
        exchange.getMessage().setHeader(NAME, request.name());
        exchange.getMessage().setHeader(SageMakerAsyncConstants.REQUEST_CUSTOM_ATTRIBUTES, request.name());
        if (request.named()) {
            exchange.getMessage().setHeader(SageMakerAsyncConstants.REQUEST_INFERENCE_ID, request.name());
        }
    }

    private void goOn(Exchange exchange) {
        if (unit(exchange).fails()) {
            throw new IllegalStateException("The route fails after the answer");
        }
    }

    private void handle(Exchange exchange) {
        Emission emission = Emission.of(exchange.getMessage());
        int number = handled.incrementAndGet();
        plan.restarts().stream()
                .filter(restart -> restart.attempt() == number)
                .forEach(restart -> whileInHand(() -> restart("results", restart.givesUp())));
        if (failedOnce.add(emission.key()) && plan.seeded().unit("route " + emission.key(), 0) < 0.2) {
            throw new IllegalStateException("The route fails, as it does now and then");
        }
        String asked = exchange.getMessage().getHeader(NAME, String.class);
        history.handled(
                asked, emission, exchange.getMessage().getHeader(SageMakerAsyncConstants.LATE, false, Boolean.class));
        if (asked != null) {
            late.get(asked).countDown();
        }
    }

    private void whileInHand(Callable<Void> restarting) {
        CompletableFuture.runAsync(
                        () -> {
                            try {
                                restarting.call();
                            } catch (Exception e) {
                                throw new CompletionException(e);
                            }
                        },
                        callers)
                .orTimeout(SHORTLY.toSeconds(), TimeUnit.SECONDS)
                .exceptionally(failure -> {
                    history.add(Kind.WRONG, "it was not started again: " + failure);
                    return null;
                })
                .join();
    }

    private Void restart(String route, boolean givesUp) throws Exception {
        // Of a shorter time, on a busy machine, Camel stops the consumer when the route was started again.
        context.getRouteController().stopRoute(route, 1, TimeUnit.SECONDS, givesUp);
        context.getRouteController().startRoute(route);
        return null;
    }

    private void ask() throws Exception {
        for (Unit unit : plan.units()) {
            send(unit);
            Event event = plan.events().get(unit.number());
            if (event != null) {
                happen(event);
            }
        }
        expectNone("not all was sent", DEADLINE, checker::unsent);
        times.passed("sent");
        held.countDown();
    }

    private void send(Unit unit) {
        String uri =
                switch (unit.sender()) {
                    case SPLIT -> "direct:split";
                    case MULTICAST -> "direct:multicast";
                    case SEDA -> "seda:one";
                    default -> "direct:one";
                };
        Processor numbered = exchange -> exchange.getMessage().setHeader(UNIT, unit.number());
        switch (unit.sender()) {
            case ASYNCHRONOUS -> template.asyncSend(uri, numbered).whenComplete((exchange, failure) -> returned(unit));
            case SEDA -> template.send(uri, ExchangePattern.InOnly, numbered);
            default ->
                callers.execute(() -> {
                    try {
                        template.send(uri, numbered);
                    } finally {
                        returned(unit);
                    }
                });
        }
    }

    private void returned(Unit unit) {
        history.add(Kind.RETURNED, unit.toString());
    }

    private void happen(Event event) throws Exception {
        if (event == Event.S3_PAUSE) {
            pausedUntil = System.nanoTime() + PAUSE.toNanos();
            return;
        }
        if (event == Event.OUTAGE) {
            awayUntil = System.nanoTime() + PAUSE.toNanos();
            return;
        }
        history.add(Kind.STOPS, event.toString());
        if (event == Event.RESTART_CONTEXT) {
            stop();
            start();
        } else {
            restart("ask", event == Event.STOP_GIVEN_UP);
        }
        history.add(Kind.STARTED, event.toString());
        times.passed("restarted");
    }

    private void end() throws Exception {
        try {
            await().atMost(FAULTY).pollInterval(Duration.ofMillis(50)).until(() -> checker.missing(false)
                    .isEmpty());
        } catch (ConditionTimeoutException e) {
            // It ends without faults.
        }
        aws.faults().clear();
        checker.quiet();
        times.passed("faulty");
        expectNone(
                "it did not come to an end",
                DEADLINE,
                () -> told(checker.missing(plan.means().awaits())));
        if (plan.clock()) {
            ahead = CLOCK_SET;
        }
        expectNone("it did not come to an end", DEADLINE, () -> told(checker.missing(true)));
        times.passed("ended");
        expectNone("objects are left in S3", plan.storeRate() > 0 ? DEADLINE : SHORTLY, checker::left);
        if (!plan.means().awaits()) {
            context.getRouteController().suspendRoute("results");
            Consumer results = context.getRoute("results").getConsumer();
            expectNone(
                    "permits were not given back",
                    SHORTLY,
                    () -> Application.inFlight(results) == 0
                            ? List.of()
                            : List.of(Integer.toString(Application.inFlight(results))));
        }
        times.passed("cleared");
    }

    private List<String> told(List<String> missing) {
        return missing.isEmpty()
                ? missing
                : Stream.concat(
                                missing.stream(),
                                Stream.of("in flight "
                                        + context.getInflightRepository().browse() + ", routes "
                                        + context.getRoutes().stream()
                                                .map(route -> route.getRouteId() + " "
                                                        + context.getRouteController()
                                                                .getRouteStatus(route.getRouteId())
                                                        + " " + ((StatefulService) route.getConsumer()).getStatus())
                                                .toList()))
                        .toList();
    }

    private void stop() throws Exception {
        if (context != null) {
            context.stop();
            expectNone("threads are left", SHORTLY, () -> Application.threads(context));
        }
        clients.forEach(SdkAutoCloseable::close);
        clients.clear();
    }

    private void close() throws Exception {
        stop();
        callers.shutdownNow();
        Warnings.stopListening(name);
        if (database != null) {
            database.close();
        }
    }

    private void expectNone(String otherwise, Duration deadline, Callable<?> what) throws Exception {
        Expect.none(otherwise, deadline, what, violations::add);
    }

    /** How its requests ended. */
    List<String> ends() {
        return checker == null ? List.of() : checker.ends();
    }

    @Override
    public String toString() {
        return plan + ", " + faults + ", " + times;
    }
}
