package io.github.camelsagemaker.async.faults;

import io.github.camelsagemaker.async.tracking.JdbcPendingInvocationStore;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An application in a JVM of its own, made to be killed. Arguments: the seed, which run of the application this is, its journal,
 * and the URL of the database for pending invocations or nothing. The servers' addresses are system properties.
 *
 * <p>Prints {@code started}. What it reads from standard input: an inference id is a document to send, {@code end} ends its work.
 * It ends at once when standard input does.
 */
public final class ApplicationMain {

    static final String STARTED = "started";
    static final String END = "end";

    private ApplicationMain() {}

    public static void main(String[] args) throws Exception {
        Plan plan = Plan.of(Long.parseLong(args[0]));
        Journal.Part journal = Journal.in(Path.of(args[2])).of(Integer.parseInt(args[1]));
        JdbcPendingInvocationStore store = args.length > 3 ? new Database(args[3]).store() : null;
        Map<String, Document> documents = Document.of(plan.seeded()).stream()
                .collect(Collectors.toMap(Document::inferenceId, document -> document));
        Application application =
                new Application(servers(), new Place(plan), 0, journal, new Repositories(plan, store));
        application.start();
        System.out.println(STARTED);
        BufferedReader orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        for (String order = orders.readLine(); order != null; order = orders.readLine()) {
            if (order.equals(END)) {
                application.end();
                break;
            }
            application.send(List.of(documents.get(order)));
        }
        Runtime.getRuntime().halt(0);
    }

    private static Map<String, String> servers() {
        return System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("aws."))
                .collect(Collectors.toMap(name -> name, System::getProperty));
    }
}
