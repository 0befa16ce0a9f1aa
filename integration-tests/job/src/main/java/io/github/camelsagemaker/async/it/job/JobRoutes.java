package io.github.camelsagemaker.async.it.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.StartupListener;
import org.apache.camel.builder.RouteBuilder;

/**
 * Sends every file of a folder to an endpoint, and writes down what was accepted and what came back.
 *
 * <p>Settings are system properties, which every runtime resolves: {@code job.folder} holds {@code in} and gets
 * {@code accepted} and {@code results}; {@code job.to} is the URI to send to and {@code job.from} a comma-separated list of
 * URIs to consume from.
 */
public class JobRoutes extends RouteBuilder {

    @Override
    public void configure() throws Exception {
        Path folder = Path.of(required("job.folder"));
        from("direct:documents")
                .routeId("ask")
                .to(required("job.to"))
                .process(exchange -> Notes.write(folder.resolve("accepted"), exchange));
        int number = 0;
        for (String uri : required("job.from").split(",")) {
            from(uri)
                    .routeId("answers-" + number++)
                    .process(exchange -> Notes.write(folder.resolve("results"), exchange));
        }
        getContext().addStartupListener(new SendsAllFiles(folder.resolve("in")));
    }

    private static String required(String name) {
        String value = System.getProperty(name);
        if (value == null) {
            throw new IllegalArgumentException("The system property " + name + " is not set");
        }
        return value;
    }

    private record SendsAllFiles(Path folder) implements StartupListener {

        @Override
        public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
            // onCamelContextFullyStarted follows, when consumers run.
        }

        @Override
        public void onCamelContextFullyStarted(CamelContext context, boolean alreadyStarted) throws IOException {
            ProducerTemplate template = context.createProducerTemplate();
            for (Path file : files()) {
                template.asyncSend("direct:documents", exchange -> {
                    exchange.getMessage()
                            .setHeader(Exchange.FILE_NAME, file.getFileName().toString());
                    exchange.getMessage().setBody(file.toFile());
                });
            }
        }

        private List<Path> files() throws IOException {
            try (Stream<Path> files = Files.list(folder)) {
                return files.sorted().toList();
            }
        }
    }
}
