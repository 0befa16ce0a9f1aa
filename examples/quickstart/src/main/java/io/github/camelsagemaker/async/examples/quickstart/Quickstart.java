package io.github.camelsagemaker.async.examples.quickstart;

import java.util.List;
import org.apache.camel.main.Main;

/**
 * Sends every file of a folder to a SageMaker endpoint, waits for the results, and tells how it went.
 *
 * <p>Ends with status 0 if every document has a result, a failed inference being one; else with 1.
 */
public final class Quickstart {

    private Quickstart() {}

    public static void main(String[] args) throws Exception {
        int status = run(Settings.load());
        if (status != 0) {
            System.exit(status);
        }
    }

    private static int run(Settings settings) throws Exception {
        try (Documents documents = Documents.of(settings);
                Aws aws = settings.local() ? new EmbeddedAws(settings) : new RealAws()) {
            Journal journal = sendAndReceive(settings, documents, aws);
            new Report(journal, aws.calls()).print(System.out);
            return journal.missing().isEmpty() ? 0 : 1;
        }
    }

    private static Journal sendAndReceive(Settings settings, Documents documents, Aws aws) throws Exception {
        List<String> names = documents.names();
        System.out.printf(
                "Sending %d documents of %s to the SageMaker endpoint %s (%s)%n%n",
                names.size(), documents.folder(), settings.endpoint(), aws);
        Main main = new Main();
        Journal journal = new Journal(names, System.out, main::completed);
        main.addOverrideProperty("quickstart.documents", documents.folder().toString());
        main.configure().addRoutesBuilder(new SendDocuments(journal));
        main.configure().addRoutesBuilder(new ReceiveResults(settings, journal));
        main.run();
        return journal;
    }
}
