package io.github.camelsagemaker.async.faults;

import io.github.camelsagemaker.async.InferenceStatus;
import io.github.camelsagemaker.async.faults.Entry.Kind;
import java.util.List;
import java.util.stream.Stream;

/** What was told up to a moment, in order. Immutable. */
record Story(List<Document> documents, List<Entry> entries) {

    static Story of(Seeded seeded, Journal journal) {
        return new Story(Document.of(seeded), journal.entries());
    }

    /**
     * Who handed in a document.
     *
     * @param life the run of the application in which that was
     * @param told what it was told: once, unless it was killed meanwhile
     */
    record Caller(Document document, int life, List<Told> told) {

        String inferenceId() {
            return document.inferenceId();
        }

        boolean isTold() {
            return !told.isEmpty();
        }

        Told.Ending ending() {
            return told.get(0).ending();
        }
    }

    List<Caller> callers() {
        return all(Kind.SENT)
                .map(sent -> new Caller(
                        document(sent.inferenceId()),
                        sent.life(),
                        all(Kind.TOLD)
                                .filter(told -> told.inferenceId().equals(sent.inferenceId()))
                                .map(Entry::told)
                                .toList()))
                .toList();
    }

    private Document document(String inferenceId) {
        return documents.stream()
                .filter(document -> document.inferenceId().equals(inferenceId))
                .findFirst()
                .orElseThrow();
    }

    /** Whether so many documents were handed in, and all callers of this life were told. */
    boolean isTold(int life, int count) {
        List<Caller> callers = callers();
        return callers.size() == count
                && callers.stream().filter(caller -> caller.life() == life).allMatch(Caller::isTold);
    }

    Stream<Entry> handled() {
        return all(Kind.HANDLED);
    }

    long handledAt(String place) {
        return handled().filter(entry -> place.equals(entry.emission().place())).count();
    }

    /** A place may be used again: what landed there is told by what it says. */
    long handledAt(String place, String body) {
        return handled()
                .map(Entry::emission)
                .filter(emission -> place.equals(emission.place())
                        && emission.body() != null
                        && emission.body().startsWith(body))
                .count();
    }

    boolean isHandled(String inferenceId, InferenceStatus... statuses) {
        return handled()
                .map(Entry::emission)
                .anyMatch(emission -> inferenceId.equals(emission.inferenceId())
                        && List.of(statuses).contains(emission.status()));
    }

    boolean isWarnedOf(String place) {
        return all(Kind.WARNED).anyMatch(entry -> place.equals(entry.text()));
    }

    /** How many results a repository failed to remember: each of them comes again. */
    long forgotten() {
        return all(Kind.FORGOT).count();
    }

    List<String> wrongs() {
        return all(Kind.WRONG).map(Entry::text).toList();
    }

    private Stream<Entry> all(Kind kind) {
        return entries.stream().filter(entry -> entry.kind() == kind);
    }
}
