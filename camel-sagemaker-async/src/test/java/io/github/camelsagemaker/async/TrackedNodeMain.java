package io.github.camelsagemaker.async;

import io.github.camelsagemaker.async.tracking.JdbcPendingInvocationStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;
import org.apache.camel.spi.IdempotentRepository;
import org.apache.camel.spi.SupervisingRouteController;
import org.apache.camel.spring.spi.SpringTransactionPolicy;
import org.apache.camel.support.SynchronizationAdapter;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/**
 * A node in a JVM of its own, made to be killed. It sends what its standard input says, a line each: the endpoint and the inference id;
 * and it ends when that ends. It consumes the results of two endpoints, as an application does its work: in a transaction, whose rows
 * tell what became of them. Some of these roll back at first.
 */
public final class TrackedNodeMain {

    /** Each exchange, before its transaction. */
    static final String ATTEMPTS = "attempts";

    /** Each exchange, in its transaction. */
    static final String ENDS = "ends";

    /** Each request, in the transaction of its first exchange that was committed. */
    static final String EFFECTS = "effects";

    static final String BROKEN = " broken";

    private static final String ATTEMPT = "attempt";
    private static final String REQUEST = "request";

    private final String name;
    private final Path failures;
    private final JdbcTemplate jdbc;
    private final Set<String> rolledBack = ConcurrentHashMap.newKeySet();

    private TrackedNodeMain(String name, Path failures, DataSource database) {
        this.name = name;
        this.failures = failures;
        this.jdbc = new JdbcTemplate(database);
    }

    /**
     * Arguments: the node's name; by how many milliseconds its clock is ahead; a file for the names of exchanges that failed; the JDBC
     * URL; the pending invocations' table; a lease and a deadline in milliseconds; the consumers' URIs.
     */
    public static void main(String[] args) throws Exception {
        NodeClock.install(Duration.ofMillis(Long.parseLong(args[1])));
        DataSource database = SharedDatabase.at(args[3]).dataSource();
        TrackedNodeMain node = new TrackedNodeMain(args[0], Path.of(args[2]), database);
        JdbcPendingInvocationStore store = new JdbcPendingInvocationStore(database);
        store.setTableName(args[4]);
        DefaultCamelContext context = new DefaultCamelContext();
        context.disableJMX();
        // The database may be away.
        SupervisingRouteController controller = context.getRouteController().supervising();
        controller.setInitialDelay(10);
        controller.setBackOffDelay(500);
        LeasedClaims claims =
                new LeasedClaims(database, Duration.ofMillis(Long.parseLong(args[5])), NodeClock.systemUTC());
        context.getRegistry().bind("pending", store);
        context.getRegistry().bind("handled", new JdbcMessageIdRepository(database, "handled"));
        context.getRegistry().bind("claims", claims);
        context.getRegistry().bind("required", new SpringTransactionPolicy(new DataSourceTransactionManager(database)));
        context.addRoutes(producer("model", args[6]));
        context.addRoutes(producer("scanned", args[6]));
        for (int i = 7; i < args.length; i++) {
            context.addRoutes(node.consumer(args[i]));
        }
        context.addRoutes(node.work(effects(database)));
        context.start();
        sendWhatIsOrdered(context.createProducerTemplate());
        Runtime.getRuntime().halt(0);
    }

    /** Joins the transaction of the thread, as it has the same data source. */
    private static IdempotentRepository effects(DataSource database) {
        JdbcMessageIdRepository effects = new JdbcMessageIdRepository(database, EFFECTS);
        effects.setCreateTableIfNotExists(false); // that is done while routes are made, when the database may be away
        return effects;
    }

    private static RouteBuilder producer(String endpoint, String deadlineMillis) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("direct:" + endpoint)
                        .to("sagemaker-async:" + endpoint + "?maxInFlight=8&forcePathStyle=true&pendingDeadline="
                                + deadlineMillis);
            }
        };
    }

    private static void sendWhatIsOrdered(ProducerTemplate template) throws IOException {
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            String body = order;
            String[] words = order.split(" ");
            template.asyncSend("direct:" + words[0], exchange -> {
                exchange.getMessage().setBody(body);
                exchange.getMessage()
                        .setHeaders(Map.of(
                                SageMakerAsyncConstants.REQUEST_INFERENCE_ID,
                                words[1],
                                "customer",
                                customer(words[1])));
            });
        }
    }

    static String customer(String inferenceId) {
        return "customer of " + inferenceId;
    }

    private RouteBuilder consumer(String uri) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from(uri).process(exchange -> begin(exchange)).to("direct:work");
            }
        };
    }

    private RouteBuilder work(IdempotentRepository effects) {
        return new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:work")
                        .transacted("required")
                        .process(exchange -> jdbc.update(
                                "INSERT INTO " + ENDS + " VALUES (?, ?, ?, ?, ?)",
                                exchange.getProperty(ATTEMPT),
                                exchange.getProperty(REQUEST),
                                status(exchange).name(),
                                exchange.getMessage().getHeader("customer"),
                                System.currentTimeMillis()))
                        .delay(10)
                        // What fails is rolled back with its key: removing it afterwards could remove what was
                        // committed.
                        .idempotentConsumer(exchangeProperty(REQUEST), effects)
                        .removeOnFailure(false)
                        .process(exchange ->
                                jdbc.update("INSERT INTO " + EFFECTS + " VALUES (?)", exchange.getProperty(REQUEST)))
                        .end()
                        .process(exchange -> failAtFirst(exchange));
            }
        };
    }

    private void begin(Exchange exchange) {
        String attempt = name + "/" + exchange.getExchangeId();
        exchange.setProperty(ATTEMPT, attempt);
        exchange.setProperty(REQUEST, request(exchange));
        // Whether a transaction was committed is not known when the database goes away meanwhile.
        exchange.getExchangeExtension().addOnCompletion(new SynchronizationAdapter() {
            @Override
            public void onFailure(Exchange failed) {
                append(failures, attempt + "\n");
            }
        });
        jdbc.update(
                "INSERT INTO " + ATTEMPTS + " VALUES (?, ?, ?, ?)",
                attempt,
                exchange.getProperty(REQUEST),
                name,
                System.currentTimeMillis());
    }

    private void failAtFirst(Exchange exchange) {
        String request = exchange.getProperty(REQUEST, String.class);
        if (status(exchange) != InferenceStatus.EXPIRED && request.hashCode() % 7 == 0 && rolledBack.add(request)) {
            throw new IllegalStateException("The first attempt fails, as ordered");
        }
    }

    private static InferenceStatus status(Exchange exchange) {
        return exchange.getMessage().getHeader(SageMakerAsyncConstants.INVOCATION_STATUS, InferenceStatus.class);
    }

    /** The inference id, or the place of a result whose request is not known. */
    private static String request(Exchange exchange) {
        Map<String, Object> headers = exchange.getMessage().getHeaders();
        Object id = headers.get(SageMakerAsyncConstants.INFERENCE_ID);
        Object output = headers.getOrDefault(
                SageMakerAsyncConstants.OUTPUT_LOCATION, headers.get(SageMakerAsyncConstants.FAILURE_LOCATION));
        return id == null ? name(output.toString()) : id.toString();
    }

    /** A place in so few characters that Camel's JDBC repository takes it as a key. */
    static String name(String location) {
        return location.replaceFirst("s3://[^/]+/", "");
    }

    private static synchronized void append(Path file, String line) {
        try {
            Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
