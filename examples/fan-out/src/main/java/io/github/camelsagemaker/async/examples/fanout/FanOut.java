package io.github.camelsagemaker.async.examples.fanout;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Properties;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;

/**
 * Sends some documents, and waits until two subscribers have all results. Ends with status 0 then, else with 1.
 */
public final class FanOut {

    private static final List<String> DOCUMENTS =
            List.of("The quick brown fox", "jumps over", "the lazy dog", "unreadable", "a very long story");

    private FanOut() {}

    public static void main(String[] args) throws Exception {
        Properties settings = settings();
        if ("real".equals(settings.getProperty("fanout.aws"))) {
            exit(run());
            return;
        }
        try (EmbeddedAws aws = new EmbeddedAws(settings)) {
            exit(run());
        }
    }

    private static void exit(boolean complete) {
        if (!complete) {
            System.exit(1);
        }
    }

    private static boolean run() throws Exception {
        Main main = new Main();
        Subscribers subscribers = new Subscribers(DOCUMENTS.size(), System.out, main::completed);
        main.configure().addRoutesBuilder(new FanOutRoutes(subscribers));
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void afterStart(BaseMainSupport started) {
                ProducerTemplate template = started.getCamelContext().createProducerTemplate();
                DOCUMENTS.forEach(document -> template.sendBody("direct:documents", document));
            }
        });
        main.run();
        subscribers.print();
        return subscribers.isComplete();
    }

    /** As Camel reads them: system properties win. */
    private static Properties settings() throws IOException {
        Properties properties = new Properties();
        try (InputStream in = FanOut.class.getResourceAsStream("/application.properties")) {
            properties.load(in);
        }
        properties.putAll(System.getProperties());
        return properties;
    }
}
