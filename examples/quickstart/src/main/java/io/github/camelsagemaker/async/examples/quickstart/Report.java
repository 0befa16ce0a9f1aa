package io.github.camelsagemaker.async.examples.quickstart;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.PayloadMode;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** The closing table. */
final class Report {

    private final Journal journal;
    private final List<Journal.Outcome> outcomes;
    private final Optional<Map<String, Long>> calls;

    /** @param calls the requests that the servers counted, where they tell */
    Report(Journal journal, Optional<Map<String, Long>> calls) {
        this.journal = journal;
        this.outcomes = journal.outcomes();
        this.calls = calls;
    }

    void print(PrintStream out) {
        printWays(out);
        printRequests(out);
        printFailures(out);
        printMissing(out);
    }

    private void printWays(PrintStream out) {
        out.printf(Locale.ROOT, "%nHow the documents travelled%n");
        for (PayloadMode mode : List.of(PayloadMode.INLINE, PayloadMode.S3)) {
            List<Journal.Outcome> those =
                    outcomes.stream().filter(outcome -> outcome.mode() == mode).toList();
            out.printf(
                    Locale.ROOT,
                    "  %-26s %4d documents %,14d bytes%n",
                    mode == PayloadMode.INLINE ? "INLINE (inside the call)" : "S3 (uploaded first)",
                    those.size(),
                    those.stream().mapToLong(Journal.Outcome::bytes).sum());
        }
    }

    private void printRequests(PrintStream out) {
        Requests uploadFirst = Requests.uploadFirst(outcomes);
        Optional<Requests> made = calls.map(Requests::counted);
        out.printf(Locale.ROOT, "%n%-26s %10s %14s%n", "Requests to AWS", "made", "upload first");
        printRow(out, "invocations", made, uploadFirst, Requests::invocations);
        printRow(out, "S3 uploads", made, uploadFirst, Requests::uploads);
        printRow(out, "S3 looks (Head)", made, uploadFirst, Requests::heads);
        printRow(out, "S3 listings", made, uploadFirst, Requests::lists);
        printRow(out, "S3 reads", made, uploadFirst, Requests::reads);
        printRow(out, "S3 deletes", made, uploadFirst, Requests::deletes);
        printRow(out, "SQS receives and deletes", made, uploadFirst, Requests::receives);
        printRow(out, "total", made, uploadFirst, Requests::total);
        out.println("  made: counted at the servers" + (made.isPresent() ? "." : ", which AWS does not tell here."));
        out.println(
                "  upload first: the usual way, computed. It uploads each document, invokes, and asks for output and"
                        + " failure every 15 s.");
        printMeaning(out, made);
    }

    private void printMeaning(PrintStream out, Optional<Requests> made) {
        out.printf(
                Locale.ROOT,
                "%nWhat the numbers mean%n  With a model that takes five minutes, the usual way asks 20 times for each document:"
                        + " %d requests for these %d.%n",
                Requests.uploadFirst(outcomes.size(), Requests.LOOKS_IN_FIVE_MINUTES)
                        .total(),
                outcomes.size());
        out.print("  This component asks for no document. It ");
        out.println(
                made.filter(requests -> requests.lists() == 0).isPresent()
                        ? "waits for messages that tell of many results at once"
                        : "looks at two prefixes for all of them (every 15 s, option delay=15000)");
        made.ifPresent(requests -> out.printf(
                Locale.ROOT,
                "  while the model works: about %d requests.%n",
                requests.inFiveMinutes().total()));
    }

    private static void printRow(
            PrintStream out,
            String name,
            Optional<Requests> made,
            Requests uploadFirst,
            ToLongFunction<Requests> column) {
        out.printf(
                Locale.ROOT,
                "  %-24s %10s %14d%n",
                name,
                made.map(requests -> String.valueOf(column.applyAsLong(requests)))
                        .orElse("-"),
                column.applyAsLong(uploadFirst));
    }

    private void printFailures(PrintStream out) {
        List<Journal.Outcome> failed = outcomes.stream()
                .filter(outcome -> outcome.status() != InferenceStatus.COMPLETED)
                .toList();
        out.printf(Locale.ROOT, "%nFailed inferences: %d%n", failed.size());
        failed.forEach(outcome -> out.printf(Locale.ROOT, "  %-24s %s%n", outcome.document(), outcome.answer()));
    }

    private void printMissing(PrintStream out) {
        List<String> missing = journal.missing();
        out.printf(Locale.ROOT, "Missing results: %d%n", missing.size());
        missing.forEach(document -> out.printf(Locale.ROOT, "  %s%n", document));
    }
}
